package fi.lupa.standalone.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Puts what was measured in a folder of documents: the table into the page that tells of it, and the chart beside that. */
final class Page {

    private static final String PAGE = "performance.md";
    private static final String CHART = "performance.svg";
    private static final String BEGINS = "<!-- written by ./lupa bench -->\n";
    private static final String ENDS = "<!-- until here -->\n";

    private final Path folder;
    private final String before;
    private final String after;

    private Page(Path folder, String before, String after) {
        this.folder = folder;
        this.before = before;
        this.after = after;
    }

    /**
     * The page, with the words around its table.
     *
     * @throws IOException if it cannot be read, or has no place for a table
     */
    static Page in(Path folder) throws IOException {
        Path file = folder.resolve(PAGE);
        String text = Files.readString(file);
        int begins = text.indexOf(BEGINS);
        int ends = text.indexOf(ENDS);
        if (begins < 0 || ends < begins) {
            throw new IOException(
                    "%s has no lines '%s' and '%s' to write between".formatted(file, BEGINS.strip(), ENDS.strip()));
        }
        return new Page(folder, text.substring(0, begins + BEGINS.length()), text.substring(ends));
    }

    void write(String measured, String chart) throws IOException {
        Files.writeString(folder.resolve(PAGE), before + "\n```text\n" + measured.strip() + "\n```\n\n" + after);
        Files.writeString(folder.resolve(CHART), chart);
    }
}
