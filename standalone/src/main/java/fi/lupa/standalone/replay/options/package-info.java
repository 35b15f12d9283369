/** What several of the commands ask of who calls them, and what they answer with. */
package fi.lupa.standalone.replay.options;
