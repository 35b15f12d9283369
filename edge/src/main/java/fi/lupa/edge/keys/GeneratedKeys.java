package fi.lupa.edge.keys;

import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a first start makes for itself: a key for each kind of machine, a member of staff with a password, the secret that
 * ids are made with, and the master key that personal data is sealed under. They print hidden.
 *
 * @param dpo empty where the keys were made before there was one
 * @param staffPassword empty where the keys were made before there was one
 */
public record GeneratedKeys(
        String site,
        String campaign,
        String marketer,
        String dpo,
        String operator,
        String staffPassword,
        String idSecret,
        String masterKey) {

    /** The member of staff that a first start makes, with the roles customer-service, dpo and marketer. */
    public static final String STAFF = "staff";

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
                    random("lupa_dpo_"),
                    random("lupa_operator_"),
                    Password.generate(),
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

    /**
     * Lists a member of staff in keys.yaml.
     *
     * @return the password, which is kept nowhere
     * @throws InvalidSettings if the name is taken, or the list is not as Lupa writes it
     */
    public static String addStaff(Path keysYaml, String name, List<Role> roles) {
        String password = Password.generate();
        try {
            String list = Files.readString(keysYaml);
            String member = "  - name: \"%s\"%n    roles: [%s]%n    password: \"%s\"%n"
                    .formatted(
                            name.replace("\\", "\\\\").replace("\"", "\\\""),
                            roles.stream().map(Role::written).collect(Collectors.joining(", ")),
                            Password.of(password).written());
            String head = list.contains("\nstaff:") ? "\nstaff:\n" : "";
            String longer =
                    head.isEmpty() ? list.stripTrailing() + "\nstaff:\n" + member : list.replace(head, head + member);
            Keys.read(keysYaml, longer);
            if (longer.equals(list)) {
                throw new InvalidSettings(List.of(
                        "%s writes its staff in brackets; write them as a list, one under another, and try again."
                                .formatted(keysYaml)));
            }
            Path beside = keysYaml.resolveSibling(keysYaml.getFileName() + ".new");
            Files.deleteIfExists(beside);
            write(beside, longer);
            Files.move(beside, keysYaml, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return password;
        } catch (NoSuchFileException e) {
            throw new InvalidSettings(List.of("There is no %s; make it with \"lupa keys\".".formatted(keysYaml)));
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
                LUPA_DPO_KEY=%s
                LUPA_OPERATOR_KEY=%s
                LUPA_STAFF_PASSWORD=%s
                LUPA_ID_SECRET=%s
                LUPA_MASTER_KEY=%s
                """.formatted(site, campaign, marketer, dpo, operator, staffPassword, idSecret, masterKey);
    }

    private String hashed() {
        return """
                # Who may come in. The keys and the password themselves are in keys.env; here are only hashes.
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
                  - name: protection
                    role: dpo
                    sha256: "%s"
                  - name: operator
                    role: operator
                    sha256: "%s"
                staff:
                  - name: %s
                    roles: [customer-service, dpo, marketer]
                    password: "%s"
                """.formatted(
                        Keys.sha256(site),
                        Keys.sha256(campaign),
                        Keys.sha256(marketer),
                        Keys.sha256(dpo),
                        Keys.sha256(operator),
                        STAFF,
                        Password.of(staffPassword).written());
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
                lines.getProperty("LUPA_DPO_KEY", ""),
                lines.getProperty("LUPA_OPERATOR_KEY"),
                lines.getProperty("LUPA_STAFF_PASSWORD", ""),
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
