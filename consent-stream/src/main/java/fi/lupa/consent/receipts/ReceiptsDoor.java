package fi.lupa.consent.receipts;

import fi.lupa.consent.pages.Pages;
import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.query.Histories;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentChanged;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;

/**
 * {@code GET /receipts/{token}} shows a statement to whoever holds its link: as a page, as JSON, or signed, as JWS. {@code GET
 * /.well-known/jwks.json} publishes the keys. Without a key to sign with, both are refused: an unsigned receipt proves nothing.
 */
public final class ReceiptsDoor {

    private static final String PAGES = "statement";
    private static final String JSON = "application/json";
    private static final String JOSE = "application/jose";
    private static final String HTML = "text/html";

    /** What browsers, which ask for pages, name in the address instead. */
    private static final Map<String, String> AS = Map.of("json", JSON, "jose", JOSE, "html", HTML);

    /** A statement answered with 202 is folded within a moment. */
    private static final Duration A_MOMENT = Duration.ofSeconds(2);

    private final LinkTokens tokens;
    private final Optional<ReceiptKeys> keys;
    private final Receipts receipts;
    private final Histories histories;
    private final Peers peers;
    private final URI publicUrl;
    private final RateLimit limit;
    private final Clock clock;

    /**
     * @param keys empty for none: nothing is shown
     * @param publicUrl the service as people reach it, without a slash at the end
     */
    public ReceiptsDoor(
            LinkTokens tokens,
            Optional<ReceiptKeys> keys,
            Receipts receipts,
            Peers peers,
            URI publicUrl,
            RateLimit limit,
            Clock clock) {
        this.tokens = tokens;
        this.keys = keys;
        this.receipts = receipts;
        this.histories = new Histories(peers);
        this.peers = peers;
        this.publicUrl = publicUrl;
        this.limit = limit;
        this.clock = clock;
    }

    public void mount(RoutesConfig routes) {
        routes.get("/receipts/{token}", this::receipt);
        routes.get("/.well-known/jwks.json", this::published);
    }

    private void published(Context ctx) {
        String jwks = signing().published().toString();
        ctx.header(Header.CACHE_CONTROL, "public, max-age=3600")
                .contentType("application/jwk-set+json")
                .result(jwks);
    }

    private void receipt(Context ctx) {
        limit.take(ctx.ip());
        String type = type(ctx);
        ctx.header(Header.VARY, Header.ACCEPT + ", " + Header.ACCEPT_LANGUAGE);
        Optional<Link.Receipt> link = tokens.read(ctx.pathParam("token"), Link.Receipt.class);
        if (link.isEmpty()) {
            refuse(ctx, type, 404, "unknown", null);
            return;
        }
        if (!clock.instant().isBefore(link.get().expiresAt())) {
            refuse(ctx, type, 410, "gone", null);
            return;
        }
        ReceiptKeys signing = signing();
        Optional<HostInfo> other = histories.holder(link.get().subjectId());
        if (other.isPresent()) {
            ctx.future(() -> peers.ask(ctx, other.get()).thenAccept(answer -> relay(ctx, answer)));
            return;
        }
        histories
                .statement(link.get().subjectId(), link.get().eventId())
                .ifPresentOrElse(
                        said -> show(ctx, type, said, signing), () -> refuse(ctx, type, 404, "soon", A_MOMENT));
    }

    private ReceiptKeys signing() {
        return keys.orElseThrow(() -> ProblemException.unavailable(
                "Receipts are not signed here yet: the operator makes a key with ./lupa keys and sets --receipt-key.",
                Duration.ofHours(1)));
    }

    /** JSON to whoever has no preference. */
    private static String type(Context ctx) {
        String as = ctx.queryParam("as");
        if (as == null) {
            return Negotiation.preferred(ctx, List.of(JSON, JOSE, HTML));
        }
        return Optional.ofNullable(AS.get(as))
                .orElseThrow(() -> ProblemException.badRequest(
                        List.of(new Fault("as", "A receipt is given as json, jose or html."))));
    }

    private void show(Context ctx, String type, ConsentChanged said, ReceiptKeys signing) {
        ConsentReceipt receipt = receipts.of(said);
        switch (type) {
            case HTML -> {
                Texts texts = Texts.of(PAGES, ctx, said.getLanguage());
                ReceiptView view = ReceiptView.of(said, receipts, texts, signing.kid(), publicUrl);
                Pages.show(ctx, 200, PAGES, texts, Map.of("receipt", view));
            }
            case JOSE ->
                ctx.header(
                                Header.CONTENT_DISPOSITION,
                                "attachment; filename=\"receipt-%s.jws\"".formatted(said.getEventId()))
                        .header("X-Robots-Tag", "noindex, nofollow")
                        .contentType(JOSE)
                        .result(signing.sign(receipt));
            default ->
                ctx.header("X-Robots-Tag", "noindex, nofollow")
                        .contentType(JSON)
                        .result(receipt.bytes());
        }
    }

    /** @param text key of the page's title; the paragraph has the same with {@code .why} */
    private static void refuse(Context ctx, String type, int status, String text, Duration retryAfter) {
        if (type.equals(HTML)) {
            Optional.ofNullable(retryAfter)
                    .ifPresent(wait -> ctx.header(Header.RETRY_AFTER, Long.toString(wait.toSeconds())));
            Pages.message(ctx, status, Texts.of(PAGES, ctx, null), text, text + ".why");
            return;
        }
        Texts texts = Texts.of(PAGES, Locale.ENGLISH);
        throw new ProblemException(
                status,
                status == 410 ? "Gone" : "Not Found",
                texts.get(text) + ". " + texts.get(text + ".why"),
                List.of(),
                retryAfter);
    }

    private static void relay(Context ctx, HttpResponse<byte[]> answer) {
        ctx.status(answer.statusCode());
        Optional<String> type = answer.headers().firstValue(Header.CONTENT_TYPE);
        if (type.orElse("").startsWith(HTML)) {
            Pages.head(ctx, answer.statusCode());
        }
        type.ifPresent(ctx::contentType);
        List.of(Header.RETRY_AFTER, Header.CONTENT_DISPOSITION, "X-Robots-Tag")
                .forEach(name -> answer.headers().firstValue(name).ifPresent(value -> ctx.header(name, value)));
        ctx.result(answer.body());
    }
}
