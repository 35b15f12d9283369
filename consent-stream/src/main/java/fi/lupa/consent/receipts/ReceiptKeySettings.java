package fi.lupa.consent.receipts;

import fi.lupa.edge.settings.Concern;
import fi.lupa.edge.settings.InvalidSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** What receipts are signed with. */
public final class ReceiptKeySettings implements Concern {

    private static final Logger log = LoggerFactory.getLogger(ReceiptKeySettings.class);

    @Option(
            names = "--receipt-key",
            paramLabel = "FILE",
            defaultValue = "${env:LUPA_RECEIPT_KEY}",
            description =
                    "JWK set with the private keys that receipts are signed with, the first of them now; without it"
                            + " people get no receipts (LUPA_RECEIPT_KEY).")
    private Path file;

    /**
     * Reads the keys; empty, and said so in the log, where none are named.
     *
     * @throws InvalidSettings with everything that is wrong with the file
     */
    public Optional<ReceiptKeys> keys() {
        if (file == null) {
            log.warn("There is no key to sign receipts with, so people get none; make one with ./lupa keys and set"
                    + " --receipt-key");
            return Optional.empty();
        }
        return Optional.of(ReceiptKeys.load(file));
    }

    @Override
    public List<String> faults() {
        try {
            if (file != null) {
                ReceiptKeys.load(file);
            }
            return List.of();
        } catch (InvalidSettings e) {
            return e.faults();
        }
    }
}
