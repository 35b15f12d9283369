/** Everybody's consents as they were at a moment. */
package fi.lupa.standalone.replay.asof;
