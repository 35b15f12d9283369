package fi.lupa.edge.access;

import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Requests that one instance of a service puts to another, in their caller's own name. That it does so is believed of a token, signed
 * with the installation's secret and good for minutes: nobody else can choose the id that a request goes by, or be answered as an
 * instance is.
 */
public final class Relays {

    /** The header of a request that came from another instance. */
    public static final String HEADER = "X-Lupa-Relayed";

    private static final String RELAYED = "lupa.relayed";

    /** More than the clocks of two instances may differ by. */
    private static final Duration GOOD_FOR = Duration.ofMinutes(5);

    private final LinkTokens tokens;
    private final Clock clock;

    public Relays(LinkTokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    /** The header's value, with the id of the request that is asked for. */
    public String token(Context ctx) {
        return tokens.sign(
                new Link.Peer(RequestId.of(ctx).toString(), clock.instant().plus(GOOD_FOR)));
    }

    /**
     * Notes whether a request came from another instance, before anybody asks.
     *
     * @throws ProblemException 503 if it only says so: a caller who is answered for the whole would take it for a part
     */
    void note(Context ctx) {
        String token = ctx.header(HEADER);
        if (token == null) {
            return;
        }
        UUID id = tokens.read(token, Link.Peer.class)
                .filter(link -> clock.instant().isBefore(link.expiresAt()))
                .flatMap(link -> uuid(link.subjectId()))
                .orElseThrow(() -> ProblemException.unavailable(
                        "Only another instance may say that it relays; leave %s out.".formatted(HEADER),
                        Duration.ofSeconds(2)));
        ctx.attribute(RELAYED, true);
        RequestId.set(ctx, id);
    }

    /** Whether the request came from another instance, which must not be sent on once more. */
    public static boolean isRelayed(Context ctx) {
        return ctx.attribute(RELAYED) != null;
    }

    private static Optional<UUID> uuid(String id) {
        try {
            return Optional.of(UUID.fromString(id));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
