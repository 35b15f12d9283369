package fi.lupa.edge.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.keys.Keys;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.AuditOutcome;
import fi.lupa.event.SignIn;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Who calls, and whether they may. A caller shows a key or a token in {@code Authorization: Bearer}, or a browser shows its
 * session; a header that does not hold ends the matter, whatever else came.
 */
public final class Access {
    private static final String SCHEME = "Bearer ";
    private static final String BASIC = "Basic ";
    private static final String CALLER = "lupa.caller";
    private static final String SESSION = "lupa.session";
    private static final String ROLES = "lupa.roles";
    private static final Set<HandlerType> SAFE = Set.of(HandlerType.GET, HandlerType.HEAD, HandlerType.OPTIONS);

    private final Keys keys;
    private final Optional<OpenIdProvider> provider;
    private final Sessions sessions;
    private final Audit audit;
    private final RateLimit limit;
    private final Relays relays;
    private final List<String> signInUnder = new CopyOnWriteArrayList<>();

    public Access(
            Keys keys,
            Optional<OpenIdProvider> provider,
            Sessions sessions,
            Audit audit,
            RateLimit limit,
            Relays relays) {
        this.relays = relays;
        this.keys = keys;
        this.provider = provider;
        this.sessions = sessions;
        this.audit = audit;
        this.limit = limit;
    }

    /**
     * Who calls.
     *
     * @throws ProblemException 401 if nobody is known to call, 403 if none of the roles is the caller's, which is recorded;
     *     429 if they call too often, 503 if it cannot be told now
     */
    public Principal require(Context ctx, Role... allowed) {
        return permit(ctx, caller(ctx), allowed);
    }

    /**
     * Who calls, by a key that came another way, as in a form's hidden field; null if none came.
     *
     * @throws ProblemException as above
     */
    public Principal require(Context ctx, String presentedKey, Role... allowed) {
        Principal caller =
                Optional.ofNullable(presentedKey).flatMap(keys::find).orElseThrow(ProblemException::unauthorized);
        return permit(ctx, known(ctx, caller), allowed);
    }

    /**
     * Records that the caller reads or changes a person's data; called before the answer, or the change, leaves the door.
     *
     * @param subjectId null where no single person is meant
     * @return completes when it is on every in-sync replica; fails with a {@link ProblemException} 503 otherwise
     */
    public CompletableFuture<Void> record(Context ctx, String subjectId) {
        return audit.write(ctx, ctx.attribute(CALLER), ctx.attribute(ROLES), subjectId, AuditOutcome.ALLOWED);
    }

    /** As {@link Audit#recordStart()}. */
    public void recordStart() {
        audit.recordStart();
    }

    /** 403 for the caller, once it is recorded; 503 if it cannot be. */
    public ProblemException forbidden(Context ctx, String detail) {
        Principal caller = Objects.requireNonNull(ctx.attribute(CALLER));
        try {
            audit.write(ctx, caller, caller.roles(), null, AuditOutcome.REFUSED).join();
        } catch (CompletionException e) {
            return e.getCause() instanceof ProblemException why
                    ? why
                    : ProblemException.unavailable("The refusal could not be recorded.", Duration.ofSeconds(5));
        }
        return ProblemException.forbidden(detail);
    }

    /**
     * Notes where a request comes from; before anything else is done with it.
     *
     * @throws ProblemException 503 if it is not from where it says
     */
    public void meet(Context ctx) {
        relays.note(ctx);
    }

    /** What instances say to each other of whom they ask for. */
    public Relays relays() {
        return relays;
    }

    /** What a form of ours sends along as {@code _csrf}; empty outside a session. */
    public String csrfToken(Context ctx) {
        Session session = ctx.attribute(SESSION);
        return session == null ? "" : session.csrf();
    }

    /** Where a browser signs in that asks for a page behind a sign-in; empty if this is no such request. */
    public Optional<String> signIn(Context ctx) {
        if (!ctx.method().equals(HandlerType.GET)
                || !Negotiation.wantsHtml(ctx)
                || ctx.header(Header.AUTHORIZATION) != null) {
            return Optional.empty();
        }
        return signInUnder.stream()
                .filter(prefix -> StaffLogin.isUnder(prefix, ctx.path()))
                .findFirst()
                .filter(prefix -> session(ctx).isEmpty())
                .map(prefix -> StaffLogin.address(prefix, ctx.path()));
    }

