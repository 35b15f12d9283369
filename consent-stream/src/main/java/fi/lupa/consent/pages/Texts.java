package fi.lupa.consent.pages;

import fi.lupa.edge.http.Negotiation;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Objects;
import java.util.ResourceBundle;
import java.util.stream.Stream;

/** The texts of one kind of page, in one language: the files {@code KIND_LANGUAGE.properties} beside this class. */
public final class Texts {

    private final String kind;
    private final Locale locale;
    private final ResourceBundle texts;
    private final ResourceBundle layout;
    private final List<ResourceBundle> others;

    private Texts(String kind, Locale locale) {
        this(kind, locale, List.of());
    }

    private Texts(String kind, Locale locale, List<ResourceBundle> others) {
        this.others = others;
        this.kind = kind;
        this.locale = locale;
        this.texts = bundle(kind, locale);
        this.layout = bundle("layout", locale);
    }

    /**
     * Those that suit the caller: in the language that they switched to on the page ({@code ?lang=}), else in the one they
     * are known to speak, else in their browser's.
     *
     * @param known ISO 639-1; null where unknown
     */
    public static Texts of(String kind, Context ctx, String known) {
        String asked = ctx.queryParam("lang");
        return Negotiation.LANGUAGES.stream()
                .filter(locale -> locale.getLanguage().equals(asked))
                .findFirst()
                .or(() -> Negotiation.LANGUAGES.stream()
                        .filter(locale -> locale.getLanguage().equals(known))
                        .findFirst())
                .map(locale -> new Texts(kind, locale))
                .orElseGet(() -> new Texts(kind, Negotiation.language(ctx)));
    }

    /** These, and what they lack from those of another kind. */
    public Texts over(String other) {
        return new Texts(
                kind,
                locale,
                Stream.concat(others.stream(), Stream.of(bundle(other, locale))).toList());
    }

    /** Those of a language that Lupa has pages in. */
    public static Texts of(String kind, Locale locale) {
        return new Texts(kind, locale);
    }

    public Locale locale() {
        return locale;
    }

    public String language() {
        return locale.getLanguage();
    }

    /**
     * The text of a key.
     *
     * @throws MissingResourceException if there is none
     */
    public String get(String key) {
        return others.stream()
                .filter(other -> !texts.containsKey(key) && other.containsKey(key))
                .findFirst()
                .orElse(texts)
                .getString(key);
    }

    /** A text with {@code %s} in the places of values. */
    public String get(String key, Object... values) {
        return get(key).formatted(values);
    }

    /** A day as it is written out in the language. */
    public String date(Instant moment) {
        Locale written = locale.equals(Locale.ENGLISH) ? Locale.UK : locale;
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(written)
                .withZone(Negotiation.HERE)
                .format(moment);
    }

    /** A moment, to the minute, as it is written out in the language, by the clocks of those it is about. */
    public String moment(Instant moment) {
        Locale written = locale.equals(Locale.ENGLISH) ? Locale.UK : locale;
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
                .withLocale(written)
                .withZone(Negotiation.HERE)
                .format(moment);
    }

    /** A text that all pages have. */
    public String layout(String key) {
        return layout.getString(key);
    }

    /** The same texts in the other languages. */
    public List<Texts> otherLanguages() {
        return Negotiation.LANGUAGES.stream()
                .filter(other -> !Objects.equals(other.getLanguage(), language()))
                .map(other -> new Texts(kind, other))
                .toList();
    }

    private static ResourceBundle bundle(String kind, Locale locale) {
        return ResourceBundle.getBundle(
                "fi.lupa.consent.pages." + kind,
                locale,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }
}
