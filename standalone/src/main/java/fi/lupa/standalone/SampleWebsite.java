package fi.lupa.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import fi.lupa.standalone.embedded.CannotStartException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves the website of a shop that does not exist, in Finnish and English, whose forms post to the consent stream.
 *
 * <p>Plain pages without scripts, as any website could have them; {@code sample/forms.yaml} declares their forms.
 */
public final class SampleWebsite implements AutoCloseable {

    private static final Map<String, String> PAGES = Map.of(
            "/fi", "fi/index.html",
            "/fi/uutiskirje", "fi/uutiskirje.html",
            "/fi/uutiskirje-vahvistaen", "fi/uutiskirje-vahvistaen.html",
            "/fi/rekisteroidy", "fi/rekisteroidy.html",
            "/en", "en/index.html",
            "/en/newsletter", "en/newsletter.html",
            "/en/newsletter-confirmed", "en/newsletter-confirmed.html",
            "/en/register", "en/register.html");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> pages = new HashMap<>();
    private final String policy;

    /**
     * Starts the website.
     *
     * @param port to listen on, on 127.0.0.1 only; 0 takes any free one
     * @param consentStream where its forms go, without a slash at the end
     * @param siteKey the key with which the consent stream knows this website
     * @throws CannotStartException when the port is taken
     */
    public static SampleWebsite start(int port, URI consentStream, String siteKey) {
        try {
            return new SampleWebsite(port, consentStream, siteKey);
        } catch (IOException e) {
            throw new CannotStartException(
                    "The sample website cannot use port " + port + " on 127.0.0.1 (" + e.getMessage()
                            + "): stop what uses it, or choose another port.",
                    e);
        }
    }

    private SampleWebsite(int port, URI consentStream, String siteKey) throws IOException {
        var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
        // Nothing but its own style, and its forms to nobody but the consent stream.
        policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action "
                + consentStream.resolve("/");
        var style = resource("style.css");
        PAGES.forEach((path, page) -> pages.put(
                path,
                resource(page)
                        .replace("${style}", style)
                        .replace("${consentStream}", escaped(consentStream.toString()))
                        .replace("${siteKey}", escaped(siteKey))
                        .getBytes(StandardCharsets.UTF_8)));
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    private static String resource(String name) {
        try (InputStream in = SampleWebsite.class.getResourceAsStream("/sample/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getResponseHeaders();
            var path = exchange.getRequestURI().getPath();
            var page = pages.get(path);
            if (!exchange.getRequestMethod().equals("GET")) {
                headers.set("Allow", "GET");
                exchange.sendResponseHeaders(405, -1);
            } else if (path.equals("/")) {
                headers.set("Location", prefersFinnish(exchange) ? "/fi" : "/en");
                headers.set("Vary", "Accept-Language");
                exchange.sendResponseHeaders(302, -1);
            } else if (page == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                headers.set("Content-Type", "text/html; charset=utf-8");
                headers.set("Content-Security-Policy", policy);
                headers.set("X-Content-Type-Options", "nosniff");
                exchange.sendResponseHeaders(200, page.length);
                exchange.getResponseBody().write(page);
            }
        }
    }

    /** A sample: the browser's first language decides, and every page links to the other. */
    private static boolean prefersFinnish(HttpExchange exchange) {
        var languages = exchange.getRequestHeaders().getFirst("Accept-Language");
        return languages != null && languages.startsWith("fi");
    }

    /** The address of its first page. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
    }
}
