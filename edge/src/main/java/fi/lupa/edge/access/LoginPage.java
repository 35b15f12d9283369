package fi.lupa.edge.access;

import static fi.lupa.edge.http.Html.escape;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/** The pages to sign in on, in the reader's language. */
final class LoginPage {
    private final Locale language;
    private final ResourceBundle words;

    LoginPage(Locale language) {
        this.language = language;
        this.words = words(language);
    }

    static ResourceBundle words(Locale language) {
        return ResourceBundle.getBundle(
                "fi.lupa.edge.access.login",
                language,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    String wrong() {
        return words.getString("wrong");
    }

    String refused() {
        return words.getString("refused");
    }

    String waitFor(long seconds) {
        return new MessageFormat(words.getString("wait"), language).format(new Object[] {seconds});
    }

    /**
     * @param said what is to be known before trying again; empty for nothing
     * @param local whether there is a password to sign in with
     * @param provider whether there is an OpenID provider
     */
    String form(String prefix, String backTo, String said, boolean local, boolean provider) {
        String alert = said.isEmpty() ? "" : "<p role=\"alert\"><strong>%s</strong></p>\n".formatted(escape(said));
        String password = !local
                ? ""
                : """
                <form method="post" action="%s/login">
                <input type="hidden" name="return" value="%s">
                <label>%s <input name="name" autocomplete="username" required autofocus></label>
                <label>%s <input name="password" type="password" autocomplete="current-password" required></label>
                <button>%s</button>
                </form>
                """.formatted(escape(prefix), escape(backTo), word("name"), word("password"), word("signIn"));
        String elsewhere = !provider
                ? ""
                : """
                <p><a role="button" class="secondary" href="%s/login/provider?return=%s">%s</a></p>
                """.formatted(escape(prefix), URLEncoder.encode(backTo, StandardCharsets.UTF_8), word("provider"));
        return page(word("signIn"), "", "<h1>" + word("signIn") + "</h1>\n" + alert + password + elsewhere);
    }

    /** A page of ours that leads on by itself. */
    String onwards(String path) {
        return page(
                word("signedIn"),
                "<meta http-equiv=\"refresh\" content=\"0;url=%s\">\n".formatted(escape(path)),
                "<p>%s <a href=\"%s\">%s</a></p>\n".formatted(word("signedIn"), escape(path), word("onwards")));
    }

    private String word(String key) {
        return escape(words.getString(key));
    }

    private String page(String title, String head, String main) {
        return """
                <!doctype html>
                <html lang="%s">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s – Lupa</title>
                <link rel="icon" href="data:,">
                <link rel="stylesheet" href="%s">
                <link rel="stylesheet" href="%s">
                %s</head>
                <body>
                <main class="container">
                %s</main>
                </body>
                </html>
                """.formatted(language.toLanguageTag(), title, Assets.PICO, Assets.STAFF, head, main);
    }
}
