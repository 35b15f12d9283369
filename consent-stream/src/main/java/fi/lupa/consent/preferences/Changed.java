package fi.lupa.consent.preferences;

/** One scope before and after a press: what the person switched, and what that switched with it. */
public record Changed(String scope, Told before, Told now) {}
