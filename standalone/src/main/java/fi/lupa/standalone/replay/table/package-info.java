/** Rows in DuckDB, and the files that are made of them. */
package fi.lupa.standalone.replay.table;
