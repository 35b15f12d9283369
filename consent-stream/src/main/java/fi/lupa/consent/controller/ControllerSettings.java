package fi.lupa.consent.controller;

import fi.lupa.edge.settings.Concern;
import fi.lupa.edge.settings.InvalidSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** Who the controller of the register is. */
public final class ControllerSettings implements Concern {

    private static final Logger log = LoggerFactory.getLogger(ControllerSettings.class);

    @Option(
            names = "--controller",
            paramLabel = "FILE",
            defaultValue = "${env:LUPA_CONTROLLER}",
            description = "YAML file that says who is answerable for the register, as receipts tell it"
                    + " (LUPA_CONTROLLER).")
    private Path file;

    /**
     * Reads the file; empty, and said so in the log, where none is named.
     *
     * @throws InvalidSettings with everything that is wrong with the file
     */
    public Optional<Controller> controller() {
        if (file == null) {
            log.warn("No controller is named, so receipts name nobody who is answerable; set --controller");
            return Optional.empty();
        }
        return Optional.of(ControllerYaml.read(file));
    }

    @Override
    public List<String> faults() {
        try {
            if (file != null) {
                ControllerYaml.read(file);
            }
            return List.of();
        } catch (InvalidSettings e) {
            return e.faults();
        }
    }
}
