/** The events of Lupa as others hold on to them: Avro records, topics, serdes, and their mapping to the law's types. */
package fi.lupa.schemas;
