package fi.lupa.standalone;

import fi.lupa.consent.receipts.ReceiptKeys;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lupa keys}: makes a key for each kind of machine, a member of staff, and the secret that ids are made with; adds staff. */
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

    @Option(
            names = "--staff",
            paramLabel = "NAME",
            description =
                    "Add a member of staff to keys.yaml and print the password, once; the services read it at their"
                            + " next start.")
    private String staff;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description =
                    "What the member of staff may do: marketer, customer-service, dpo, analyst or operator; may be"
                            + " repeated.")
    private List<String> roles = List.of();

    @Override
    public Integer call() {
        return staff == null ? makeKeys() : addStaff();
    }

    private int addStaff() {
        List<String> known = Role.OF_STAFF.stream().map(Role::written).toList();
        List<String> faults = roles.stream()
                .filter(role -> !known.contains(role))
                .map(role -> "--role %s is no role of staff%s".formatted(role, DidYouMean.of(role, known)))
                .toList();
        if (!faults.isEmpty() || roles.isEmpty()) {
            throw new InvalidSettings(
                    roles.isEmpty()
                            ? List.of("--role is missing; write one of " + String.join(", ", known) + ".")
                            : faults);
        }
        String password = GeneratedKeys.addStaff(
                data.resolve("keys.yaml"),
                staff,
                roles.stream().flatMap(role -> Role.of(role).stream()).toList());
        spec.commandLine()
                .getOut()
                .println("%s signs in with %s. It is kept nowhere: hand it over, and start the services anew."
                        .formatted(staff, password));
        return CommandLine.ExitCode.OK;
    }

    private int makeKeys() {
        GeneratedKeys.writeTo(data);
        ReceiptKeys.writeTo(data);
        spec.commandLine()
                .getOut()
                .println("Keys are in %s; load them with: . %s"
                        .formatted(data.resolve("keys.yaml"), data.resolve("keys.env")));
        return CommandLine.ExitCode.OK;
    }
}
