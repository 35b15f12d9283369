package fi.lupa.edge.settings;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;

/** A Java properties file with settings that Lupa hands on to a client and does not read itself. */
public final class PropertiesFile {
    private PropertiesFile() {}

    /** What the file holds, nothing when there is none. */
    public static Map<String, Object> read(Path file) {
        if (file == null) {
            return Map.of();
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            Properties properties = new Properties();
            properties.load(reader);
            return properties.stringPropertyNames().stream()
                    .collect(Collectors.toMap(name -> name, properties::getProperty));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Optional<String> fault(String option, Path file) {
        return file == null || (Files.isRegularFile(file) && Files.isReadable(file))
                ? Optional.empty()
                : Optional.of("%s names the file %s, which cannot be read; create it or leave the option out."
                        .formatted(option, file));
    }
}
