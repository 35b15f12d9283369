/**
 * {@code lupa import}: a list from another system becomes consents and stops. It can add and can stop; it can lift no stop
 * and grant nothing anew that was taken back.
 */
package fi.lupa.standalone.imports;
