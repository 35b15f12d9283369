/** What marketers see: what became of their campaigns' messages, and why. */
package fi.lupa.campaign.desk;
