package fi.lupa.edge.settings;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.dataformat.yaml.snakeyaml.error.MarkedYAMLException;

/** What can be said of a file that is no YAML. */
public final class YamlFault {

    private YamlFault() {}

    /** Where it is none, as in {@code " at line 7"}, and where what is not ended begins; empty where nobody knows. */
    public static String where(JacksonException failure) {
        if (failure instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
            // Jackson's own location is where it last understood something.
            int line = marked.getProblemMark().getLine() + 1;
            int begins = marked.getContextMark() == null
                    ? line
                    : marked.getContextMark().getLine() + 1;
            return " at line " + line + (begins == line ? "" : ", in what begins at line " + begins);
        }
        return failure.getLocation() == null
                ? ""
                : " at line " + failure.getLocation().getLineNr();
    }
}
