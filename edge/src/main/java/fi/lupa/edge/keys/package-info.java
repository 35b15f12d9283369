/** Who may come in, as the file keys.yaml lists them: machines by the hashes of their keys, local staff by those of their passwords. */
package fi.lupa.edge.keys;
