/** The rights of the person: what is stored is shown, corrected and erased on request, and what was done about it is kept. */
package fi.lupa.consent.rights;
