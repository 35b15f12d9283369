package fi.lupa.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README's commands, each with the output it shows. */
final class Readme {

    private static final Pattern BLOCK =
            Pattern.compile("```sh\\n(.*?)```(?:\\s*```(?:json|text)\\n(.*?)```)?", Pattern.DOTALL);

    private Readme() {}

    /** @param shown null where the README shows no output */
    record Example(String command, String shown) {}

    static List<Example> examples(Path readme) throws IOException {
        Matcher blocks = BLOCK.matcher(Files.readString(readme));
        List<Example> examples = new ArrayList<>();
        while (blocks.find()) {
            examples.add(new Example(blocks.group(1), blocks.group(2)));
        }
        return examples;
    }

    /** The text without what differs from run to run: ids, moments, links, places in a topic. */
    static String lasting(String text) {
        return text.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "MOMENT")
                .replaceAll("\"[A-Za-z0-9_-]{22}\"", "\"ID\"")
                .replaceAll("(?m)^(\\S+) \\d+@\\d+ [A-Za-z0-9_-]{22} ", "$1 PLACE ID ")
                .replaceAll("the password [A-Za-z0-9_-]{20}", "the password PASSWORD")
                .replaceAll("/(preferences|unsubscribe)/[A-Za-z0-9_-]+", "/$1/TOKEN")
                .replaceAll("/receipts/[A-Za-z0-9_-]+", "/receipts/TOKEN")
                .replaceAll("after [\\d.]+ s", "after SECONDS")
                .strip();
    }
}
