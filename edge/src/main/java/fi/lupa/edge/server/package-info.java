/** The one HTTP server of both services, with its limits, its TLS and its request metrics. */
package fi.lupa.edge.server;
