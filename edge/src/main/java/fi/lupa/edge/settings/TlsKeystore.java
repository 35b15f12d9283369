package fi.lupa.edge.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The key and certificate that a service shows, in a PKCS12 file. The instances of a service trust each other by it: a
 * certificate that is in the file, or was issued by one that is, and that names the host it is asked at.
 */
public record TlsKeystore(Path file, Secret password) {

    /** What is wrong with the file, as a sentence. */
    public Optional<String> fault() {
        try {
            KeyStore store = load();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    context();
                    return Optional.empty();
                }
            }
            return Optional.of("--tls-keystore names %s, which holds no private key; add it.".formatted(file));
        } catch (GeneralSecurityException | IOException e) {
            return Optional.of(
                    "--tls-keystore names %s, which cannot be read as PKCS12 with this --tls-keystore-password; correct one of them."
                            .formatted(file));
        }
    }

    /**
     * Shows the certificate, and trusts those of the file.
     *
     * @throws GeneralSecurityException if the key cannot be used
     * @throws IOException if the file cannot be read
     */
    public SSLContext context() throws GeneralSecurityException, IOException {
        KeyStore own = load();
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, chars());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates(own));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore certificates(KeyStore own) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        int number = 0;
        for (String alias : Collections.list(own.aliases())) {
            Certificate[] chain = own.getCertificateChain(alias);
            for (Certificate certificate : chain == null ? List.of(own.getCertificate(alias)) : List.of(chain)) {
                trusted.setCertificateEntry("trusted-" + number++, certificate);
            }
        }
        return trusted;
    }

    private KeyStore load() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, chars());
        }
        return store;
    }

    private char[] chars() {
        return password.value().toCharArray();
    }
}
