/** What comes back from those who carry messages out: an address that is none, a complaint, an unsubscription. */
package fi.lupa.consent.feedback;
