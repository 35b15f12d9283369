/** What an HTTP door reads and answers: bodies, parameters, problems, pages. */
package fi.lupa.edge.http;
