/** A topic's history into a topic of its own. */
package fi.lupa.standalone.replay.feed;
