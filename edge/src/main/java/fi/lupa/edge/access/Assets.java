package fi.lupa.edge.access;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Header;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Properties;

/** The styles and scripts of the staff's pages, out of the jar; a name holds its version, so that browsers may keep it. */
public final class Assets {
    private static final String WEBJARS = "/META-INF/resources/webjars/";

    /** Where a page finds Pico's styles. */
    public static final String PICO = "/assets/pico-" + version("picocss__pico") + ".min.css";

    /** Where a page finds htmx. */
    public static final String HTMX = "/assets/htmx-" + version("htmx.org") + ".min.js";

    private static final String STAFF_STYLE = "/fi/lupa/edge/access/staff.css";

    /** Where a page finds what the staff's pages add to Pico. */
    public static final String STAFF = "/assets/staff-" + hash(read(STAFF_STYLE)) + ".css";

    /** Where a page finds uPlot. */
    public static final String UPLOT = "/assets/uplot-" + version("uplot") + ".min.js";

    /** Where a page finds uPlot's styles. */
    public static final String UPLOT_STYLE = "/assets/uplot-" + version("uplot") + ".min.css";

    private static final String PLOTS_SCRIPT = "/fi/lupa/edge/access/plots.js";

    /** Where a page finds what draws its plots. */
    public static final String PLOTS = "/assets/plots-" + hash(read(PLOTS_SCRIPT)) + ".js";

    private Assets() {}

    static void mount(RoutesConfig routes) {
        serve(routes, PICO, "text/css", WEBJARS + "picocss__pico/" + version("picocss__pico") + "/css/pico.min.css");
        serve(routes, HTMX, "text/javascript", WEBJARS + "htmx.org/" + version("htmx.org") + "/dist/htmx.min.js");
        serve(routes, STAFF, "text/css", STAFF_STYLE);
        serve(routes, UPLOT, "text/javascript", WEBJARS + "uplot/" + version("uplot") + "/dist/uPlot.iife.min.js");
        serve(routes, UPLOT_STYLE, "text/css", WEBJARS + "uplot/" + version("uplot") + "/dist/uPlot.min.css");
        serve(routes, PLOTS, "text/javascript", PLOTS_SCRIPT);
    }

    private static void serve(RoutesConfig routes, String path, String type, String resource) {
        byte[] content = read(resource);
        routes.get(path, ctx -> ctx.header(Header.CACHE_CONTROL, "public, max-age=31536000, immutable")
                .contentType(type + "; charset=utf-8")
                .result(content));
    }

    private static String version(String webjar) {
        Properties pom = new Properties();
        try (InputStream in = open("/META-INF/maven/org.webjars.npm/" + webjar + "/pom.properties")) {
            pom.load(in);
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
        return pom.getProperty("version");
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content), 0, 4);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static byte[] read(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = Assets.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IOException("There is no " + resource + " on the class path");
        }
        return in;
    }
}
