package fi.lupa.edge.streams;

import fi.lupa.edge.settings.TlsKeystore;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What instances ask each other with: by HTTPS, it shows and trusts what is in the keystore now, also after it was exchanged. */
final class PeerClient {

    private static final Logger LOG = LoggerFactory.getLogger(PeerClient.class);

    private final Optional<TlsKeystore> tls;
    private HttpClient client;
    private FileTime asOf;

    PeerClient(Optional<TlsKeystore> tls) {
        this.tls = tls;
        try {
            make();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the keystore was checked with the settings", e);
        }
    }

    synchronized HttpClient get() {
        try {
            if (tls.isPresent() && !Files.getLastModifiedTime(tls.get().file()).equals(asOf)) {
                make();
            }
        } catch (GeneralSecurityException | IOException e) {
            LOG.atWarn()
                    .addKeyValue("failure", e.getClass().getSimpleName())
                    .log("The keystore cannot be read, and the one before it still serves");
        }
        return client;
    }

    private void make() throws GeneralSecurityException, IOException {
        HttpClient.Builder made = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2));
        if (tls.isPresent()) {
            // Asked before the file is read: what is exchanged meanwhile is read once more.
            FileTime modified = Files.getLastModifiedTime(tls.get().file());
            made.sslContext(tls.get().context());
            asOf = modified;
        }
        client = made.build();
    }
}
