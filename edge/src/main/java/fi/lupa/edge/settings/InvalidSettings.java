package fi.lupa.edge.settings;

import java.util.List;

/** Everything that is wrong with how the operator set a service up, each fault a sentence that says what to do. */
public final class InvalidSettings extends RuntimeException {
    private final transient List<String> faults;

    public InvalidSettings(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
