/** Topics from their beginning to their end, by whichever version of a schema their records were written, and the books of it. */
package fi.lupa.standalone.replay.read;
