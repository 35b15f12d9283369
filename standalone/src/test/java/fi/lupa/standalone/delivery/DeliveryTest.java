package fi.lupa.standalone.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetupTest;
import com.sun.net.httpserver.HttpServer;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.event.Channel;
import fi.lupa.event.ClearedPersonalData;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.DeadLetter;
import fi.lupa.event.Door;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.Purpose;
import fi.lupa.event.Will;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topic;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cleared messages carried to a mail server, and to another system by HTTP, on loopback. */
class DeliveryTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Clock AT_NOON = Clock.fixed(NOON, ZoneOffset.UTC);
    private static final TopicPartition PARTITION = new TopicPartition("campaign.cleared.email", 0);
    private static final byte[] SECRET = "known to both".getBytes(UTF_8);

    private final GreenMail mail = new GreenMail(ServerSetupTest.SMTP.dynamicPort());
    private final List<DeadLetter> letters = new ArrayList<>();
    private final List<ConsentChanged> stops = new ArrayList<>();
    private final InternalSerde<MessageCleared> serde = new InternalSerde<>(MessageCleared.class);
    private MockConsumer<String, byte[]> consumer;
    private long offset;

    @TempDir
    private Path templates;

    @BeforeEach
    void start() throws Exception {
        mail.start();
        consumer = new MockConsumer<>("earliest");
        consumer.assign(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        template(
                "spring",
                "Kevät on täällä, {{name}}!",
                "Moi {{name}}\n{{unsubscribeUrl}}\n",
                "<p>{{name}}</p>" + "<a href=\"{{{preferencesUrl}}}\">valinnat</a>");
    }

    @AfterEach
    void stop() {
        mail.stop();
    }

    @Test
    void anEmailHasTheHeadersOfOneClickUnsubscription() throws Exception {
        put(message("m-1").build());

        assertThat(deliver(smtp(mail.getSmtp().getPort()))).isEqualTo("1 read = 1 carried + 0 stale + 0 refused");

        MimeMessage taken = mail.getReceivedMessages()[0];
        assertThat(taken.getAllRecipients()[0]).hasToString("aino@example.fi");
        assertThat(taken.getSubject()).isEqualTo("Kevät on täällä, <Aino>!");
        assertThat(taken.getHeader("List-Unsubscribe", null)).isEqualTo("<https://lupa.example.fi/unsubscribe/abc>");
        assertThat(taken.getHeader("List-Unsubscribe-Post", null)).isEqualTo("List-Unsubscribe=One-Click");
        assertThat(taken.getMessageID()).matches("<[0-9a-f-]{36}@example\\.fi>");
        assertThat(GreenMailUtil.getWholeMessage(taken))
                .contains("multipart/alternative", "https://lupa.example.fi/unsubscribe/abc", "&lt;Aino&gt;")
                .doesNotContain("<p><Aino></p>");
        assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION).offset())
                .isEqualTo(1);
    }

    /** Who took it the first time knows it again. */
    @Test
    void aMessageCarriedAgainHasTheSameId() throws Exception {
        put(message("m-1").build());
        put(message("m-1").build());
        put(message("m-2").build());
        put(message("m-1").setSubjectId("EERO").build());
        deliver(smtp(mail.getSmtp().getPort()));
        MimeMessage[] taken = mail.getReceivedMessages();
        assertThat(taken[1].getMessageID()).isEqualTo(taken[0].getMessageID());
        assertThat(taken[2].getMessageID()).isNotEqualTo(taken[0].getMessageID());
        assertThat(taken[3].getMessageID()).as("one id for two recipients").isNotEqualTo(taken[0].getMessageID());
    }

    @Test
    void whatIsStaleIsNotCarried() throws Exception {
        put(message("m-1").setNotAfter(NOON.minusMillis(1)).build());
        assertThat(deliver(smtp(mail.getSmtp().getPort()))).isEqualTo("1 read = 0 carried + 1 stale + 0 refused");
        assertThat(mail.getReceivedMessages()).isEmpty();
    }

    @Test
    void whatCanNeverBeSentIsADeadLetterAndHoldsUpNothing() throws Exception {
        template("no-way-out", "Subject", "Buy!", null);
        put(message("m-1").setTemplate("no-way-out").build());
        put(message("m-2").setTemplate("../spring").build());
        put(message("m-3").setTemplate("unheard-of").build());
        put(message("m-4")
                .setPersonal(new ClearedPersonalData("aino@example.fi", Map.of()))
                .build());
        put(message("m-5").setPersonal(null).build());
        put("garbage".getBytes(UTF_8));
        put(message("m-7").build());

        assertThat(deliver(smtp(mail.getSmtp().getPort()))).isEqualTo("7 read = 1 carried + 0 stale + 6 refused");

        assertThat(letters).hasSize(6);
        assertThat(letters.get(0).getProblem()).contains("gives no way to stop");
        assertThat(letters).extracting(DeadLetter::getOffset).containsExactly(0L, 1L, 2L, 3L, 4L, 5L);
        assertThat(letters).extracting(DeadLetter::getProblem).allSatisfy(problem -> assertThat(problem)
                .doesNotContainIgnoringCase("aino"));
    }

    /** Of a refusal that does not say it is about the address, nobody knows whom it is about. */
    @ParameterizedTest
    @CsvSource({
        "550 5.1.1 <aino@example.fi> unknown, true",
        "550-5.2.1 disabled/550 5.2.1 disabled, true",
        "550 5.7.1 relaying denied, false",
        "550 no, false",
        "554 5.1.18 another matter, false"
    })
    void anAddressThatIsNoneIsStopped(String reply, boolean stopped) throws Exception {
        try (MailServer refusing = new MailServer(Map.of("aino@example.fi", reply.replace("/", "\r\n")))) {
            put(message("m-1").build());
            put(message("m-2")
                    .setPersonal(new ClearedPersonalData("eino@example.fi", Map.of("name", "Eino")))
                    .build());

            assertThat(deliver(smtp(refusing.port()))).isEqualTo("2 read = 1 carried + 0 stale + 1 refused");

            assertThat(refusing.taken()).containsExactly("eino@example.fi");
        }
        assertThat(letters).hasSize(1);
        assertThat(stops)
                .extracting(ConsentChanged::getContactPointId, ConsentChanged::getWill, ConsentChanged::getDoor)
                .isEqualTo(stopped ? List.of(tuple("EMAIL", Will.PROHIBIT, Door.HARD_BOUNCE)) : List.of());
    }

    /** Whoever set it up mends it; until then the messages wait. */
    @ParameterizedTest
    @ValueSource(ints = {530, 534, 535, 538})
    void aServerThatDoesNotLetUsInIsAskedAgain(int code) throws Exception {
        try (MailServer refusing = new MailServer(Map.of("aino@example.fi", code + " 5.7.0 who are you?"))) {
            put(message("m-1").build());
            assertThat(deliver(smtp(refusing.port()))).isEqualTo("0 read = 0 carried + 0 stale + 0 refused");
        }
        assertThat(letters).isEmpty();
    }

    @Test
    void aServerThatIsAwayIsAskedAgainAndNothingIsCommitted() throws Exception {
        int port = mail.getSmtp().getPort();
        mail.stop();
        put(message("m-1").build());
        assertThat(deliver(smtp(port))).isEqualTo("0 read = 0 carried + 0 stale + 0 refused");
        assertThat(consumer.committed(Set.of(PARTITION)).get(PARTITION)).isNull();
        assertThat(consumer.position(PARTITION)).isZero();
        assertThat(letters).isEmpty();
    }

    @Test
    void aServerWithoutTlsGetsNothingUnlessThatWasSaid() throws Exception {
        put(message("m-1").build());
        SmtpCarrier careful = new SmtpCarrier(
                URI.create("smtp://127.0.0.1:" + mail.getSmtp().getPort()),
                false,
                null,
                new InternetAddress("news@example.fi"),
                new Templates(templates),
                AT_NOON);
        assertThat(deliver(careful)).startsWith("0 read");
        assertThat(mail.getReceivedMessages()).isEmpty();
    }

    @Test
    void anotherSystemGetsTheMessageSignedUnderTheSameIdUntilItTakesIt() throws Exception {
        Queue<Integer> answers = new ArrayDeque<>(List.of(503, 200, 422));
        List<Map<String, String>> heads = new CopyOnWriteArrayList<>();
        List<byte[]> bodies = new CopyOnWriteArrayList<>();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/in", exchange -> {
            bodies.add(exchange.getRequestBody().readAllBytes());
            heads.add(Map.of(
                    "key", exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                    "id", exchange.getRequestHeaders().getFirst("webhook-id"),
                    "at", exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    "signature", exchange.getRequestHeaders().getFirst("webhook-signature")));
            exchange.sendResponseHeaders(answers.remove(), -1);
            exchange.close();
        });
        other.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + other.getAddress().getPort() + "/in");
            put(message("m-1").build());
            assertThat(deliver(new WebhookCarrier(url, SECRET, AT_NOON))).startsWith("0 read");
            put(message("m-1").build(), 0);
            put(message("m-2").build());
            assertThat(deliver(new WebhookCarrier(url, SECRET, AT_NOON)))
                    .isEqualTo("2 read = 1 carried + 0 stale + 1 refused");
        } finally {
            other.stop(0);
        }
        assertThat(heads)
                .extracting(head -> head.get("id"))
                .containsExactly("spring/m-1/AINO", "spring/m-1/AINO", "spring/m-2/AINO");
        assertThat(heads)
                .extracting(head -> head.get("key"))
                .containsExactly("spring/m-1/AINO", "spring/m-1/AINO", "spring/m-2/AINO");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        mac.update("spring/m-1/AINO.%d.".formatted(NOON.getEpochSecond()).getBytes(UTF_8));
        assertThat(heads.get(1))
                .containsEntry("signature", "v1," + Base64.getEncoder().encodeToString(mac.doFinal(bodies.get(1))));
        assertThat(Json.MAPPER.readTree(bodies.get(1)).path("contactPoint").asText())
                .isEqualTo("aino@example.fi");
        assertThat(letters.get(0).getProblem()).contains("422");
    }

    /** The door takes any id without spaces; a header takes printable ASCII. */
    @Test
    void anIdThatNoHeaderTakesIsPercentEncodedAndSignedSo() throws Exception {
        List<Map<String, String>> heads = new CopyOnWriteArrayList<>();
        List<byte[]> bodies = new CopyOnWriteArrayList<>();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/in", exchange -> {
            bodies.add(exchange.getRequestBody().readAllBytes());
            heads.add(Map.of(
                    "key", exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                    "id", exchange.getRequestHeaders().getFirst("webhook-id"),
                    "signature", exchange.getRequestHeaders().getFirst("webhook-signature")));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        other.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + other.getAddress().getPort() + "/in");
            put(message("ääkkönen-€").build());
            put(message("%C3%A4").build());
            put(message("a\r\nX-Admin: 1").build());
            assertThat(deliver(new WebhookCarrier(url, SECRET, AT_NOON)))
                    .isEqualTo("3 read = 3 carried + 0 stale + 0 refused");
        } finally {
            other.stop(0);
        }
        assertThat(heads)
                .extracting(head -> head.get("id"))
                .containsExactly(
                        "spring/%C3%A4%C3%A4kk%C3%B6nen-%E2%82%AC/AINO",
                        "spring/%25C3%25A4/AINO", "spring/a%0D%0AX-Admin:%201/AINO");
        assertThat(heads).allSatisfy(head -> assertThat(head.get("key")).isEqualTo(head.get("id")));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        mac.update("%s.%d."
                .formatted(heads.get(0).get("id"), NOON.getEpochSecond())
                .getBytes(UTF_8));
        assertThat(heads.get(0))
                .containsEntry("signature", "v1," + Base64.getEncoder().encodeToString(mac.doFinal(bodies.get(0))));
        assertThat(Json.MAPPER.readTree(bodies.get(0)).path("messageId").asText())
                .isEqualTo("ääkkönen-€");
    }

    @Test
    void noIdAndNoParameterWritesAHeaderOfAnEmail() throws Exception {
        put(message("ääkkönen-€\r\nBcc: eino@example.fi")
                .setPersonal(
                        new ClearedPersonalData("aino@example.fi", Map.of("name", "Aino\r\nBcc: eino@example.fi\r\n")))
                .build());

        assertThat(deliver(smtp(mail.getSmtp().getPort()))).isEqualTo("1 read = 1 carried + 0 stale + 0 refused");

        MimeMessage taken = mail.getReceivedMessages()[0];
        assertThat(taken.getAllRecipients()).hasSize(1);
        assertThat(taken.getHeader("Bcc")).isNull();
        assertThat(taken.getMessageID()).matches("<[0-9a-f-]{36}@example\\.fi>");
    }

    /** Else the same message would stop the command again whenever it is started. */
    @Test
    void whatACarrierDidNotExpectIsADeadLetterAndHoldsUpNothing() throws Exception {
        List<String> carried = new ArrayList<>();
        Carrier brittle = new Carrier() {
            @Override
            public void carry(MessageCleared message) {
                if (message.getMessageId().equals("m-1")) {
                    throw new IllegalArgumentException("aino@example.fi is odd");
                }
                carried.add(message.getMessageId());
            }

            @Override
            public void close() {}
        };
        put(message("m-1").build());
        put(message("m-2").build());

        assertThat(deliver(brittle)).isEqualTo("2 read = 1 carried + 0 stale + 1 refused");

        assertThat(carried).containsExactly("m-2");
        assertThat(letters)
                .extracting(DeadLetter::getProblem)
                .containsExactly("It cannot be handed over: IllegalArgumentException was not expected.");
    }

    private SmtpCarrier smtp(int port) throws Exception {
        return new SmtpCarrier(
                URI.create("smtp://127.0.0.1:" + port),
                true,
                null,
                new InternetAddress("Shop <news@example.fi>"),
                new Templates(templates),
                AT_NOON);
    }

    /** Until everything has been looked at once; the books. */
    private String deliver(Carrier carrier) throws Exception {
        EventWriter writer = new EventWriter() {
            @Override
            public <V extends SpecificRecord> CompletableFuture<RecordMetadata> send(
                    Topic<V> topic, String key, V event) {
                if (event instanceof ConsentChanged stop) {
                    stops.add(stop);
                } else {
                    letters.add((DeadLetter) event);
                }
                return CompletableFuture.completedFuture(null);
            }
        };
        try (carrier) {
            Delivery delivery = new Delivery(consumer, serde.deserializer(), carrier, writer, AT_NOON);
            Queue<Boolean> once = new ArrayDeque<>(List.of(true, false));
            delivery.run(once::remove);
            return delivery.books();
        }
    }

    private void put(MessageCleared message) {
        put(serde.serializer().serialize("", message));
    }

    private void put(MessageCleared message, long at) {
        offset = at;
        put(message);
    }

    private void put(byte[] value) {
        consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, offset++, "AINO", value));
    }

    private void template(String name, String subject, String text, String page) throws Exception {
        Path folder = Files.createDirectories(templates.resolve(name));
        Files.writeString(folder.resolve("subject.txt"), subject);
        Files.writeString(folder.resolve("text.txt"), text);
        if (page != null) {
            Files.writeString(folder.resolve("page.html"), page);
        }
    }

    private static MessageCleared.Builder message(String id) {
        return MessageCleared.newBuilder()
                .setMessageId(id)
                .setCampaignId("spring")
                .setChannel(Channel.EMAIL)
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setSubjectId("AINO")
                .setContactPointId("EMAIL")
                .setPersonal(new ClearedPersonalData("aino@example.fi", Map.of("name", "<Aino>")))
                .setTemplate("spring")
                .setUnsubscribeUrl("https://lupa.example.fi/unsubscribe/abc")
                .setPreferencesUrl("https://lupa.example.fi/preferences/abc")
                .setListUnsubscribe("<https://lupa.example.fi/unsubscribe/abc>")
                .setListUnsubscribePost("List-Unsubscribe=One-Click")
                .setDecidedAt(NOON)
                .setPolicyVersion("1")
                .setConsentRevision(7)
                .setNotAfter(NOON.plusSeconds(60));
    }
}
