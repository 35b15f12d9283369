/**
 * What tells who somebody is, sealed: one piece an event, under a key of the person's own, which is itself wrapped by the
 * installation's master key. Destroy the person's key, and every piece ever sealed under it is noise, history included.
 */
package fi.lupa.edge.sealing;
