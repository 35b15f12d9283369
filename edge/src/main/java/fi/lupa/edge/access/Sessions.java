package fi.lupa.edge.access;

import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.keys.Principal;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Browser sessions, kept in the browsers' own cookies, sealed: every instance of both services reads them, and none stores
 * them. An end is remembered by the instance that was told; elsewhere a copied cookie lives on until its time is over.
 */
public final class Sessions {

    /** A session that nobody uses ends after this. */
    static final Duration IDLE = Duration.ofMinutes(30);

    /** No session lives longer. */
    static final Duration LONGEST = Duration.ofHours(8);

    private static final Duration BETWEEN_RENEWALS = Duration.ofMinutes(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Sealed sealed;
    private final Keys keys;
    private final boolean secure;
    private final Clock clock;
    private final Map<String, Instant> ended = new ConcurrentHashMap<>();

    /**
     * @param secret of the installation
     * @param secure whether browsers come by HTTPS alone
     */
    public Sessions(byte[] secret, Keys keys, boolean secure, Clock clock) {
        this.sealed = new Sealed(secret, "lupa sessions 1");
        this.keys = keys;
        this.secure = secure;
        this.clock = clock;
    }

    /** The cookie's name; a browser takes one of the first kind from nobody but this host, by HTTPS. */
    String cookie() {
        return secure ? "__Host-lupa" : "lupa";
    }

    boolean secure() {
        return secure;
    }

    Session start(Context ctx, Principal principal, boolean local) {
        Instant now = clock.instant();
        Session session = new Session(random(), principal, local, now, now, random());
        keep(ctx, session);
        return session;
    }

    /** The session of the browser that asks, and renews it; empty if there is none, or its time is over. */
    Optional<Session> read(Context ctx) {
        Instant now = clock.instant();
        Optional<Session> found = Optional.ofNullable(ctx.cookie(cookie()))
                .flatMap(sealed::open)
                .map(Session::of)
                .filter(session -> !ended.containsKey(session.id()))
                .filter(session -> now.isBefore(session.seenAt().plus(IDLE)))
                .filter(session -> now.isBefore(session.startedAt().plus(LONGEST)))
                .flatMap(this::asListedNow);
        found.filter(session -> !now.isBefore(session.seenAt().plus(BETWEEN_RENEWALS)))
                .ifPresent(session -> keep(ctx, session.seen(now)));
        return found;
    }

    void end(Context ctx, Session session) {
        Instant now = clock.instant();
        ended.values().removeIf(over -> !now.isBefore(over));
        ended.put(session.id(), session.startedAt().plus(LONGEST));
        ctx.cookie(new Cookie(cookie(), "", "/", 0, secure, true, null, SameSite.STRICT));
    }

    // Who was taken off the list, or lost a role, has lost it at once.
    private Optional<Session> asListedNow(Session session) {
        return session.local() ? keys.staff(session.principal().name()).map(session::as) : Optional.of(session);
    }

    private void keep(Context ctx, Session session) {
        ctx.cookie(new Cookie(cookie(), sealed.seal(session.claims()), "/", -1, secure, true, null, SameSite.STRICT));
    }

    private static String random() {
        byte[] bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
