/** Proof from the topics alone, by a reading of the records and of the notice that the pipeline knows nothing of. */
package fi.lupa.checker;
