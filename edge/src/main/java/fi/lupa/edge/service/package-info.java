/** A service as a command: its settings, its start, and its end. */
package fi.lupa.edge.service;
