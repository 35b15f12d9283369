package fi.lupa.edge.http;

import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.Collectors;

/** A problem as a plain page for people, its fixed sentences in their language, everything else escaped. */
final class ProblemPage {
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
                </head>
                <body>
                <main>
                <h1>%s</h1>
                <p>%s</p>
                <p>%s</p>
                %s</main>
                </body>
                </html>
                """.formatted(
                        language.toLanguageTag(),
                        title,
                        title,
                        Html.escape(word(words, "advice", problem)),
                        Html.escape(problem.detail()),
                        faults(problem, words));
    }

    private static String word(ResourceBundle words, String kind, Problem problem) {
        String key = kind + "." + problem.status();
        return words.getString(words.containsKey(key) ? key : kind + ".other");
    }

    private static String faults(Problem problem, ResourceBundle words) {
        if (problem.faults().isEmpty()) {
            return "";
        }
        return problem.faults().stream()
                .map(fault -> fault.field() == null ? fault.detail() : fault.field() + ": " + fault.detail())
                .map(line -> "<li>" + Html.escape(line) + "</li>\n")
                .collect(Collectors.joining(
                        "", "<h2>" + Html.escape(words.getString("faults")) + "</h2>\n<ul>\n", "</ul>\n"));
    }
}
