package fi.lupa.checker;

import java.util.List;

/**
 * What one promise came to.
 *
 * @param holds what is as it should be, in a sentence with its figures
 * @param faults what is not, each a sentence; none where the promise was kept
 */
record Verdict(String holds, List<String> faults) {

    boolean isKept() {
        return faults.isEmpty();
    }
}
