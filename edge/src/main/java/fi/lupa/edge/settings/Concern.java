package fi.lupa.edge.settings;

import java.util.List;

/** The settings of one concern, mixed into a command. */
public interface Concern {
    /** What is wrong with the values, each a sentence that says what to do; empty when all is well. */
    List<String> faults();
}
