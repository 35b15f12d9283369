package fi.lupa.consent.confirmation;

import static fi.lupa.edge.http.Html.escape;
import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.event.Scope;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;

/** What the person sees who follows a confirmation's link: plain pages that say what is confirmed, and never for whom. */
final class ConfirmPage {

    private static final String STYLE = """
            :root { color-scheme: light dark; }
            body { margin: 0 auto; max-width: 36rem; padding: 2rem 1.25rem; font: 1.125rem/1.55 system-ui, sans-serif; }
            h1 { font-size: 1.75rem; line-height: 1.25; }
            blockquote { margin: 1rem 0; padding: .25rem 1rem; border-left: .25rem solid; }
            button { padding: .75rem 1.5rem; font: inherit; font-weight: 700; cursor: pointer; }
            """;

    /** Nothing but the page's own style, and its form to nobody but this door. */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; style-src 'sha256-%s'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
                    .formatted(sha256(STYLE));

    /**
     * @param email what a consent to email means
     * @param mobile what a consent to messages on a mobile phone means
     * @param said stands before the words of the form
     * @param otherwise for somebody who did not ask for this
     */
    private record Words(
            String ask,
            String email,
            String mobile,
            String said,
            String button,
            String otherwise,
            String done,
            String takeBack,
            String gone,
            String whyGone,
            String unknown,
            String whyUnknown) {

        String scope(Scope scope) {
            return scope == Scope.EMAIL ? email : mobile;
        }
    }

    private static final Map<String, Words> WORDS = Map.of(
            "en",
            new Words(
                    "Confirm your consent",
                    "Your consent: you may be sent marketing by email.",
                    "Your consent: you may be sent marketing to your mobile phone, by text message for example.",
                    "You ticked this on the form:",
                    "Yes, I confirm",
                    "If you did not fill in the form, close this page: without your confirmation the consent does not count.",
                    "Thank you, your consent is confirmed",
                    "You can take it back at any time.",
                    "This link is no longer in force",
                    "It has been used, a newer form has taken its place, or its time has passed. If you have already"
                            + " confirmed, there is nothing more to do. Otherwise fill in the form again, and you get a"
                            + " new link.",
                    "This link is not known",
                    "Check that the whole address in the message came along. If it did, the link is too old: fill in the"
                            + " form again, and you get a new one."),
            "fi",
            new Words(
                    "Vahvista suostumuksesi",
                    "Suostumuksesi: sinulle saa lähettää markkinointia sähköpostitse.",
                    "Suostumuksesi: sinulle saa lähettää markkinointia matkapuhelimeen, esimerkiksi tekstiviestillä.",
                    "Rastitit lomakkeella tämän:",
                    "Kyllä, vahvistan",
                    "Jos et ole täyttänyt lomaketta, sulje tämä sivu: ilman vahvistustasi suostumus ei ole voimassa.",
                    "Kiitos, suostumuksesi on vahvistettu",
                    "Voit perua sen milloin tahansa.",
                    "Linkki ei ole enää voimassa",
                    "Linkkiä on jo käytetty, uudempi lomake on korvannut sen tai sen aika on kulunut. Jos olet jo"
                            + " vahvistanut suostumuksesi, sinun ei tarvitse tehdä mitään. Muussa tapauksessa täytä"
                            + " lomake uudelleen, niin saat uuden linkin.",
                    "Linkkiä ei tunneta",
                    "Tarkista, että viestissä ollut osoite tuli mukaan kokonaan. Jos tuli, linkki on liian vanha: täytä"
                            + " lomake uudelleen, niin saat uuden."),
            "sv",
            new Words(
                    "Bekräfta ditt samtycke",
                    "Ditt samtycke: du får ta emot marknadsföring per e-post.",
                    "Ditt samtycke: du får ta emot marknadsföring i mobiltelefonen, till exempel per sms.",
                    "Du kryssade för detta på formuläret:",
                    "Ja, jag bekräftar",
                    "Om du inte har fyllt i formuläret kan du stänga sidan: utan din bekräftelse gäller inte samtycket.",
                    "Tack, ditt samtycke är bekräftat",
                    "Du kan återkalla det när som helst.",
                    "Länken gäller inte längre",
                    "Den har redan använts, ett nyare formulär har ersatt den eller dess tid har gått ut. Om du redan har"
                            + " bekräftat behöver du inte göra något mer. Fyll annars i formuläret på nytt, så får du en"
                            + " ny länk.",
                    "Länken är okänd",
                    "Kontrollera att hela adressen i meddelandet kom med. Gjorde den det är länken för gammal: fyll i"
                            + " formuläret på nytt, så får du en ny."));

    private ConfirmPage() {}

    /**
     * The button.
     *
     * @param wording of the form; null where unknown
     */
    static String ask(Scope scope, String wording, String language) {
        Words words = WORDS.get(language);
        return page(
                language,
                words.ask(),
                consent(words, scope, wording) + """
                <form method="post">
                <p><button>%s</button></p>
                </form>
                <p>%s</p>
                """.formatted(words.button(), words.otherwise()));
    }

    static String done(Scope scope, String wording, String language) {
        Words words = WORDS.get(language);
        return page(language, words.done(), consent(words, scope, wording) + paragraph(words.takeBack()));
    }

    static String gone(String language) {
        Words words = WORDS.get(language);
        return page(language, words.gone(), paragraph(words.whyGone()));
    }

    static String unknown(String language) {
        Words words = WORDS.get(language);
        return page(language, words.unknown(), paragraph(words.whyUnknown()));
    }

    private static String consent(Words words, Scope scope, String wording) {
        String said = wording == null
                ? ""
                : paragraph(words.said()) + "<blockquote><p>" + escape(wording) + "</p></blockquote>\n";
        return paragraph(words.scope(scope)) + said;
    }

    private static String paragraph(String text) {
        return "<p>" + text + "</p>\n";
    }

    private static String page(String language, String title, String body) {
        return """
                <!doctype html>
                <html lang="%s">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex, nofollow">
                <title>%s</title>
                <style>%s</style>
                </head>
                <body>
                <main>
                <h1>%s</h1>
                %s</main>
                </body>
                </html>
                """.formatted(language, title, STYLE, title, body);
    }

    private static String sha256(String text) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
