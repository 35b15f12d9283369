/** Who may be contacted: audiences given out and looked at again, segments counted before anything is sent, launches. */
package fi.lupa.campaign.audience;
