package fi.lupa.standalone;

import java.net.URI;

final class SampleWebsite implements AutoCloseable {
    static SampleWebsite start(int port, URI consentStream, String siteKey) {
        return new SampleWebsite();
    }

    URI url() {
        return URI.create("http://127.0.0.1:8082");
    }

    @Override
    public void close() {}
}
