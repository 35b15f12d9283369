/**
 * History read again, and never written: {@code lupa replay} takes periods out of the topics, as files that analysts' tools take.
 *
 * <p>{@code read} goes through topics and keeps their books; {@code open} says what comes out of people; {@code table} and
 * {@code gather} keep what was read, as tables or as each person's events; {@code export}, {@code asof}, {@code whatif} and
 * {@code feed} are the commands, and {@code options} what several of them ask.
 */
package fi.lupa.standalone.replay;
