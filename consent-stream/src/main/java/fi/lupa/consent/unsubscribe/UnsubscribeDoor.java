package fi.lupa.consent.unsubscribe;

import fi.lupa.consent.pages.Pages;
import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.receipts.ReceiptLinks;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.DatedText;
import fi.lupa.permission.Scope;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /unsubscribe/{token}} shows a button, {@code POST} the same stops. Mail programs post without showing anything;
 * whatever they post, it is the link that says what stops. A stop is never refused for a campaign that has ended, a subject
 * that was merged into another, or one of whom nothing is known.
 */
public final class UnsubscribeDoor {

    private static final String PATH = "/unsubscribe/{token}";
    private static final String PAGES = "unsubscribe";

    private final LinkTokens tokens;
    private final Files files;
    private final EventWriter writer;
    private final ReceiptLinks receipts;
    private final String noticeVersion;
    private final RateLimit limit;
    private final Clock clock;

    /** @param noticeVersion of the privacy notice that the page goes by; null where it is not known */
    public UnsubscribeDoor(
            LinkTokens tokens,
            Files files,
            EventWriter writer,
            ReceiptLinks receipts,
            String noticeVersion,
            RateLimit limit,
            Clock clock) {
        this.tokens = tokens;
        this.files = files;
        this.writer = writer;
        this.receipts = receipts;
        this.noticeVersion = noticeVersion;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * The answer to a press that is on disk.
     *
     * @param scope what was stopped
     * @param contactPointId the address or number it was stopped for
     * @param wasOff true where it was off before
     * @param receipt link to the person's receipt; null where receipts are not signed
     * @param subjectKnown false where nothing is known of whom the link was for; the stop is recorded all the same
     */
    record Unsubscribed(
            UUID eventId, Scope scope, String contactPointId, boolean wasOff, boolean subjectKnown, URI receipt) {}

    public void mount(RoutesConfig routes) {
        routes.get(
                PATH,
                ctx -> linked(ctx, true, (stop, texts) -> {
                    boolean again = stop.isRepetition(clock.instant());
                    page(ctx, stop, texts, again, again, null);
                    return CompletableFuture.completedFuture(null);
                }));
        routes.post(PATH, ctx -> linked(ctx, Negotiation.wantsHtml(ctx), (stop, texts) -> press(ctx, stop, texts)));
    }

    /** What is done with a link that is good. */
    @FunctionalInterface
    private interface Step {
        CompletableFuture<Void> take(Stop stop, Texts texts);
    }

    private void linked(Context ctx, boolean html, Step step) {
        limit.take(ctx.ip());
        String token = ctx.pathParam("token");
        Optional<Link.Unsubscribe> read = tokens.read(token, Link.Unsubscribe.class);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (read.isEmpty()) {
            refuse(ctx, html, 404, "unknown");
        } else if (!now.isBefore(read.get().expiresAt())) {
            refuse(ctx, html, 410, "late");
        } else {
            Link.Unsubscribe link = read.get();
            ctx.future(() -> files.stateOfTheSame(ctx, link.subjectId(), now)
                    .thenCompose(state -> step.take(Stop.of(link, token, state, now), texts(ctx, state))));
        }
    }

    private CompletableFuture<Void> press(Context ctx, Stop stop, Texts texts) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        boolean html = Negotiation.wantsHtml(ctx);
        // The page's own form names the language it was shown in; a mail program shows nothing.
        Stop.Shown shown = ctx.queryParam("lang") == null
                ? Stop.Shown.NOTHING
                : new Stop.Shown(texts.get("button." + stop.link().scope()), texts.language(), noticeVersion);
        boolean again = stop.isRepetition(now);
        List<ConsentChanged> said = again ? List.of() : stop.statements(shown, now);
        UUID eventId = said.isEmpty() ? stop.doneBy() : said.get(0).getEventId();
        URI receipt = said.isEmpty()
                ? receipts.of(stop.link().subjectId(), eventId, stop.doneAt())
                : receipts.of(said.get(0));
        CompletableFuture<?>[] written = said.stream()
                .map(statement -> writer.send(Topics.CONSENT_CHANGES, statement.getSubjectId(), statement))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(written)
                .thenRun(() -> {
                    if (html) {
                        page(ctx, stop, texts, true, again, receipt);
                    } else {
                        ctx.json(new Unsubscribed(
                                eventId,
                                stop.link().scope(),
                                stop.link().contactPointId(),
                                !again && stop.wasOff(),
                                stop.known(),
                                receipt));
                    }
                })
                .exceptionallyCompose(failure -> html ? failed(ctx, texts) : CompletableFuture.failedFuture(failure));
    }

    private static CompletableFuture<Void> failed(Context ctx, Texts texts) {
        ctx.header(Header.RETRY_AFTER, "5");
        Pages.message(ctx, 503, texts, "failed", "failed.why");
        return CompletableFuture.completedFuture(null);
    }

    /** @param again whether it was pressed just now, so that what stands is the press itself */
    private static void page(Context ctx, Stop stop, Texts texts, boolean done, boolean again, URI receipt) {
        Map<String, Object> values = new HashMap<>();
        values.put("scope", stop.link().scope().name());
        values.put("done", done);
        values.put("receipt", receipt);
        values.put("known", stop.known());
        values.put("offSince", again || !stop.wasOff() ? null : texts.date(stop.offSince()));
        Pages.show(ctx, 200, PAGES, texts, values);
    }

    private static void refuse(Context ctx, boolean html, int status, String why) {
        Texts texts = Texts.of(PAGES, ctx, null);
        if (html) {
            Pages.message(ctx, status, texts, why, why + ".why");
        } else {
            throw new ProblemException(
                    status,
                    status == 410 ? "Gone" : "Not Found",
                    status == 410
                            ? "This link has ended, and nothing was changed. A newer message has a newer link."
                            : "This link is not known, and nothing was changed. Check that all of it came along.",
                    List.of(),
                    null);
        }
    }

    private static Texts texts(Context ctx, Optional<ConsentState> state) {
        DatedText language = state.map(ConsentState::getLanguage).orElse(null);
        return Texts.of(PAGES, ctx, language == null ? null : language.getValue());
    }
}
