/**
 * Double opt-in: the message that asks a person to confirm a consent, the token in its link, and what became of either. Only a press
 * on the page's button confirms; whoever merely opens the link, as mail scanners do, changes nothing.
 */
package fi.lupa.consent.confirmation;
