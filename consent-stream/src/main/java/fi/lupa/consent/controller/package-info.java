/** Who is answerable for the register: what receipts, and other answers to people, say of the company itself. */
package fi.lupa.consent.controller;
