package fi.lupa.consent.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.edge.http.Html;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Answers with a page, made of a template under {@code src/main/jte/person}. */
public final class Pages {

    /** The style of all pages, the content of {@code person.css}. */
    public static final String STYLE = style();

    /** Nothing but the pages' own style, and their forms to nobody but their own door. */
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; style-src '%s'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
                    .formatted(Html.hash(STYLE));

    private static final TemplateEngine TEMPLATES = TemplateEngine.createPrecompiled(ContentType.Html);

    private Pages() {}

    /**
     * A page made of a template.
     *
     * @param template its name, as {@code confirm}
     * @param values its parameters besides {@code texts}
     */
    public static void show(Context ctx, int status, String template, Texts texts, Map<String, Object> values) {
        String html = rendered("person/" + template, texts, values);
        head(ctx, status);
        ctx.contentType("text/html; charset=utf-8").result(html);
    }

    /** What a template under {@code src/main/jte} makes of its parameters, besides {@code texts}. */
    public static String rendered(String template, Texts texts, Map<String, Object> values) {
        StringOutput html = new StringOutput();
        Map<String, Object> parameters = new HashMap<>(values);
        parameters.put("texts", texts);
        TEMPLATES.render(template + ".jte", parameters, html);
        return html.toString();
    }

    /**
     * A page that only tells something.
     *
     * @param paragraphs keys of their texts
     */
    public static void message(Context ctx, int status, Texts texts, String title, String... paragraphs) {
        List<String> told = Arrays.stream(paragraphs).map(texts::get).toList();
        show(ctx, status, "message", texts, Map.of("title", texts.get(title), "paragraphs", told));
    }

    /** What the answer with a page has, also where another instance made the page. */
    public static void head(Context ctx, int status) {
        ctx.status(status)
                .header(Header.CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
                .header("X-Robots-Tag", "noindex, nofollow");
    }

    private static String style() {
        try (InputStream in = Pages.class.getResourceAsStream("person.css")) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
