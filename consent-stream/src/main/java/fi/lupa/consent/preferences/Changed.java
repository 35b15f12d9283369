package fi.lupa.consent.preferences;

/** One switch before and after a press: what the person switched, and what that switched with it. */
public record Changed(Told before, Told now) {}
