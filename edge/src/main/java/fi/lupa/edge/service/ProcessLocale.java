package fi.lupa.edge.service;

import java.util.Locale;

/** Writes numbers alike on every machine, in keys, logs and answers: by some countries' customs 12 has other digits. */
public final class ProcessLocale {

    private ProcessLocale() {}

    /** To be called before anything else is done. Pages go by their reader's language, never by this. */
    public static void set() {
        Locale.setDefault(Locale.US);
    }
}
