/** The fold: what a person said and what their forms tell becomes one {@link fi.lupa.event.ConsentState}. */
package fi.lupa.consent.state;
