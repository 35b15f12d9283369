/** Reading the state table, from whichever instance holds the subject. */
package fi.lupa.consent.query;
