/** The campaign router: campaigns are defined, messages asked for, decided on, and routed to a channel or to a named refusal. */
package fi.lupa.campaign;
