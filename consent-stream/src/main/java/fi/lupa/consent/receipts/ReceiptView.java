package fi.lupa.consent.receipts;

import fi.lupa.consent.controller.Controller;
import fi.lupa.consent.pages.Texts;
import fi.lupa.event.ConsentChanged;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a receipt's page shows, in the reader's words.
 *
 * @param will what was said, as a sentence
 * @param pending whether it waits for its confirmation
 * @param ends null for never
 * @param noticeUrl null where unknown
 * @param wording null where unknown
 * @param linkInMessages whether every message has a link to stop it
 * @param controller null where unknown
 * @param processors a line for each
 */
public record ReceiptView(
        String scope,
        String will,
        boolean pending,
        String occurredAt,
        String recordedAt,
        String ends,
        String door,
        String noticeVersion,
        String noticeUrl,
        String wording,
        boolean linkInMessages,
        Controller controller,
        String address,
        List<String> retention,
        List<String> processors,
        String id,
        String subjectId,
        String kid,
        String jwksUrl) {

    /** People read when something was in the time that their clocks showed. */
    private static final ZoneId ZONE = ZoneId.of("Europe/Helsinki");

    static ReceiptView of(ConsentChanged said, Receipts receipts, Texts texts, String kid, URI publicUrl) {
        Locale locale = texts.locale().equals(Locale.ENGLISH) ? Locale.UK : texts.locale();
        Optional<Controller> controller = receipts.controller();
        Instant ends = receipts.ends(said);
        return new ReceiptView(
                scope(said, receipts, texts),
                texts.get("will." + said.getWill()),
                said.getAwaitsConfirmation(),
                moment(said.getOccurredAt(), locale),
                moment(said.getRecordedAt(), locale),
                ends == null ? null : moment(ends, locale),
                texts.get("door." + said.getDoor()),
                said.getNoticeVersion(),
                controller
                        .map(known -> Controller.in(known.privacyNotice(), texts.language()))
                        .orElse(null),
                said.getWording(),
                Receipts.hasLinkInMessages(said),
                controller.orElse(null),
                controller.map(known -> known.address().line(locale)).orElse(null),
                controller
                        .map(known -> Controller.in(known.retention(), texts.language()))
                        .orElse(List.of()),
                controller
                        .map(known -> processors(known, texts.language(), locale))
                        .orElse(List.of()),
                said.getEventId().toString(),
                said.getSubjectId(),
                kid,
                publicUrl + "/.well-known/jwks.json");
    }

    private static List<String> processors(Controller controller, String language, Locale locale) {
        return controller.processors().stream()
                .map(processor -> "%s, %s: %s"
                        .formatted(
                                processor.name(),
                                new Locale("", processor.country()).getDisplayCountry(locale),
                                Controller.in(processor.purpose(), language)))
                .toList();
    }

    private static String scope(ConsentChanged said, Receipts receipts, Texts texts) {
        String scope = texts.get("scope." + said.getScope());
        return said.getTopic() == null
                ? scope
                : "%s: %s".formatted(scope, receipts.topic(said.getTopic(), texts.language()));
    }

    private static String moment(Instant moment, Locale locale) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
                .withLocale(locale)
                .withZone(ZONE)
                .format(moment);
    }
}
