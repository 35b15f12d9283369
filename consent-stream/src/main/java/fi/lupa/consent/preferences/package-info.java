/** The preference page: what somebody has allowed and forbidden, whether messages really come, and a switch for each. */
package fi.lupa.consent.preferences;
