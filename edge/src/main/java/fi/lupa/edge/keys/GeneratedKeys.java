package fi.lupa.edge.keys;

import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The keys a first start makes for itself: one for each role, the secret that ids are made with, and the master key that
 * personal data is sealed under; they print hidden.
 */
public record GeneratedKeys(
        String site, String campaign, String marketer, String operator, String idSecret, String masterKey) {
    private static final SecureRandom RANDOM = new SecureRandom();

    /**
     * Makes {@code keys.yaml} (hashes) and {@code keys.env} (the keys themselves, for their owner's eyes) in the
     * directory, or reads back what an earlier call made.
     *
     * @throws InvalidSettings if only one of the two files is there, or keys.env lacks a key
     * @throws UncheckedIOException if the directory cannot be written
     */
    public static GeneratedKeys writeTo(Path directory) {
        Path hashes = directory.resolve("keys.yaml");
        Path plain = directory.resolve("keys.env");
        try {
            if (Files.exists(plain) && Files.exists(hashes)) {
                return read(plain);
            }
            if (Files.exists(plain) || Files.exists(hashes)) {
                throw new InvalidSettings(List.of(
                        "Of %s and %s only one is there; bring the other back, or remove both (the ids in Kafka need"
                                        .formatted(hashes, plain)
                                + " the old LUPA_ID_SECRET)."));
            }
            GeneratedKeys keys = new GeneratedKeys(
                    random("lupa_site_"),
                    random("lupa_campaign_"),
                    random("lupa_marketer_"),
                    random("lupa_operator_"),
                    random(""),
                    MasterKey.generate());
            Files.createDirectories(directory);
            write(plain, keys.plain());
            write(hashes, keys.hashed());
            return keys;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return "GeneratedKeys (hidden)";
    }

    private String plain() {
        return """
                LUPA_SITE_KEY=%s
                LUPA_CAMPAIGN_KEY=%s
                LUPA_MARKETER_KEY=%s
                LUPA_OPERATOR_KEY=%s
                LUPA_ID_SECRET=%s
                LUPA_MASTER_KEY=%s
                """.formatted(site, campaign, marketer, operator, idSecret, masterKey);
    }

    private String hashed() {
        return """
                # Who may come in. The keys themselves are in keys.env; here are only their SHA-256.
                keys:
                  - name: website
                    role: site
                    forms: ["*"]
                    sha256: "%s"
                  - name: campaigns
                    role: campaign
                    sha256: "%s"
                  - name: marketing
                    role: marketer
                    sha256: "%s"
                  - name: customer-service
                    role: operator
                    sha256: "%s"
                """.formatted(
                Stream.of(site, campaign, marketer, operator).map(Keys::sha256).toArray());
    }

    private static GeneratedKeys read(Path plain) throws IOException {
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(plain)) {
            lines.load(reader);
        }
        List<String> missing = Stream.of(
                        "LUPA_SITE_KEY",
                        "LUPA_CAMPAIGN_KEY",
                        "LUPA_MARKETER_KEY",
                        "LUPA_OPERATOR_KEY",
                        "LUPA_ID_SECRET",
                        "LUPA_MASTER_KEY")
                .filter(name -> lines.getProperty(name, "").isBlank())
                .toList();
        if (!missing.isEmpty()) {
            throw new InvalidSettings(
                    List.of("%s lacks %s; write what was there.".formatted(plain, String.join(", ", missing))));
        }
        return new GeneratedKeys(
                lines.getProperty("LUPA_SITE_KEY"),
                lines.getProperty("LUPA_CAMPAIGN_KEY"),
                lines.getProperty("LUPA_MARKETER_KEY"),
                lines.getProperty("LUPA_OPERATOR_KEY"),
                lines.getProperty("LUPA_ID_SECRET"),
                lines.getProperty("LUPA_MASTER_KEY"));
    }

    private static String random(String prefix) {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    // The file is never readable by others, not even between its creation and its first byte.
    private static void write(Path file, String text) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (posix) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, text, posix ? StandardOpenOption.WRITE : StandardOpenOption.CREATE_NEW);
    }
}
