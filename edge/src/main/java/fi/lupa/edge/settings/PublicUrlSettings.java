package fi.lupa.edge.settings;

import java.net.URI;
import java.util.List;
import picocli.CommandLine.Option;

/** Where people reach the consent stream: what the links in messages to them begin with. */
public final class PublicUrlSettings implements Concern {
    @Option(
            names = "--public-url",
            paramLabel = "URL",
            defaultValue = "${env:LUPA_PUBLIC_URL}",
            description =
                    "What links to people begin with: where they reach the consent stream, as https://lupa.example.fi;"
                            + " unless given, its own address and port on this machine (LUPA_PUBLIC_URL).")
    private URI url;

    /** Without a slash at the end; the given host and port on plain HTTP unless it was set. */
    public URI urlOr(String host, int port) {
        if (url == null) {
            String here = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
            return URI.create("http://%s:%d".formatted(here.contains(":") ? "[" + here + "]" : here, port));
        }
        return URI.create(url.toString().replaceAll("/+$", ""));
    }

    @Override
    public List<String> faults() {
        boolean well =
                url == null || (HttpSettings.isWeb(url) && url.getRawQuery() == null && url.getRawFragment() == null);
        return well
                ? List.of()
                : List.of("--public-url is \"%s\"; write what links begin with, as https://lupa.example.fi."
                        .formatted(url));
    }
}
