/** What single calls cost that the router makes for every message: benchmarks for JMH, which {@code ./lupa jmh} runs. */
package fi.lupa.standalone.calls;
