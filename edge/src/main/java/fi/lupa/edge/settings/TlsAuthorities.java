package fi.lupa.edge.settings;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;

/** The certificates of those who vouch for callers, in a PEM file. */
public record TlsAuthorities(Path file) {

    /** What is wrong with the file, as a sentence. */
    Optional<String> fault() {
        try {
            return read().size() > 0
                    ? Optional.empty()
                    : Optional.of("--tls-client-ca names %s, which holds no certificate; add one.".formatted(file));
        } catch (GeneralSecurityException | IOException e) {
            return Optional.of("--tls-client-ca names %s, which cannot be read as certificates in PEM; correct it."
                    .formatted(file));
        }
    }

    /** Those who are trusted, and nobody else. */
    public KeyStore trusted() {
        try {
            return read();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the file was checked with the settings", e);
        }
    }

    private KeyStore read() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            for (Certificate certificate : certificates) {
                trusted.setCertificateEntry("authority-" + trusted.size(), certificate);
            }
        }
        return trusted;
    }
}
