package fi.lupa.campaign.desk;

import fi.lupa.campaign.desk.DeskDoor.Shown;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.event.Channel;
import java.text.Collator;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Collectors;

/** The desk's words, numbers and moments in one language: {@code desk_LANGUAGE.properties} beside this class. */
public record DeskTexts(Locale locale, ResourceBundle words) {

    DeskTexts(Locale locale) {
        this(
                locale,
                ResourceBundle.getBundle(
                        "fi.lupa.campaign.desk.desk",
                        locale,
                        ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES)));
    }

    public String get(String key) {
        return words.getString(key);
    }

    public String channels(List<Channel> channels) {
        return channels.stream().map(channel -> get("channel." + channel)).collect(Collectors.joining(", "));
    }

    /** Whether a campaign is open, and until when. */
    public String state(Shown shown) {
        if (shown.beginsLater()) {
            return get("state.later").formatted(moment(shown.campaign().getValidFrom()));
        }
        if (shown.hasEnded()) {
            return get("state.ended").formatted(moment(shown.campaign().getValidUntil()));
        }
        return shown.campaign().getValidUntil() == null
                ? get("state.open")
                : get("state.openUntil").formatted(moment(shown.campaign().getValidUntil()));
    }

    /** Whether a campaign was launched; of one without a segment, whose messages are asked for one by one, nothing. */
    public String launch(Shown shown) {
        if (shown.launchedAt() != null) {
            return get("launched").formatted(moment(shown.launchedAt()));
        }
        return shown.campaign().getSegment() == null ? "" : get("launched.not");
    }

    /** How names are ordered. */
    Comparator<String> order() {
        return Collator.getInstance(locale)::compare;
    }

    public String number(long number) {
        return NumberFormat.getIntegerInstance(written()).format(number);
    }

    /** A share of a whole, in percent. */
    public String share(long part, long whole) {
        return whole == 0 ? "–" : NumberFormat.getPercentInstance(written()).format((double) part / whole);
    }

    /** A moment, to the second, by the clocks here. */
    public String moment(Instant moment) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.MEDIUM)
                .withLocale(written())
                .withZone(Negotiation.HERE)
                .format(moment);
    }

    /** The time zone that moments are told in. */
    public String zone() {
        return Negotiation.HERE.getId();
    }

    public List<Locale> otherLanguages() {
        return Negotiation.LANGUAGES.stream()
                .filter(other -> !other.getLanguage().equals(locale.getLanguage()))
                .toList();
    }

    private Locale written() {
        return locale.equals(Locale.ENGLISH) ? Locale.UK : locale;
    }
}
