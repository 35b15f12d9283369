/** Events gathered to be gone through person by person. */
package fi.lupa.standalone.replay.gather;
