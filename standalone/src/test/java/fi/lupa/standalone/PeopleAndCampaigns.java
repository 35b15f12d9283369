package fi.lupa.standalone;

import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.settings.IdentitySettings;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.QuietHours;
import fi.lupa.event.TransferBasis;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import picocli.CommandLine;

/**
 * People who say yes and no without a pause and try again until they are answered, some of whom leave for good; a campaign system
 * that writes to all of them, and a marketer who launches campaigns. What they were promised is written down, a line of JSON each:
 * {@code {"form": eventId, "at": millis}} for an answer with 202, {@code {"message": messageId, "at": millis}} for a message that
 * the broker took, {@code {"launch": campaignId, "at": millis}} for a launch that was answered, {@code {"leaving": subjectId,
 * "at": millis}} for an erasure that is asked for, {@code "erased"} for one that was answered.
 */
final class PeopleAndCampaigns implements AutoCloseable {

    static final String FORMS = """
            forms:
              - id: faults
                type: NEWSLETTER
                site: faults
                notice: "2023-07-01"
                confirmation: false
                fields:
                  name: { is: name }
                  email: { is: email, required: true }
                statements:
                  yes:
                    scope: EMAIL
                    ticked: GRANT
                    wording: { en: "You may write to me." }
                  no:
                    scope: EMAIL
                    ticked: WITHDRAW
                    wording: { en: "Write to me no more." }
            """;

    /** In every name and every address that is put in, and nowhere else. */
    static final List<String> PERSONAL = List.of("Quercusson", "@example.com", "%40example.com");

    private static final String CAMPAIGN = "autumn";

    /** Its messages wait, all for the same moment. */
    private static final String WAITS = "evening";

    private static final ZoneId ZONE = ZoneId.of("Europe/Helsinki");
    private static final int WAITS_SECONDS = 90;
    private static final int BETWEEN_LEAVINGS = 3_000;
    private static final int BETWEEN_LAUNCHES = 20_000;
    private static final int PEOPLE = 200;
    private static final int MESSAGES_PER_SECOND = 100;

    /** Milliseconds, on average: load, broker, registry and both services share what may be two cores. */
    private static final int BETWEEN_WORDS = 50;

    /** Of so many messages one comes again, one is no message at all, one is of no known campaign, and two wait. */
    private static final int ONE_OF = 60;

    /** What takes more than one record. */
    enum Deed {
        /** All messages that waited go out, once. */
        RELEASE,
        LAUNCH,
        ERASURE
    }

    static {
        EventClasses.trust();
    }

    private final TestInstallation lupa;
    private final Supplier<URI> consentStream;
    private final Supplier<URI> router;
    private final SubjectIds ids;
    private final Clock clock = Clock.systemUTC();
    private final PrintWriter journal;
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final List<String> otherwise = new ArrayList<>();
    private final Map<Deed, Semaphore> deeds = new EnumMap<>(
            Map.of(Deed.RELEASE, new Semaphore(0), Deed.LAUNCH, new Semaphore(0), Deed.ERASURE, new Semaphore(0)));
    private final List<Thread> threads = new ArrayList<>();
    private volatile UnaryOperator<byte[]> version = UnaryOperator.identity();
    private volatile boolean over;

