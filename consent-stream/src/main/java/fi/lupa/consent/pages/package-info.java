/** What people see: templates, texts in their language, one style. No script, and nothing is loaded. */
package fi.lupa.consent.pages;
