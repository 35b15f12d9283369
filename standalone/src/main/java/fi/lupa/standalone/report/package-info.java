/** A period of an exported history told in plots and tables, on one page that needs nothing but a browser. */
package fi.lupa.standalone.report;
