package fi.lupa.standalone.bench;

import java.util.Locale;
import java.util.Map;

/** Bars of how near each way to route comes to the rate of the transactional copy, as an SVG that needs no other file. */
final class Chart {

    private static final int NAMES = 330;
    private static final int FULL = 420;
    private static final int ROW = 34;
    private static final int TOP = 52;

    private static final String FRAME = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %1$d %2$d" role="img" aria-labelledby="title">
            <title id="title">%3$s</title>
            <style>
            text { font: 14px system-ui, sans-serif; fill: #222 }
            .peer { fill: #8a94a6 } .lupa { fill: #0b6e4f } .axis { stroke: #999; stroke-dasharray: 3 3 } .ground { fill: #fff }
            @media (prefers-color-scheme: dark) { text { fill: #ddd } .lupa { fill: #3fb68b } .ground { fill: #161b22 } }
            </style>
            <rect class="ground" width="%1$d" height="%2$d"/>
            <text x="12" y="28">%3$s</text>
            %4$s</svg>
            """;

    private static final String BAR = """
            <text x="%d" y="%d" text-anchor="end">%s</text>
            <rect class="%s" x="%d" y="%d" width="%d" height="20"/>
            <text x="%d" y="%d">%.2f</text>
            """;

    private static final String TITLE = "Routing, rate ÷ that of a plain transactional copy (1.00)";

    private Chart() {}

    /** @param shares of the copy's rate, Lupa's first */
    static String of(Map<String, Double> shares) {
        StringBuilder bars = new StringBuilder();
        int bottom = TOP + shares.size() * ROW;
        int one = NAMES + FULL;
        bars.append(String.format(
                Locale.ROOT,
                "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>%n",
                one,
                one,
                TOP - 8,
                bottom));
        int y = TOP;
        for (Map.Entry<String, Double> share : shares.entrySet()) {
            int width = (int) Math.round(FULL * share.getValue());
            String kind = y == TOP ? "lupa" : "peer";
            bars.append(String.format(
                    Locale.ROOT,
                    BAR,
                    NAMES - 10,
                    y + 15,
                    escaped(share.getKey()),
                    kind,
                    NAMES,
                    y,
                    width,
                    NAMES + width + 8,
                    y + 15,
                    share.getValue()));
            y += ROW;
        }
        return FRAME.formatted(NAMES + FULL + 60, bottom + 8, TITLE, bars);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
