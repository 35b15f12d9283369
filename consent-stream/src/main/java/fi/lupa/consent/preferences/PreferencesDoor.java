package fi.lupa.consent.preferences;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.consent.pages.Pages;
import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.receipts.ReceiptLinks;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.DatedText;
import fi.lupa.event.Door;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Subject;
import fi.lupa.permission.Will;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code GET /preferences/{token}} shows somebody's choices, {@code POST} the same changes those that they changed. */
public final class PreferencesDoor {

    private static final String PATH = "/preferences/{token}";
    private static final String PAGES = "preferences";

    private final LinkTokens tokens;
    private final Files files;
    private final Policy policy;
    private final EventWriter writer;
    private final ReceiptLinks receipts;
    private final String noticeVersion;
    private final RateLimit limit;
    private final Clock clock;

    /** @param noticeVersion of the privacy notice that the page goes by; null where it is not known */
    public PreferencesDoor(
            LinkTokens tokens,
            Files files,
            Policy policy,
            EventWriter writer,
            ReceiptLinks receipts,
            String noticeVersion,
            RateLimit limit,
            Clock clock) {
        this.tokens = tokens;
        this.files = files;
        this.policy = policy;
        this.writer = writer;
        this.receipts = receipts;
        this.noticeVersion = noticeVersion;
        this.limit = limit;
        this.clock = clock;
    }

    public void mount(RoutesConfig routes) {
        routes.get(
                PATH,
                ctx -> linked(ctx, (choices, texts) -> {
                    show(ctx, 200, choices, texts, null);
                    return CompletableFuture.completedFuture(null);
                }));
        routes.post(PATH, ctx -> {
            if (!Objects.requireNonNullElse(ctx.contentType(), "").startsWith("application/x-www-form-urlencoded")) {
                throw ProblemException.unsupportedMediaType(
                        "Choices are posted as application/x-www-form-urlencoded, as the page's form does.");
            }
            linked(
                    ctx,
                    (choices, texts) ->
                            save(ctx, PostedChoices.read(ctx.formParamMap(), Choice.all(policy)), choices, texts));
        });
    }

    /** What is done with a link that is good. */
    @FunctionalInterface
    private interface Step {
        CompletableFuture<Void> take(Choices choices, Texts texts);
    }

    private void linked(Context ctx, Step step) {
        limit.take(ctx.ip());
        Optional<Link.Preferences> link = tokens.read(ctx.pathParam("token"), Link.Preferences.class);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (link.isEmpty()) {
            Pages.message(ctx, 404, Texts.of(PAGES, ctx, null), "unknown", "unknown.why");
        } else if (!now.isBefore(link.get().expiresAt())) {
            Pages.message(ctx, 410, Texts.of(PAGES, ctx, null), "late", "late.why");
        } else {
            ctx.future(() -> files.stateOfTheSame(ctx, link.get().subjectId(), now)
                    .thenCompose(state -> state.isEmpty()
                            ? nobody(ctx)
                            : Choices.of(ctx, files, policy, state.get(), now)
                                    .thenCompose(choices -> step.take(choices, texts(ctx, state.get())))));
        }
    }

