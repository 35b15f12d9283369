/** Links that Lupa hands to people: signed, with an end, and without a word of who they are. */
package fi.lupa.edge.links;
