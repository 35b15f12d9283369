/** The Kafka Streams topology: forms become history and statements, statements become state. */
package fi.lupa.consent.topology;
