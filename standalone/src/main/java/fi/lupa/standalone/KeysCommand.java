package fi.lupa.standalone;

import fi.lupa.consent.receipts.ReceiptKeys;
import fi.lupa.edge.keys.GeneratedKeys;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lupa keys}: makes one key for each role and the secret that ids are made with. */
@Command(
        name = "keys",
        description = "Makes keys.yaml (hashes, for the services), keys.env (the keys themselves, for their owner) and"
                + " receipt-keys.json (what receipts are signed with), unless they are there.",
        mixinStandardHelpOptions = true)
final class KeysCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--data", paramLabel = "FOLDER", description = "Where to (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    @Override
    public Integer call() {
        GeneratedKeys.writeTo(data);
        ReceiptKeys.writeTo(data);
        spec.commandLine()
                .getOut()
                .println("Keys are in %s; load them with: . %s"
                        .formatted(data.resolve("keys.yaml"), data.resolve("keys.env")));
        return CommandLine.ExitCode.OK;
    }
}
