/** One-click unsubscribe (RFC 8058): the link in a message, and the door where it stops what the message belongs to. */
package fi.lupa.consent.unsubscribe;
