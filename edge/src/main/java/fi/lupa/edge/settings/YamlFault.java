package fi.lupa.edge.settings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.dataformat.yaml.snakeyaml.error.MarkedYAMLException;

/** What can be said of a file that is no YAML. */
public final class YamlFault {

    private YamlFault() {}

    /** Where it is none, as in {@code " at line 7"}; empty where nobody knows. */
    public static String where(JacksonException failure) {
        if (failure instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            // Jackson's own location is where it last understood something.
            return " at line " + (marked.getProblemMark().getLine() + 1);
        }
        return failure.getLocation() == null
                ? ""
                : " at line " + failure.getLocation().getLineNr();
    }
}
