/**
 * Double opt-in: the link that asks a person to confirm a consent, and the door where they do. Only a press on the page's
 * button confirms; whoever merely opens the link, as mail scanners do, changes nothing.
 */
package fi.lupa.consent.confirmation;
