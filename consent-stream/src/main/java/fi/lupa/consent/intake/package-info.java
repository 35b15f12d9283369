/** The website's door: a form as it was posted, read by its declaration, becomes an event, and only then an answer. */
package fi.lupa.consent.intake;
