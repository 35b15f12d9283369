package fi.lupa.standalone.bench;

import java.util.Arrays;

/** How long the most took. */
final class Quantiles {

    private Quantiles() {}

    /** The smallest that so great a share is no greater than; NaN of none. */
    static double of(double share, double[] millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