    /**
     * Nothing happens before {@link #begin}.
     *
     * @param consentStream where its door is now
     * @param router where its door is now
     */
    PeopleAndCampaigns(TestInstallation lupa, Path journal, Supplier<URI> consentStream, Supplier<URI> router) {
        this.lupa = lupa;
        this.consentStream = consentStream;
        this.router = router;
        this.ids = CommandLine.populateCommand(new IdentitySettings(), "--id-secret=" + lupa.keys.idSecret())
                .subjectIds();
        try {
            this.journal = new PrintWriter(Files.newBufferedWriter(journal), true);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Defines the campaigns that messages are of. */
    private void define() {
        Instant now = clock.instant();
        Instant opens = now.plusSeconds(WAITS_SECONDS).truncatedTo(ChronoUnit.SECONDS);
        define(CAMPAIGN, now, List.of());
        define(
                WAITS,
                now,
                List.of(new QuietHours(
                        Channel.EMAIL, LocalTime.ofInstant(opens, ZONE).toString(), "23:59:59", false)));
        CompletableFuture.delayedExecutor(Duration.between(now, opens).toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> begins(Deed.RELEASE));
    }

    private void define(String campaignId, Instant now, List<QuietHours> quietHours) {
        lupa.write(
                Topics.CAMPAIGN_DEFINITIONS,
                campaignId,
                CampaignDefined.newBuilder()
                        .setCampaignId(campaignId)
                        .setName("Autumn")
                        .setPurpose(Purpose.DIRECT_MARKETING)
                        .setChannels(List.of(Channel.EMAIL))
                        .setQuietHours(quietHours)
                        .setProcessor(new Processor("Postittaja Oy", "FI", TransferBasis.NONE))
                        .setValidFrom(now)
                        .setDefinedAt(now)
                        .setDefinedBy("faults")
                        .build());
    }

    /** @param people who speak at the same time */
    void begin(int people) {
        define();
        for (int i = 0; i < people; i++) {
            SplittableRandom random = new SplittableRandom(i);
            start("person-" + i, () -> say(random));
        }
        start("campaign", this::write);
        start("leavers", this::leave);
        start("marketer", this::launch);
    }

    /** Waits until the next one begins. */
    void await(Deed deed) throws InterruptedException {
        Semaphore begun = deeds.get(deed);
        begun.drainPermits();
        begun.acquire();
    }

    private void begins(Deed deed) {
        deeds.get(deed).release();
    }

    /** How many forms were answered with 202 so far. */
    long answered() {
        return answered.get();
    }

    /** How often somebody was told to try again, by 503 or 429. */
    long refused() {
        return refused.get();
    }

    /** Answers that were neither 202 nor a refusal to be tried again; none where all is well. */
    List<String> otherwise() {
        synchronized (otherwise) {
            return List.copyOf(otherwise);
        }
    }

    private void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        threads.add(thread);
        thread.start();
    }

    private void say(SplittableRandom random) {
        while (!over) {
            int person = random.nextInt(PEOPLE);
            send(email(person), random.nextInt(3) > 0 ? "yes" : "no");
            pause(random.nextInt(2 * BETWEEN_WORDS));
        }
    }

    private void send(String email, String said) {
        String eventId = UUID.randomUUID().toString();
        String form = "name=Quercusson&email=" + email.replace("@", "%40") + "&" + said + "=yes";
        untilSo(() -> isTaken(form, eventId));
    }

    /** Somebody says yes, and soon afterwards is to be forgotten. */
    private void leave() {
        for (int number = 0; !over; number++) {
            String email = "leaver." + number + "@example.com";
            send(email, "yes");
            String subjectId = subjectId(email);
            URI erasure = URI.create("/v1/subjects/" + subjectId + "/erasure");
            String order = """
                    {"ground": "REQUEST_OF_THE_PERSON", "identityCheck": "passport", "evidence": "letters/%d"}""".formatted(number);
            promised("leaving", subjectId);
            begins(Deed.ERASURE);
            untilDone(
                    () -> Http.postJson(consentStream.get().resolve(erasure), TestInstallation.DPO, order),
                    () -> promised("erased", subjectId));
            pause(BETWEEN_LEAVINGS);
        }
    }

    private void launch() {
        for (int number = 0; !over; number++) {
            pause(BETWEEN_LAUNCHES);
            String campaignId = "launch-" + number;
            URI campaign = URI.create("/v1/campaigns/" + campaignId);
            untilDone(() -> Http.put(router.get().resolve(campaign), lupa.keys.marketer(), """
                            {"name": "Launch", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"], "segment": {},
                             "template": "autumn", "processor": {"name": "Postittaja Oy", "country": "FI"}}"""), () -> {});
            URI launch = URI.create(campaign + "/launch");
            begins(Deed.LAUNCH);
            untilDone(
                    () -> Http.postJson(router.get().resolve(launch), lupa.keys.marketer(), ""),
                    () -> promised("launch", campaignId));
        }
    }

    private void untilSo(BooleanSupplier attempt) {
        while (!over && !attempt.getAsBoolean()) {
            pause(100);
        }
    }

    private void untilDone(Supplier<Http.Answer> call, Runnable then) {
        untilSo(() -> {
            boolean isDone = isDone(call);
            if (isDone) {
                then.run();
            }
            return isDone;
        });
    }

    /** Whether a call was answered well, now or, 409, before it was repeated. */
    private boolean isDone(Supplier<Http.Answer> call) {
        try {
            int status = call.get().status();
            return status / 100 == 2 || status == 409;
        } catch (IllegalStateException e) {
            return false; // nobody answered
        }
    }

    private boolean isTaken(String form, String eventId) {
        Http.Answer answer;
        try {
            answer = Http.post(
                    consentStream.get().resolve("/v1/forms/faults"),
                    lupa.keys.site(),
                    "application/x-www-form-urlencoded",
                    form,
                    "Idempotency-Key",
                    eventId);
        } catch (IllegalStateException e) {
            return false; // nobody answered: it is sent again under the same id
        }
        if (answer.status() == 202) {
            promised("form", eventId);
            answered.incrementAndGet();
        } else if (answer.status() == 503 || answer.status() == 429) {
            refused.incrementAndGet();
        } else {
            synchronized (otherwise) {
                otherwise.add(answer.status() + " " + answer.body());
            }
        }
        return answer.status() == 202;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback tells the same
    private void write() {
        SplittableRandom random = new SplittableRandom(-1);
        Map<String, Object> config = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                lupa.brokers(),
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                Integer.MAX_VALUE);
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            Runnable again = () -> {};
            for (int number = 0; !over; number++) {
                String person = subjectId(email(random.nextInt(PEOPLE)));
                int kind = random.nextInt(ONE_OF);
                String messageId = kind == 1 ? null : "message-" + number;
                byte[] value = kind == 1 ? new byte[] {0, 0, 0, 0, 0, 1} : message(messageId, person, campaign(kind));
                Runnable send = () -> producer.send(
                        new ProducerRecord<>(Topics.CAMPAIGN_MESSAGES.in(lupa.prefix()), person, value),
                        (written, failure) -> {
                            if (failure == null && messageId != null) {
                                promised("message", messageId);
                            }
                        });
                send.run();
                if (kind == 0) {
                    again.run();
                }
                again = send;
                pause(1_000 / MESSAGES_PER_SECOND);
            }
        }
    }

    private static String campaign(int kind) {
        return switch (kind) {
            case 2 -> "unheard-of";
            case 3, 4 -> WAITS;
            default -> CAMPAIGN;
        };
    }

    private String subjectId(String email) {
        return ids.subjectId(ids.read(null, email, null)).orElseThrow();
    }

    /** From now on messages are written as another version of the campaign system writes them. */
    void messagesAreWrittenAs(UnaryOperator<byte[]> version) {
        this.version = version;
    }

    private byte[] message(String messageId, String subjectId, String campaignId) {
        return version.apply(lupa.bytes(
                Topics.CAMPAIGN_MESSAGES,
                CampaignMessage.newBuilder()
                        .setMessageId(messageId)
                        .setCampaignId(campaignId)
                        .setChannel(Channel.EMAIL)
                        .setSubjectId(subjectId)
                        .setRequestedAt(clock.instant())
                        .build()));
    }

    private void promised(String kind, String id) {
        journal.printf("{\"%s\": \"%s\", \"at\": %d}%n", kind, id, clock.millis());
    }

    private static String email(int person) {
        return "person." + person + "@example.com";
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends when everybody has been answered or has given up. */
    @Override
    public void close() {
        over = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        journal.close();
    }
}
