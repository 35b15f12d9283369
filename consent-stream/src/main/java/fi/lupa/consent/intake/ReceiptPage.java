package fi.lupa.consent.intake;

import static fi.lupa.edge.http.Html.escape;

import fi.lupa.consent.intake.Receipt.Understood;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The receipt as a page, for a person whose browser posted the form. */
final class ReceiptPage {

    private record Words(String title, String recorded, String nothing, String pending, String reference) {}

    private static final Map<String, Words> WORDS = Map.of(
            "en",
            new Words(
                    "Thank you, your form has been received",
                    "About contacting you, this was recorded:",
                    "Nothing was said about marketing, and nothing was changed.",
                    "(counts once you have confirmed it)",
                    "Reference"),
            "fi",
            new Words(
                    "Kiitos, lomake on vastaanotettu",
                    "Yhteydenotoista kirjattiin tämä:",
                    "Markkinoinnista ei sanottu mitään, eikä mitään muutettu.",
                    "(voimassa, kun olet vahvistanut sen)",
                    "Viite"),
            "sv",
            new Words(
                    "Tack, formuläret har tagits emot",
                    "Om kontakt med dig antecknades detta:",
                    "Ingenting sades om marknadsföring och ingenting ändrades.",
                    "(gäller när du har bekräftat det)",
                    "Referens"));

    private ReceiptPage() {}

    /** @param language of the form, or else of the browser */
    static String of(Receipt receipt, String language) {
        String lang = WORDS.containsKey(language) ? language : Locale.ENGLISH.getLanguage();
        Words words = WORDS.get(lang);
        String statements = receipt.statements().isEmpty()
                ? "<p>" + words.nothing() + "</p>"
                : "<p>" + words.recorded() + "</p>\n<ul>\n"
                        + receipt.statements().stream()
                                .map(statement -> "<li>" + line(statement, words) + "</li>")
                                .collect(Collectors.joining("\n"))
                        + "\n</ul>";
        return """
                <!doctype html>
                <html lang="%s">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                </head>
                <body>
                <main>
                <h1>%s</h1>
                %s
                <p>%s: <code id="event-id">%s</code></p>
                </main>
                </body>
                </html>
                """.formatted(lang, words.title(), words.title(), statements, words.reference(), receipt.eventId());
    }

    private static String line(Understood statement, Words words) {
        String wording = statement.wording() == null ? statement.will() + " " + statement.scope() : statement.wording();
        return escape(wording) + (statement.awaitsConfirmation() ? " " + words.pending() : "");
    }
}
