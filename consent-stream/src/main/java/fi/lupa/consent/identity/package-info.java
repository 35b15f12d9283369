/** Whose form it is: identifiers brought to one form, pseudonymous ids, contact points. */
package fi.lupa.consent.identity;
