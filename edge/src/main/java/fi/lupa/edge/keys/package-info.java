/** Who may come in: keys that are kept only as hashes, each with one role and, for a website, the forms it may publish. */
package fi.lupa.edge.keys;
