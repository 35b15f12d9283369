package fi.lupa.campaign.desk;

import fi.lupa.edge.access.Account;
import fi.lupa.edge.access.StaffLogin;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The desk's pages for one caller, in their language: as they last chose, else as their browser says. */
final class DeskPages {

    private static final String LANGUAGE = "lupa-language";
    private static final int A_YEAR_IN_SECONDS = 31_536_000;

    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(ContentType.Html);

    private final Context ctx;
    private final Principal caller;
    private final String csrf;
    private final DeskTexts texts;

    /** @param csrf what the forms send along */
    DeskPages(Context ctx, Principal caller, String csrf) {
        this.ctx = ctx;
        this.caller = caller;
        this.csrf = csrf;
        String asked = ctx.queryParam("lang");
        Locale language = Stream.of(asked, ctx.cookie(LANGUAGE))
                .flatMap(one -> Negotiation.LANGUAGES.stream()
                        .filter(known -> known.getLanguage().equals(one)))
                .findFirst()
                .orElseGet(() -> Negotiation.language(ctx));
        if (language.getLanguage().equals(asked)) {
            ctx.cookie(new Cookie(LANGUAGE, asked, "/desk", A_YEAR_IN_SECONDS, false, true, null, SameSite.STRICT));
        }
        this.texts = new DeskTexts(language);
    }

    DeskTexts texts() {
        return texts;
    }

    boolean isFor(Role... roles) {
        return Arrays.stream(roles).anyMatch(caller.roles()::contains);
    }

    /**
     * Answers with a page.
     *
     * @param template its name under {@code src/main/jte/desk}
     * @param values its parameters besides {@code texts}, {@code account} and {@code csrf}
     */
    void show(String template, Map<String, Object> values) {
        show(200, template, values);
    }

    void show(int status, String template, Map<String, Object> values) {
        Map<String, Object> parameters = new HashMap<>(values);
        parameters.put("texts", texts);
        parameters.put("account", Account.of(caller, texts.locale()));
        parameters.put("csrf", csrf);
        StringOutput html = new StringOutput();
        TEMPLATES.render("desk/" + template + ".jte", parameters, html);
        StaffLogin.html(ctx, status, html.toString());
    }
}
