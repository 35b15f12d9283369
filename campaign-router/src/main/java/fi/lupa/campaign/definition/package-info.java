/** The marketer's door: campaigns are defined here, purpose and channels once and for all of their messages. */
package fi.lupa.campaign.definition;
