package fi.lupa.standalone.imports;

import fi.lupa.edge.settings.InvalidSettings;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.DuplicateHeaderMode;

/** A list as a file of rows with a header, read from the beginning to the end as often as needed and never held whole. */
final class ListFile {

    private final Path path;
    private final Mapping mapping;

    ListFile(Path path, Mapping mapping) {
        this.path = path;
        this.mapping = mapping;
    }

    /** One row, and the line of the file where it begins. */
    record Line(long number, List<String> cells) {
        @Override
        public String toString() {
            return "line " + number;
        }
    }

    /** What is told of each row. */
    interface Reader {

        /** @param bytesRead of the file, so far */
        void row(Line line, long bytesRead);
    }

    long size() {
        try {
            return Files.size(path);
        } catch (IOException e) {
            throw unreadable();
        }
    }

    /** The names of the columns. */
    List<String> header() {
        try (Opened opened = open()) {
            return opened.header();
        } catch (IOException | UncheckedIOException e) {
            throw broken(1, e);
        }
    }

    /**
     * Reads every row.
     *
     * @return the file's hash, by which it is known again
     * @throws InvalidSettings if the file is not there, is empty, or stops being what its mapping says
     */
    String read(Reader reader) {
        long line = 1;
        try (Opened opened = open()) {
            opened.header();
            while (opened.rows().hasNext()) {
                CSVRecord row = opened.rows().next();
                List<String> cells = row.toList();
                line = opened.parser().getCurrentLineNumber();
                long breaks = cells.stream()
                        .flatMapToInt(String::chars)
                        .filter(c -> c == '\n')
                        .count();
                reader.row(new Line(Math.max(2, line - breaks), cells), opened.bytes().read);
            }
            return opened.bytes().sha256();
        } catch (IOException | UncheckedIOException e) {
            throw broken(line + 1, e);
        }
    }

    private Opened open() throws IOException {
        if (!Files.isRegularFile(path)) {
            throw unreadable();
        }
        Counted bytes = new Counted(Files.newInputStream(path));
        // A file in another encoding is refused, not read with its letters mangled.
        CSVParser parser = CSVFormat.DEFAULT
                .builder()
                .setDelimiter(mapping.separator())
                .setIgnoreEmptyLines(true)
                .setDuplicateHeaderMode(DuplicateHeaderMode.ALLOW_ALL)
                .get()
                .parse(new InputStreamReader(
                        new BufferedInputStream(bytes, 1 << 16),
                        mapping.charset()
                                .newDecoder()
                                .onMalformedInput(CodingErrorAction.REPORT)
                                .onUnmappableCharacter(CodingErrorAction.REPORT)));
        return new Opened(bytes, parser, parser.iterator());
    }

    private record Opened(Counted bytes, CSVParser parser, Iterator<CSVRecord> rows) implements AutoCloseable {

        List<String> header() {
            if (!rows.hasNext()) {
                throw new InvalidSettings(List.of("The file is empty; export the list again, with its header."));
            }
            List<String> header = rows.next().toList();
            return header.stream()
                    .map(name -> name.startsWith("\uFEFF") ? name.substring(1) : name)
                    .map(name -> name.strip().replaceAll("^\"|\"$", ""))
                    .toList();
        }

        @Override
        public void close() throws IOException {
            parser.close();
        }
    }

    private InvalidSettings unreadable() {
        return new InvalidSettings(
                List.of("The file %s cannot be read; name a file of comma-separated values.".formatted(path)));
    }

    private InvalidSettings broken(long line, Exception failure) {
        Throwable cause = failure instanceof UncheckedIOException ? failure.getCause() : failure;
        return new InvalidSettings(List.of(
                cause instanceof CharacterCodingException
                        ? "The file is not in %s, as of about line %,d; give the mapping the right charset, as windows-1252."
                                .formatted(mapping.charset(), line)
                        : "The file cannot be read as of about line %,d: a quotation mark may be missing, or the separator is not \"%s\"."
                                .formatted(line, mapping.separator())));
    }

    /** Counts the bytes of a file and makes its hash on the way. */
    private static final class Counted extends FilterInputStream {

        private final MessageDigest digest;
        private long read;

        Counted(InputStream in) {
            super(in);
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("Every Java has SHA-256", e);
            }
        }

        String sha256() {
            return HexFormat.of().formatHex(digest.digest());
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int got = super.read(into, from, length);
            if (got > 0) {
                read += got;
                digest.update(into, from, got);
            }
            return got;
        }
    }
}
