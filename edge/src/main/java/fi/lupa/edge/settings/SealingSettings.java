package fi.lupa.edge.settings;

import fi.lupa.edge.sealing.MasterKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** What personal data is sealed with. */
public final class SealingSettings implements Concern {
    @Option(
            names = "--master-key",
            paramLabel = "KEYSET",
            converter = Secret.Converter.class,
            showDefaultValue = Visibility.NEVER,
            defaultValue = "${env:LUPA_MASTER_KEY}",
            description = {
                "Tink keyset, as JSON or base64 of it, that wraps the key of every person (LUPA_MASTER_KEY); this or"
                        + " --master-key-file is required.",
                "Keep it: without it nobody's name or address is ever read again. Prefer the variable or the file."
            })
    private Secret keyset = new Secret("");

    @Option(
            names = "--master-key-file",
            paramLabel = "FILE",
            defaultValue = "${env:LUPA_MASTER_KEY_FILE}",
            description = "File with that keyset (LUPA_MASTER_KEY_FILE).")
    private Path file;

    @Option(
            names = "--master-key-kms",
            paramLabel = "URI",
            defaultValue = "${env:LUPA_MASTER_KEY_KMS}",
            description = "The keyset is encrypted with this key of a key management service, as aws-kms://… or"
                    + " gcp-kms://… (LUPA_MASTER_KEY_KMS); its Tink client must be on the class path.")
    private String kmsUri;

    /**
     * The master key.
     *
     * @throws InvalidSettings with a sentence if it cannot be read
     */
    public MasterKey masterKey() {
        try {
            return MasterKey.read(file == null ? keyset.value() : Files.readString(file), kmsUri);
        } catch (IOException e) {
            throw new InvalidSettings(
                    List.of("--master-key-file names the file %s, which cannot be read.".formatted(file)));
        } catch (GeneralSecurityException e) {
            throw new InvalidSettings(List.of(
                    kmsUri == null
                            ? "The master key is no Tink keyset in JSON, or base64 of one, for an AEAD; \"lupa keys\" makes one."
                            : "The master key could not be opened with %s; is it encrypted with that key, is its Tink client on the class path, and has this machine its credentials?"
                                    .formatted(kmsUri)));
        }
    }

    @Override
    public List<String> faults() {
        if (keyset.value().isBlank() == (file == null)) {
            return List.of(
                    file == null
                            ? "--master-key is missing; set LUPA_MASTER_KEY or LUPA_MASTER_KEY_FILE (\"lupa keys\" makes one) and keep it."
                            : "Both --master-key and --master-key-file are set; leave one out.");
        }
        return List.of();
    }
}
