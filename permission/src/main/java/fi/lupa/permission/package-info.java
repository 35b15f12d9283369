/**
 * The law of permission, as a decision point: what people said is folded into {@link fi.lupa.permission.Consents}, and
 * {@link fi.lupa.permission.Policy#decide} answers whether a message may go out. This package answers; others enforce. It
 * knows neither Kafka nor Avro nor HTTP nor a clock: time is an argument.
 */
package fi.lupa.permission;
