/** The staff's pages. */
package fi.lupa.consent.console;
