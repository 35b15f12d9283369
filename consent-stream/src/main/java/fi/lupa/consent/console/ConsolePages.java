package fi.lupa.consent.console;

import fi.lupa.consent.pages.Pages;
import fi.lupa.consent.pages.Texts;
import fi.lupa.edge.access.Account;
import fi.lupa.edge.access.StaffLogin;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

/** The console's pages for one caller, in their language: as they last chose, else as their browser says. */
final class ConsolePages {

    private static final String LANGUAGE = "lupa-language";
    private static final int A_YEAR_IN_SECONDS = 31_536_000;

    private final Context ctx;
    private final Principal caller;
    private final String csrf;
    private final Texts texts;

    /** @param csrf what the forms send along */
    ConsolePages(Context ctx, Principal caller, String csrf) {
        this.ctx = ctx;
        this.caller = caller;
        this.csrf = csrf;
        String asked = ctx.queryParam("lang");
        if (Negotiation.LANGUAGES.stream().anyMatch(known -> known.getLanguage().equals(asked))) {
            ctx.cookie(new Cookie(LANGUAGE, asked, "/console", A_YEAR_IN_SECONDS, false, true, null, SameSite.STRICT));
        }
        this.texts =
                Texts.of("console", ctx, ctx.cookie(LANGUAGE)).over("report").over("statement");
    }

    Texts texts() {
        return texts;
    }

    boolean is(Role role) {
        return caller.roles().contains(role);
    }

    /** A moment as a page's field takes it. */
    String local(Instant moment) {
        return LocalDateTime.ofInstant(moment, Negotiation.HERE)
                .truncatedTo(ChronoUnit.MINUTES)
                .toString();
    }

    /**
     * Answers with a page.
     *
     * @param template its name under {@code src/main/jte/console}
     * @param values its parameters besides {@code texts}, {@code account} and {@code csrf}
     */
    void show(int status, String template, Map<String, Object> values) {
        Map<String, Object> parameters = new HashMap<>(values);
        parameters.put("account", Account.of(caller, texts.locale()));
        parameters.put("csrf", csrf);
        String page = Pages.rendered("console/" + template, texts, parameters);
        StaffLogin.html(ctx, status, page);
    }
}
