/** What people write about themselves, brought to one form, and the pseudonymous ids made of it. */
package fi.lupa.edge.identity;
