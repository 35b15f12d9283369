package fi.lupa.edge.access;

import fi.lupa.edge.access.OpenIdProvider.Trip;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import io.javalin.http.SameSite;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets staff sign in and out in a browser, under a prefix whose pages then open to them by their roles. */
public final class StaffLogin {
    private static final Duration TRIP = Duration.ofMinutes(10);

    /** A password costs a third of a second of one core on purpose; no more than these are tried at once. */
    private static final Semaphore TRIES = new Semaphore(2);

    private static final Duration WAIT_FOR_TURN = Duration.ofSeconds(1);

    private final Access access;
    private final String prefix;
    private final URI callback;
    private final Attempts attempts;
    private final Sealed trips;

    /**
     * @param prefix of the pages, as {@code /console}
     * @param publicUrl where browsers reach the service, without a slash at the end
     * @param secret of the installation
     */
    public StaffLogin(Access access, String prefix, URI publicUrl, byte[] secret, Clock clock) {
        this.access = access;
        this.prefix = prefix;
        this.callback = URI.create(publicUrl + prefix + "/login/callback");
        this.attempts = new Attempts(clock);
        this.trips = new Sealed(secret, "lupa trips to the provider 1");
    }

    public void mount(RoutesConfig routes) {
        access.signsInUnder(prefix);
        routes.get(prefix + "/login", this::show);
        routes.post(prefix + "/login", this::signIn);
        routes.get(prefix + "/login/provider", this::toProvider);
        routes.get(prefix + "/login/callback", this::fromProvider);
        routes.post(prefix + "/logout", this::signOut, Role.OF_STAFF.toArray(Role[]::new));
        Assets.mount(routes);
    }

    static boolean isUnder(String prefix, String path) {
        return (path.equals(prefix) || path.startsWith(prefix + "/")) && !path.startsWith(prefix + "/login");
    }

    /** The page to sign in on, to come back from to the path. What the page was asked about is not carried along: it may be an address. */
    static String address(String prefix, String path) {
        return prefix + "/login?return=" + URLEncoder.encode(path, StandardCharsets.UTF_8);
    }

    private void show(Context ctx) {
        page(ctx, 200, "");
    }

    private void signIn(Context ctx) {
        if (!Access.comesFromOwnPage(ctx)) {
            throw ProblemException.forbidden("A sign-in comes from Lupa's own page; open it and sign in there.");
        }
        String name = Objects.requireNonNullElse(ctx.formParam("name"), "");
        String password = Objects.requireNonNullElse(ctx.formParam("password"), "");
        LoginPage page = new LoginPage(Negotiation.language(ctx));
        try {
            attempts.begin(name, ctx.ip());
        } catch (ProblemException e) {
            long seconds = e.retryAfter().orElseThrow().plusMillis(999).toSeconds();
            ctx.header(Header.RETRY_AFTER, Long.toString(seconds));
            page(ctx, 429, page.waitFor(seconds));
            return;
        }
        Optional<Principal> found = tried(name, password);
        if (found.isEmpty()) {
            page(ctx, 401, page.wrong());
            return;
        }
        attempts.succeeded(name, ctx.ip());
        enter(ctx, found.get(), true, backTo(ctx));
    }

    /** @throws ProblemException 503 where so many try at once that the others would hold up everybody else's requests */
    private Optional<Principal> tried(String name, String password) {
        if (!turn()) {
            throw ProblemException.unavailable("Too many sign in at once; try again in a moment.", WAIT_FOR_TURN);
        }
        try {
            return access.keys().signIn(name, password);
        } finally {
            TRIES.release();
        }
    }

    private static boolean turn() {
        try {
            return TRIES.tryAcquire(WAIT_FOR_TURN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void toProvider(Context ctx) {
        Trip trip = Trip.backTo(backTo(ctx));
        URI there = provider().signIn(trip, callback);
        keep(ctx, trips.seal(trip.claims()), (int) TRIP.toSeconds());
        ctx.status(303).header(Header.LOCATION, there.toString());
    }

    private void fromProvider(Context ctx) {
        Trip trip = Optional.ofNullable(ctx.cookie(tripCookie()))
                .flatMap(trips::open)
                .map(Trip::of)
                .filter(open -> same(open.state(), ctx.queryParam("state")))
                .orElseThrow(ProblemException::unauthorized);
        keep(ctx, "", 0);
        String code = ctx.queryParam("code");
        if (code == null) {
            page(ctx, 401, new LoginPage(Negotiation.language(ctx)).refused());
            return;
        }
        enter(ctx, provider().signedIn(trip, code, callback), false, trip.backTo());
    }

    /** The session's cookie is for requests from our own pages; so one of them, and no redirect from elsewhere, leads on. */
    private void enter(Context ctx, Principal caller, boolean local, String backTo) {
        access.known(ctx, caller);
        Set<Role> roles = EnumSet.noneOf(Role.class);
        roles.addAll(Role.OF_STAFF);
        roles.retainAll(caller.roles());
        if (roles.isEmpty()) {
            throw access.forbidden(
                    ctx, "You are known here, and have no role in Lupa; ask whoever gives out its roles.");
        }
        access.sessions().start(ctx, Principal.person(caller.name(), caller.shownAs(), caller.signIn(), roles), local);
        html(ctx, 200, new LoginPage(Negotiation.language(ctx)).onwards(backTo));
    }

    private void signOut(Context ctx) {
        access.session(ctx).ifPresent(session -> access.sessions().end(ctx, session));
        ctx.status(303).header(Header.LOCATION, prefix + "/login");
    }

    private void page(Context ctx, int status, String said) {
        html(
                ctx,
                status,
                new LoginPage(Negotiation.language(ctx))
                        .form(
                                prefix,
                                backTo(ctx),
                                said,
                                access.keys().hasStaff(),
                                access.provider().isPresent()));
    }

    /** Answers with one of the staff's pages, which runs our own scripts, sends its forms to us, and is shown in no other. */
    public static void html(Context ctx, int status, String page) {
        head(ctx, status);
        ctx.contentType("text/html; charset=utf-8").result(page);
    }

    /** What every answer with such a page has. */
    public static void head(Context ctx, int status) {
        ctx.status(status)
                .header(
                        Header.CONTENT_SECURITY_POLICY,
                        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
                                + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
                // Without a referrer at all a browser hides the origin of its own forms.
                .header("Referrer-Policy", "same-origin");
    }

    /** Where to go after signing in: one of the pages under the prefix, and nowhere else. */
    private String backTo(Context ctx) {
        String asked = Objects.requireNonNullElse(
                ctx.method().equals(HandlerType.POST) ? ctx.formParam("return") : ctx.queryParam("return"), prefix);
        return asked.matches("[A-Za-z0-9/_-]{1,200}") && isUnder(prefix, asked) ? asked : prefix;
    }

    private OpenIdProvider provider() {
        return access.provider().orElseThrow(() -> ProblemException.notFound("No OpenID provider is set up for Lupa."));
    }

    private String tripCookie() {
        return access.sessions().cookie() + "-trip";
    }

    /** It comes back by a link from elsewhere, so it is not as strict as the session's. */
    private void keep(Context ctx, String value, int seconds) {
        ctx.cookie(
                new Cookie(tripCookie(), value, "/", seconds, access.sessions().secure(), true, null, SameSite.LAX));
    }

    private static boolean same(String one, String other) {
        return other != null
                && MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
