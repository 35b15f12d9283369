/**
 * The doors by which statements come in: a form as it was posted, read by its declaration, a letter or a call, a press that confirms.
 * Each becomes an event, and only then an answer.
 */
package fi.lupa.consent.intake;
