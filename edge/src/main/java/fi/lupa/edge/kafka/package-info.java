/** An installation's Kafka and registry, as both services reach them: waited for, checked, written to. */
package fi.lupa.edge.kafka;
