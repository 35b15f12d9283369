/** Questions in SQL to an exported history, answered read-only. */
package fi.lupa.standalone.sql;
