/** The decisions of a period made again, as they were and by another policy. */
package fi.lupa.standalone.replay.whatif;
