package fi.lupa.edge.http;

import io.javalin.http.Context;
import io.javalin.http.Header;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** What the caller would rather have: a page or data, and in which language. */
public final class Negotiation {
    /** The languages of Lupa's pages, English for everybody else. */
    public static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, new Locale("fi"), new Locale("sv"));

    /** Whose clocks pages show: where the register is kept, and most people in it are; near midnight it is another day elsewhere. */
    public static final ZoneId HERE = ZoneId.of("Europe/Helsinki");

    private Negotiation() {}

    /** Whether the caller prefers a page to JSON, as a browser does; without a preference it gets JSON. */
    public static boolean wantsHtml(Context ctx) {
        return wantsHtml(Objects.requireNonNullElse(ctx.header(Header.ACCEPT), ""));
    }

    static boolean wantsHtml(String accept) {
        return quality(accept, "text/html") > quality(accept, "application/json");
    }

    /** Which of these media types the caller prefers; the first of them without a preference. */
    public static String preferred(Context ctx, List<String> types) {
        return preferred(Objects.requireNonNullElse(ctx.header(Header.ACCEPT), ""), types);
    }

    static String preferred(String accept, List<String> types) {
        String best = types.get(0);
        for (String type : types) {
            best = quality(accept, type) > quality(accept, best) ? type : best;
        }
        return best;
    }

    /** The language of Lupa's pages that suits the caller best. */
    public static Locale language(Context ctx) {
        String accept = Objects.requireNonNullElse(ctx.header(Header.ACCEPT_LANGUAGE), "");
        try {
            Locale found = Locale.lookup(Locale.LanguageRange.parse(accept), LANGUAGES);
            return Objects.requireNonNullElse(found, Locale.ENGLISH);
        } catch (IllegalArgumentException e) {
            return Locale.ENGLISH;
        }
    }

    // RFC 9110, 12.5.1: of the ranges that match a type, the most specific one gives its quality.
    private static double quality(String accept, String type) {
        List<String> ranges = List.of("*/*", type.substring(0, type.indexOf('/')) + "/*", type);
        int closest = -1;
        double quality = 0;
        for (String part : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] range = part.split(";", -1);
            int match = ranges.indexOf(range[0].strip());
            if (match > closest) {
                closest = match;
                quality = qualityOf(range);
            }
        }
        return quality;
    }

    private static double qualityOf(String[] range) {
        for (int i = 1; i < range.length; i++) {
            String parameter = range[i].strip();
            if (parameter.matches("q=[01](\\.\\d{0,3})?")) {
                return Double.parseDouble(parameter.substring(2));
            }
        }
        return 1;
    }
}
