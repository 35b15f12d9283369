package fi.lupa.edge.http;

import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Collectors;

/** A problem as a plain page for people, its fixed sentences in their language, everything else escaped. */
final class ProblemPage {
    /** As plain as the page: read in a hurry, on a phone too. */
    private static final String STYLE = """
            :root { color-scheme: light dark; }
            body { margin: 0 auto; max-width: 40rem; padding: 1.25rem; font: 1.0625rem/1.55 system-ui, sans-serif;
              overflow-wrap: break-word; }
            h1 { font-size: 1.75rem; line-height: 1.25; }
            h2 { font-size: 1.25rem; }
            """;

    /** Nothing but the page's own style. */
    static final String CONTENT_SECURITY_POLICY =
            "default-src 'none'; style-src '%s'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
                    .formatted(Html.hash(STYLE));

    private ProblemPage() {}

    static String of(Problem problem, Locale language) {
        ResourceBundle words = ResourceBundle.getBundle(
                "fi.lupa.edge.http.problem",
                language,
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
        String title = Html.escape(word(words, "title", problem));
        return """
                <!doctype html>
                <html lang="%s">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <link rel="icon" href="data:,">
                <style>%s</style>
                </head>
                <body>
                <main id="problem">
                <h1>%s</h1>
                <p>%s</p>
                %s</main>
                </body>
                </html>
                """.formatted(
                        language.toLanguageTag(),
                        title,
                        STYLE,
                        title,
                        Html.escape(word(words, "advice", problem)),
                        told(problem, words));
    }

    private static String word(ResourceBundle words, String kind, Problem problem) {
        String key = kind + "." + problem.status();
        return words.getString(words.containsKey(key) ? key : kind + ".other");
    }

    /** What is wrong as a whole, and every fault; of a 400 the faults say it all. */
    private static String told(Problem problem, ResourceBundle words) {
        String whole = "<p>" + Html.escape(problem.detail()) + "</p>\n";
        if (problem.faults().isEmpty()) {
            return whole;
        }
        return (problem.status() == 400 ? "" : whole) + faults(problem, words);
    }

    private static String faults(Problem problem, ResourceBundle words) {
        return problem.faults().stream()
                .map(fault -> fault.field() == null
                        ? translated(fault, words)
                        : fault.field() + ": " + translated(fault, words))
                .map(line -> "<li>" + Html.escape(line) + "</li>\n")
                .collect(Collectors.joining(
                        "", "<h2>" + Html.escape(words.getString("faults")) + "</h2>\n<ul>\n", "</ul>\n"));
    }

    /** What whoever fills in a form may get wrong is said in their language; what a program may, in English. */
    private static String translated(Fault fault, ResourceBundle words) {
        return words.containsKey(fault.detail()) ? words.getString(fault.detail()) : fault.detail();
    }
}
