/** Who may do what: callers shown by a key, a token or a session, kept to their roles, and what they see or change recorded. */
package fi.lupa.edge.access;
