/** The door itself: one HTTP server for both services, with its problems, pages, limits, headers and request metrics. */
package fi.lupa.edge.http;
