/**
 * The campaign system's doors: messages are asked for here, and answered for when they are on disk; and whether one might go out is
 * told.
 */
package fi.lupa.campaign.message;
