/**
 * Other ways to route the messages that Lupa routes, as one would write them by hand or on another engine, for {@code lupa bench
 * --peers} to measure beside it. Wherever there is a choice, they are given the easier one.
 */
package fi.lupa.standalone.peers;
