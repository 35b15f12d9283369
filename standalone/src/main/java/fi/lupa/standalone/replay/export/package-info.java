/** A period of topics as files. */
package fi.lupa.standalone.replay.export;
