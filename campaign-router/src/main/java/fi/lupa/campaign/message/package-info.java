/** The campaign system's door: messages are asked for here, and answered for when they are on disk. */
package fi.lupa.campaign.message;
