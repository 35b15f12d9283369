/** How a service runs its topology: settings, the three doors for bad data, life and death of threads, and who holds a key. */
package fi.lupa.edge.streams;
