/**
 * {@code lupa bench}: how fast the real topologies are on this machine, beside what a plain copy of the same records costs
 * it. A rate says little of another machine; the ratio to the copy, and the CPU time of a record, say more.
 */
package fi.lupa.standalone.bench;
