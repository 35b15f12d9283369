package fi.lupa.consent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.confirmation.Token;
import fi.lupa.consent.pages.Pages;
import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.receipts.ReceiptLinks;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Door;
import fi.lupa.event.PendingConfirmation;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * {@code GET /confirm/{token}} shows a button, {@code POST} the same confirms. The link is dead as soon as the consent it
 * is for no longer waits for it.
 */
public final class ConfirmDoor {

    private static final String PATH = "/confirm/{token}";
    private static final String PAGES = "confirm";

    private final Confirmations confirmations;
    private final Peers peers;
    private final Function<String, ConsentState> states;
    private final EventWriter writer;
    private final ReceiptLinks receipts;
    private final RateLimit limit;
    private final Clock clock;

    /** @param states what this instance holds of a subject, by subjectId; of revision 0 for nothing */
    public ConfirmDoor(
            Confirmations confirmations,
            Peers peers,
            Function<String, ConsentState> states,
            EventWriter writer,
            ReceiptLinks receipts,
            RateLimit limit,
            Clock clock) {
        this.confirmations = confirmations;
        this.peers = peers;
        this.states = states;
        this.writer = writer;
        this.receipts = receipts;
        this.limit = limit;
        this.clock = clock;
    }

    public void mount(RoutesConfig routes) {
        routes.get(PATH, ctx -> atHolder(ctx, held -> show(ctx, held)));
        routes.post(PATH, ctx -> atHolder(ctx, held -> confirm(ctx, held)));
    }

    /** What is kept of a link's token. */
    private record Held(Token token, PendingConfirmation pending) {}

    private void show(Context ctx, Held held) {
        if (isInForce(held.pending())) {
            page(ctx, held.pending(), false, null, isOfSeveral(held.pending()));
        } else {
            gone(ctx, held.pending());
        }
    }

    /** A second press before the first is folded writes the same event again, and shows the same page. */
    private void confirm(Context ctx, Held held) {
        PendingConfirmation pending = held.pending();
        if (!isInForce(pending)) {
            gone(ctx, pending);
            return;
        }
        boolean ofSeveral = isOfSeveral(pending);
        ConsentChanged confirmed = confirmed(held, clock.instant().truncatedTo(ChronoUnit.MILLIS));
        ctx.future(() -> writer.send(Topics.CONSENT_CHANGES, confirmed.getSubjectId(), confirmed)
                .thenAccept(written -> page(ctx, pending, true, receipts.of(confirmed), ofSeveral)));
    }

    private boolean isInForce(PendingConfirmation pending) {
        Instant now = clock.instant();
        if (!now.isBefore(pending.getExpiresAt())) {
            return false;
        }
        ConsentState state = states.apply(pending.getSubjectId());
        return Confirmations.awaits(
                state, pending.getScope(), pending.getContactPointId(), pending.getStatementId(), now);
    }

    private static ConsentChanged confirmed(Held held, Instant now) {
        PendingConfirmation pending = held.pending();
        return ConsentChanged.newBuilder()
                .setEventId(UUID.nameUUIDFromBytes(("confirmed/" + held.token().hash()).getBytes(UTF_8)))
                .setSubjectId(pending.getSubjectId())
                .setScope(pending.getScope())
                .setWill(Will.CONFIRM)
                .setContactPointId(pending.getContactPointId())
                .setOccurredAt(now)
                .setRecordedAt(now)
                .setDoor(Door.CONFIRMATION_LINK)
                .setNoticeVersion(pending.getNoticeVersion())
                .setWording(pending.getWording())
                .setLanguage(pending.getLanguage())
                .setCausedBy(pending.getStatementId())
                .build();
    }

    /** Confirmations lie where their subject's state does, which a token does not tell: each instance is asked. */
    private void atHolder(Context ctx, Consumer<Held> here) {
        limit.take(ctx.ip());
        Optional<Token> token = Token.read(ctx.pathParam("token"));
        Optional<Held> held = token.flatMap(this::held);
        if (held.isPresent()) {
            here.accept(held.get());
            return;
        }
        List<HostInfo> others =
                token.isEmpty() || Relays.isRelayed(ctx) ? List.of() : peers.othersWith(Confirmations.STORE);
        if (others.isEmpty()) {
            unknown(ctx);
            return;
        }
        ctx.future(() -> elsewhere(ctx, others)
                .thenAccept(answer -> answer.ifPresentOrElse(known -> relay(ctx, known), () -> unknown(ctx))));
    }

    private Optional<Held> held(Token token) {
        return peers.read(
                        Confirmations.STORE,
                        QueryableStoreTypes.<String, PendingConfirmation>windowStore(),
                        asked -> confirmations.find(asked, token.hash(), clock.instant()))
                .map(pending -> new Held(token, pending));
    }

    /** The answer of the instance that knows the token; of those that do not, one that says it cannot tell. */
    private CompletableFuture<Optional<HttpResponse<byte[]>>> elsewhere(Context ctx, List<HostInfo> others) {
        CompletableFuture<Optional<HttpResponse<byte[]>>> best = CompletableFuture.completedFuture(Optional.empty());
        for (HostInfo other : others) {
            best = best.thenCompose(known -> known.isPresent() && known.get().statusCode() < 500
                    ? CompletableFuture.completedFuture(known)
                    : peers.ask(ctx, other)
                            .thenApply(answer -> answer.statusCode() == 404 ? known : Optional.of(answer)));
        }
        return best;
    }

    private static void relay(Context ctx, HttpResponse<byte[]> answer) {
        Pages.head(ctx, answer.statusCode());
        answer.headers().firstValue(Header.CONTENT_TYPE).ifPresent(ctx::contentType);
        answer.headers().firstValue(Header.RETRY_AFTER).ifPresent(wait -> ctx.header(Header.RETRY_AFTER, wait));
        ctx.result(answer.body());
    }

    /** Whether the consent permits nothing, since several customers gave the address or number it is said under. */
    private boolean isOfSeveral(PendingConfirmation pending) {
        ConsentState state = states.apply(pending.getSubjectId());
        return state != null && !state.getClaimedBy().isEmpty();
    }

    private static void page(Context ctx, PendingConfirmation pending, boolean done, URI receipt, boolean ofSeveral) {
        Map<String, Object> values = new HashMap<>();
        values.put("scope", pending.getScope().name());
        values.put("wording", pending.getWording());
        values.put("done", done);
        values.put("receipt", receipt);
        values.put("ofSeveral", ofSeveral);
        Pages.show(ctx, 200, PAGES, Texts.of(PAGES, ctx, pending.getLanguage()), values);
    }

    private static void gone(Context ctx, PendingConfirmation pending) {
        Pages.message(ctx, 410, Texts.of(PAGES, ctx, pending.getLanguage()), "gone", "gone.why");
    }

    private static void unknown(Context ctx) {
        Pages.message(ctx, 404, Texts.of(PAGES, ctx, null), "unknown", "unknown.why");
    }
}
