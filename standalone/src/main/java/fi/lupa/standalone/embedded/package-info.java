/** The broker and the schema registry that {@code lupa up} and the tests bring along, so that nothing has to be installed. */
package fi.lupa.standalone.embedded;
