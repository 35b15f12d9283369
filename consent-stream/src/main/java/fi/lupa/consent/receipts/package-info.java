/**
 * Receipts: a person gets, signed, what was agreed with them. A receipt is made anew from the statement in the history at
 * every request, and says the same each time; nothing is kept of it.
 */
package fi.lupa.consent.receipts;