    void signsInUnder(String prefix) {
        signInUnder.add(prefix);
    }

    Keys keys() {
        return keys;
    }

    Optional<OpenIdProvider> provider() {
        return provider;
    }

    Sessions sessions() {
        return sessions;
    }

    Optional<Session> session(Context ctx) {
        Session known = ctx.attribute(SESSION);
        if (known == null) {
            known = sessions.read(ctx).orElse(null);
            ctx.attribute(SESSION, known);
        }
        return Optional.ofNullable(known);
    }

    /** Notes who calls, once for a request, and counts the request. */
    Principal known(Context ctx, Principal caller) {
        if (!caller.equals(ctx.attribute(CALLER))) {
            ctx.attribute(CALLER, caller);
            limit.take(caller.signIn() + " " + caller.name() + " " + ctx.ip());
        }
        return caller;
    }

    private Principal caller(Context ctx) {
        Principal known = ctx.attribute(CALLER);
        if (known != null) {
            return known;
        }
        String header = ctx.header(Header.AUTHORIZATION);
        if (header != null) {
            return known(ctx, bearer(presented(header)));
        }
        Session session = session(ctx).orElseThrow(ProblemException::unauthorized);
        known(ctx, session.principal());
        refuseForeign(ctx, session);
        return session.principal();
    }

    /** A key or token; as the password, where whoever calls can do no better: the webhooks of others know addresses only. */
    private static String presented(String header) {
        if (header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return header.substring(SCHEME.length()).strip();
        }
        if (!header.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return "";
        }
        try {
            String pair = new String(
                    Base64.getDecoder().decode(header.substring(BASIC.length()).strip()), UTF_8);
            return pair.substring(pair.indexOf(':') + 1);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private Principal bearer(String presented) {
        boolean token = presented.chars().filter(c -> c == '.').count() >= 2;
        return token && provider.isPresent()
                ? provider.get().principal(presented)
                : keys.find(presented).orElseThrow(ProblemException::unauthorized);
    }

    private Principal permit(Context ctx, Principal caller, Role... allowed) {
        Set<Role> opening = EnumSet.noneOf(Role.class);
        opening.addAll(Arrays.asList(allowed));
        opening.retainAll(caller.roles());
        if (opening.isEmpty()) {
            throw forbidden(ctx, refusal(caller));
        }
        ctx.attribute(ROLES, opening);
        return caller;
    }

    private static String refusal(Principal caller) {
        String roles = caller.roles().stream().sorted().map(Role::written).collect(Collectors.joining(", "));
        if (caller.signIn() == SignIn.KEY) {
            return "The key \"%s\" has the role%s %s and may not do this."
                    .formatted(caller.name(), caller.roles().size() == 1 ? "" : "s", roles);
        }
        return roles.isEmpty()
                ? "You are known here, and have no role in Lupa; ask whoever gives out its roles."
                : "Your roles (%s) do not include this; ask whoever gives out Lupa's roles.".formatted(roles);
    }

    /** A browser sends its session along with whatever any page makes it send; a change is believed of our own pages alone. */
    private void refuseForeign(Context ctx, Session session) {
        if (SAFE.contains(ctx.method())) {
            return;
        }
        // Another instance has looked at the origin, which names it and not this one; the token comes along.
        boolean ours = Relays.isRelayed(ctx) || comesFromOwnPage(ctx);
        if (!ours
                || !MessageDigest.isEqual(
                        session.csrf().getBytes(UTF_8), presentedCsrf(ctx).getBytes(UTF_8))) {
            throw forbidden(
                    ctx,
                    "The request does not come from a page of Lupa's, or the page is of an earlier sign-in; open it anew.");
        }
    }

    private static String presentedCsrf(Context ctx) {
        String header = ctx.header("X-CSRF-Token");
        boolean form = ctx.isFormUrlencoded() || ctx.isMultipartFormData();
        return Objects.requireNonNullElse(header == null && form ? ctx.formParam("_csrf") : header, "");
    }

    /** Whether the browser says that one of our own pages sends this; a request that says nothing is not believed. */
    static boolean comesFromOwnPage(Context ctx) {
        String site = ctx.header("Sec-Fetch-Site");
        if (site != null) {
            return site.equals("same-origin");
        }
        String origin = ctx.header(Header.ORIGIN);
        try {
            return origin != null && Objects.equals(URI.create(origin).getRawAuthority(), ctx.header(Header.HOST));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
