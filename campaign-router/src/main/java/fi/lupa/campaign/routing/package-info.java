/** The enforcement point: every campaign message passes here, and what the decision point did not clear does not go out. */
package fi.lupa.campaign.routing;
