/** History read again, and never written: a period out of the topics, as files that analysts' tools take. */
package fi.lupa.standalone.replay;
