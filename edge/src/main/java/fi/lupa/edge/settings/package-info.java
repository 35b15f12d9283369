/** What an operator can set: a class per concern, checked all at once and shown at start without its secrets. */
package fi.lupa.edge.settings;
