package fi.lupa.edge.server;

import fi.lupa.edge.settings.TlsKeystore;
import org.eclipse.jetty.util.ssl.KeyStoreScanner;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes up a keystore that was exchanged; where it cannot be read, or is gone, the one before it still serves. */
final class ReadableKeystores extends KeyStoreScanner {

    private static final Logger LOG = LoggerFactory.getLogger(ReadableKeystores.class);

    private final TlsKeystore keystore;

    ReadableKeystores(SslContextFactory ssl, TlsKeystore keystore) {
        super(ssl);
        this.keystore = keystore;
    }

    @Override
    public void reload() {
        keystore.fault().ifPresentOrElse(ReadableKeystores::warn, super::reload);
    }

    @Override
    public void fileRemoved(String name) {
        keystore.fault().ifPresent(ReadableKeystores::warn);
    }

    private static void warn(String fault) {
        LOG.atWarn().addKeyValue("fault", fault).log("The keystore cannot be read, and the one before it still serves");
    }
}
