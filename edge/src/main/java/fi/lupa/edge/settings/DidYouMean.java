package fi.lupa.edge.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known name that an unknown one was probably meant to be. */
public final class DidYouMean {
    private DidYouMean() {}

    /** The end of a sentence about an unknown name: a suggestion if one is close, otherwise every name there is. */
    public static String of(String unknown, Collection<String> known) {
        return closest(unknown, known)
                .map("; did you mean %s?"::formatted)
                .orElse("; there is %s.".formatted(String.join(", ", known)));
    }

    /** The known name that is close enough to have been meant. */
    public static Optional<String> closest(String unknown, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(name -> distance(unknown, name)))
                .filter(name -> distance(unknown, name) <= Math.max(2, unknown.length() / 3));
    }

    // Levenshtein's distance, without regard to case.
    private static int distance(String one, String other) {
        String from = one.toLowerCase(Locale.ROOT);
        String to = other.toLowerCase(Locale.ROOT);
        int[] row = new int[to.length() + 1];
        for (int column = 0; column < row.length; column++) {
            row[column] = column;
        }
        for (int line = 1; line <= from.length(); line++) {
            int diagonal = row[0];
            row[0] = line;
            for (int column = 1; column < row.length; column++) {
                int replaced = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.min(replaced, Math.min(row[column], row[column - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
