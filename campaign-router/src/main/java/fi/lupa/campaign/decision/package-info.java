/** Asking the decision point: the same question for a message under way and for a campaign system that only wants to know. */
package fi.lupa.campaign.decision;