    private static CompletableFuture<Void> nobody(Context ctx) {
        Pages.message(ctx, 410, Texts.of(PAGES, ctx, null), "nobody", "nobody.why");
        return CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> save(Context ctx, PostedChoices posted, Choices choices, Texts texts) {
        List<Choice> changes = posted.everythingOff() ? choices.toForbid() : posted.changes(choices);
        List<Choice> refused = changes.stream()
                .filter(choice -> !posted.everythingOff() && posted.wanted().get(choice) && !choices.mayTurnOn(choice))
                .toList();
        if (!posted.everythingOff() && !changes.isEmpty() && (posted.isOutdated(choices) || !refused.isEmpty())) {
            show(ctx, 409, choices, texts, "outdated");
            return CompletableFuture.completedFuture(null);
        }
        List<ConsentChanged> said = changes.stream()
                .map(choice -> statement(
                        choice,
                        !posted.everythingOff() && posted.wanted().get(choice),
                        posted.everythingOff(),
                        choices,
                        texts))
                .toList();
        List<CompletableFuture<Boolean>> written = said.stream()
                .map(statement -> writer.send(Topics.CONSENT_CHANGES, statement.getSubjectId(), statement)
                        .handle((metadata, failure) -> failure == null))
                .toList();
        return CompletableFuture.allOf(written.toArray(CompletableFuture<?>[]::new))
                .thenRun(() -> {
                    List<ConsentChanged> recorded = new ArrayList<>();
                    List<ConsentChanged> failed = new ArrayList<>();
                    for (int i = 0; i < said.size(); i++) {
                        (written.get(i).join() ? recorded : failed).add(said.get(i));
                    }
                    saved(ctx, choices, recorded, failed, texts);
                });
    }

    /**
     * What a switch says, in the words beside it. The id is made of the state that was switched: pressed twice it is the same.
     */
    private ConsentChanged statement(Choice choice, boolean on, boolean everything, Choices choices, Texts texts) {
        Subject subject = choices.subject();
        Will will = choices.will(choice, on);
        String wording = everything ? texts.get("everything.button") : Told.said(choice, on, choices, texts);
        // Of one form's choices the consents are the newer: else one to the mobile phone would not count beside a no to
        // calls.
        Instant at = on ? choices.at() : choices.afterWhatStands(choice);
        String switched = "preferences/%s/%d/%s/%s".formatted(subject.id(), subject.revision(), choice.key(), will);
        return ConsentChanged.newBuilder()
                .setEventId(UUID.nameUUIDFromBytes(switched.getBytes(UTF_8)))
                .setSubjectId(subject.id())
                .setScope(Words.same(choice.scope(), fi.lupa.event.Scope.class))
                .setTopic(choice.topic())
                .setWill(Words.same(will, fi.lupa.event.Will.class))
                .setContactPointId(choices.contactPoint(choice.scope(), will))
                .setOccurredAt(at)
                .setRecordedAt(choices.at())
                .setDoor(Door.PREFERENCE_PAGE)
                .setNoticeVersion(noticeVersion)
                .setWording(wording)
                .setLanguage(texts.language())
                .build();
    }

    private static void show(Context ctx, int status, Choices choices, Texts texts, String notice) {
        Map<String, Object> values = new HashMap<>();
        values.put("all", Told.all(choices, texts));
        values.put("notice", notice);
        values.put("essentialOnly", choices.essentialOnly());
        Pages.show(ctx, status, PAGES, texts, values);
    }

    private void saved(
            Context ctx, Choices before, List<ConsentChanged> recorded, List<ConsentChanged> failed, Texts texts) {
        Choices after = before.after(recorded.stream().map(Statements::of).toList(), before.at());
        List<Changed> changed = new ArrayList<>();
        List<String> unchanged = new ArrayList<>();
        for (Choice choice : Choice.all(policy)) {
            Told then = Told.of(choice, before, texts);
            Told now = Told.of(choice, after, texts);
            if (then.equals(now)) {
                unchanged.add(now.name());
            } else {
                changed.add(new Changed(then, now));
            }
        }
        Map<String, Object> values = new HashMap<>();
        values.put("changed", changed);
        values.put("receipts", receipts(recorded));
        values.put("unchanged", unchanged);
        values.put(
                "failed",
                failed.stream()
                        .map(statement ->
                                Told.of(choice(statement), before, texts).name())
                        .toList());
        values.put("essentialOnly", after.essentialOnly());
        if (!failed.isEmpty()) {
            ctx.header(Header.RETRY_AFTER, "5");
        }
        Pages.show(ctx, failed.isEmpty() ? 200 : 503, "preferences-saved", texts, values);
    }

    /** Links to the receipts of what was recorded, by switch; none where receipts are not signed. */
    private Map<String, URI> receipts(List<ConsentChanged> recorded) {
        Map<String, URI> links = new HashMap<>();
        for (ConsentChanged said : recorded) {
            URI link = receipts.of(said);
            if (link != null) {
                links.put(choice(said).key(), link);
            }
        }
        return links;
    }

    private static Choice choice(ConsentChanged said) {
        return new Choice(Words.same(said.getScope(), Scope.class), said.getTopic());
    }

    private static Texts texts(Context ctx, ConsentState state) {
        DatedText language = state.getLanguage();
        return Texts.of(PAGES, ctx, language == null ? null : language.getValue());
    }
}
