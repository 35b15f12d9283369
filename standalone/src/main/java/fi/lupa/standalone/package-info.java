/** Everything on one machine: the {@code lupa} command, the embedded broker and registry, the sample website. */
package fi.lupa.standalone;
