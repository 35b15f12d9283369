/** The consent stream: forms and changes of mind in, one consent state per person out. Intake, then topology, then state, then query. */
package fi.lupa.consent;
