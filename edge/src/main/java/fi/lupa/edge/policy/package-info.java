/** The company's policy as a file: read, checked, and handed to the decision point. */
package fi.lupa.edge.policy;
