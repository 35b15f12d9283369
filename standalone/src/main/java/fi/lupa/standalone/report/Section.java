package fi.lupa.standalone.report;

import java.util.List;

/**
 * One question of the report.
 *
 * @param tells what its figures count
 * @param plots its answer; empty where there is none
 * @param without why there is no answer; null where there is one
 */
public record Section(String title, String tells, List<Plot> plots, String without) {

    static final String NOT_EXPORTED = "What this needs was not exported.";

    boolean isExported() {
        return !NOT_EXPORTED.equals(without);
    }
}
