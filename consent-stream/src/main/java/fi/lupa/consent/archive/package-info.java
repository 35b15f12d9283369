/** What was ever said, as the doors ask for it. */
package fi.lupa.consent.archive;
