package fi.lupa.standalone.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.edge.http.Json;
import fi.lupa.event.Channel;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts messages as JSON to another system, by <a href="https://www.standardwebhooks.com">Standard Webhooks</a>: the same
 * {@code webhook-id} and {@code Idempotency-Key} however often a message is carried, signed where a secret is agreed on.
 * The signature is over the id as it is sent.
 */
final class WebhookCarrier implements Carrier {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Not now, and not for what the message is. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 404, 408, 425, 429);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI url;
    private final byte[] secret;
    private final Clock clock;

    /** @param secret null for no signature */
    WebhookCarrier(URI url, byte[] secret, Clock clock) {
        this.url = url;
        this.secret = secret == null ? null : secret.clone();
        this.clock = clock;
    }

    /** A message, as it is posted; {@code listUnsubscribe} and {@code listUnsubscribePost} are headers of its email (RFC 8058). */
    record Body(
            String messageId,
            String campaignId,
            Channel channel,
            Purpose purpose,
            String subjectId,
            String contactPoint,
            String template,
            Map<String, String> parameters,
            String unsubscribeUrl,
            String preferencesUrl,
            String listUnsubscribe,
            String listUnsubscribePost,
            Instant decidedAt,
            Instant notAfter,
            String policyVersion,
            long consentRevision) {

        static Body of(MessageCleared message) {
            return new Body(
                    message.getMessageId(),
                    message.getCampaignId(),
                    message.getChannel(),
                    message.getPurpose(),
                    message.getSubjectId(),
                    message.getPersonal().getContactPoint(),
                    message.getTemplate(),
                    message.getPersonal().getParameters(),
                    message.getUnsubscribeUrl(),
                    message.getPreferencesUrl(),
                    message.getListUnsubscribe(),
                    message.getListUnsubscribePost(),
                    message.getDecidedAt(),
                    message.getNotAfter(),
                    message.getPolicyVersion(),
                    message.getConsentRevision());
        }

        @Override
        public String toString() {
            return "Body[" + messageId + "]";
        }
    }

    @Override
    public void carry(MessageCleared message) throws RefusedException, TryAgainException {
        int status;
        try {
            status = client.send(request(message), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new TryAgainException("The other system is not to be reached.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TryAgainException("It was told to stop.");
        }
        if (status >= 200 && status < 300) {
            return;
        }
        if (status >= 400 && status < 500 && !PASSING.contains(status)) {
            throw new RefusedException("The other system refuses it with " + status + ".");
        }
        throw new TryAgainException("The other system answers " + status + ".");
    }

    private HttpRequest request(MessageCleared message) {
        String id = inHeader(Carrier.idempotencyKey(message));
        String at = Long.toString(clock.instant().getEpochSecond());
        byte[] body = json(message);
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", id)
                .header("webhook-id", id)
                .header("webhook-timestamp", at)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (secret != null) {
            request.header("webhook-signature", "v1," + signature(id + "." + at + ".", body));
        }
        return request.build();
    }

    /**
     * A header takes no more than printable ASCII: other characters are percent-encoded as UTF-8, and the percent sign, too,
     * so that two ids never become one.
     */
    private static String inHeader(String id) {
        StringBuilder plain = new StringBuilder();
        for (byte one : id.getBytes(UTF_8)) {
            if (one > ' ' && one <= '~' && one != '%') {
                plain.append((char) one);
            } else {
                plain.append("%%%02X".formatted(one));
            }
        }
        return plain.toString();
    }

    private static byte[] json(MessageCleared message) {
        try {
            return Json.MAPPER.writeValueAsBytes(Body.of(message));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String signature(String before, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(before.getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HmacSHA256", e);
        }
    }

    @Override
    public void close() {
        // The client has nothing to close in Java 17.
    }
}
