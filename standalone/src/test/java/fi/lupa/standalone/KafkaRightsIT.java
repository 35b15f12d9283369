package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import fi.lupa.campaign.CampaignRouter;
import fi.lupa.consent.ConsentStream;
import fi.lupa.edge.kafka.KafkaRole;
import fi.lupa.edge.service.RunningService;
import fi.lupa.event.CampaignMessage;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.embedded.GuardedKafka;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** On a broker with TLS and rights, each does its work with the rights that {@code lupa topics --acls} gives, and nothing else. */
class KafkaRightsIT {

    private static final String ADMIN = "admin";

    private static GuardedKafka kafka;

    @TempDir
    private static Path server;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        kafka = GuardedKafka.start(
                server.resolve("kafka"),
                Arrays.stream(KafkaRole.values()).map(KafkaRole::written).toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void everyoneDoesTheirWorkAndTheBrokerRefusesNoneOfIt() throws Exception {
        ListAppender<ILoggingEvent> refusals = listenTo("kafka.authorizer.logger");
        try (TestInstallation lupa =
                new TestInstallation(kafka.admin(), Infrastructure.registryUrl(), "work", folder)) {
            given(lupa.prefix());
            RunningService consent =
                    lupa.launch(new ConsentStream(), "--forms=" + lupa.forms(), as(KafkaRole.CONSENT_STREAM));
            RunningService router = lupa.launch(new CampaignRouter(), as(KafkaRole.CAMPAIGN_ROUTER));
            awaitTrue(() -> consent.health().notReady().isEmpty()
                    && router.health().notReady().isEmpty());

            assertThat(Http.put(router.url().resolve("/v1/campaigns/spring"), lupa.keys.marketer(), """
                            {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
                             "processor": {"name": "Postittaja Oy", "country": "FI"}}""")
                            .status())
                    .isEqualTo(200);
            assertThat(Http.post(
                                    consent.url().resolve("/v1/forms/newsletter"),
                                    lupa.keys.site(),
                                    "application/x-www-form-urlencoded",
                                    "email=aino%40example.com&email_consent=yes")
                            .status())
                    .isEqualTo(202);
            awaitTrue(() -> !lupa.values(Topics.CONSENT_STATE).isEmpty());
            String aino = lupa.values(Topics.CONSENT_STATE).get(0).getSubjectId();
            awaitTrue(() -> !lupa.values(Topics.audience(Channel.EMAIL)).isEmpty());

            // A website and a campaign system that speak to Kafka themselves.
            write(lupa, KafkaRole.WEBSITE, Topics.FORMS_INBOX, "eero", new byte[] {1});
            awaitTrue(() -> lupa.values(Topics.DEAD_LETTERS).size() == 1);
            write(lupa, KafkaRole.CAMPAIGN_SYSTEM, Topics.CAMPAIGN_MESSAGES, aino, message(lupa, aino));
            awaitTrue(() -> lupa.values(Topics.cleared(Channel.EMAIL)).size() == 1);
            for (Topic<?> read :
                    List.of(Topics.cleared(Channel.EMAIL), Topics.audience(Channel.EMAIL), Topics.CONSENT_STATE)) {
                assertThat(records(lupa, KafkaRole.CAMPAIGN_SYSTEM, "campaign-system-1", read))
                        .isPositive();
            }
            assertThat(records(lupa, KafkaRole.DELIVERY, "lupa-deliver-mail", Topics.cleared(Channel.EMAIL)))
                    .isPositive();
            assertThat(records(lupa, KafkaRole.ANALYST, "analyst-notebook", Topics.FORMS_SUBMITTED))
                    .isPositive();
            assertThat(lupa(
                            "replay",
                            "as-of",
                            "--at=" + Instant.now(),
                            "--to=" + folder.resolve("then.ndjson"),
                            "--topic-prefix=" + lupa.prefix(),
                            as(KafkaRole.ANALYST)))
                    .as(err.toString())
                    .isZero();

            URI person = consent.url().resolve("/v1/subjects/" + aino + "/");
            assertThat(Http.postJson(person.resolve("access-report"), TestInstallation.DPO, """
                            {"identityCheck": "passport", "evidence": "letters/17"}""")
                            .status())
                    .isEqualTo(200);
            assertThat(Http.postJson(person.resolve("erasure"), TestInstallation.DPO, """
                            {"ground": "REQUEST_OF_THE_PERSON", "identityCheck": "passport", "evidence": "letters/18"}""")
                            .status())
                    .isEqualTo(202);
            awaitTrue(() -> lupa.read(Topics.SUBJECT_KEYS).stream().anyMatch(key -> key.value() == null));
            awaitTrue(() -> lupa.read(Topics.audience(Channel.EMAIL)).stream().anyMatch(row -> row.value() == null));
            assertThat(refusals.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .isEmpty();
        }
    }

    @Test
    void nobodyMayMoreThanTheTableSays() throws Exception {
        String prefix = "table.";
        given(prefix);
        assertThat(lupa("topics", "--acls", "--dry-run", "--topic-prefix=" + prefix))
                .isZero();
        String table = out.toString();
        for (KafkaRole role : KafkaRole.values()) {
            Map<String, Set<AclOperation>> written = new TreeMap<>(role.rights(prefix).stream()
                    .filter(right -> right.resource().name().startsWith(prefix))
                    .filter(right -> Topics.all().stream().anyMatch(topic -> topic.in(prefix)
                            .equals(right.resource().name())))
                    .collect(toMap(right -> right.resource().name(), right -> implied(right.operations()))));
            assertThat(allowed(role, prefix)).as(role.written()).isEqualTo(written);
        }
        assertThat(table).isEqualTo(frozen().replace("{prefix}", prefix));
    }

    @Test
    void whoReachesForMoreIsRefused() throws Exception {
        try (TestInstallation lupa =
                new TestInstallation(kafka.admin(), Infrastructure.registryUrl(), "more", folder)) {
            given(lupa.prefix());
            refusedToWrite(lupa, KafkaRole.CAMPAIGN_SYSTEM, Topics.cleared(Channel.EMAIL));
            refusedToWrite(lupa, KafkaRole.CAMPAIGN_SYSTEM, Topics.CONSENT_STATE);
            refusedToWrite(lupa, KafkaRole.CAMPAIGN_ROUTER, Topics.CONSENT_STATE);
            refusedToWrite(lupa, KafkaRole.WEBSITE, Topics.CONSENT_CHANGES);
            refusedToWrite(lupa, KafkaRole.ANALYST, Topics.CONSENT_CHANGES);
            for (Topic<?> inTheClear :
                    List.of(Topics.FORMS_INBOX, Topics.SUBJECT_KEYS, Topics.CAMPAIGN_MESSAGES, Topics.DEAD_LETTERS)) {
                assertThatThrownBy(() -> records(lupa, KafkaRole.ANALYST, "analyst", inTheClear))
                        .isInstanceOf(TopicAuthorizationException.class);
            }
            assertThatThrownBy(() -> records(lupa, KafkaRole.WEBSITE, "website", Topics.FORMS_INBOX))
                    .isInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() ->
                            records(lupa, KafkaRole.CAMPAIGN_SYSTEM, "campaign-router", Topics.cleared(Channel.EMAIL)))
                    .isInstanceOf(GroupAuthorizationException.class);
            Map<String, Object> fencing = kafka.as(KafkaRole.CAMPAIGN_SYSTEM.written());
            fencing.put("transactional.id", lupa.prefix() + "campaign-router-1");
            try (var producer = new KafkaProducer<>(fencing, new StringSerializer(), new ByteArraySerializer())) {
                assertThatThrownBy(producer::initTransactions)
                        .isInstanceOf(TransactionalIdAuthorizationException.class);
            }
        }
    }

    @Test
    void aServiceWithoutItsRightsSaysWhatIsMissingAndDoesNotStart() throws Exception {
        try (TestInstallation lupa =
                new TestInstallation(kafka.admin(), Infrastructure.registryUrl(), "bare", folder)) {
            assertThatThrownBy(() -> lupa.launch(new CampaignRouter(), as(KafkaRole.CAMPAIGN_ROUTER)))
                    .hasMessageContaining("could not be created")
                    .hasMessageContaining("lupa topics --create");
        }
    }

    @Test
    void rightsGoToWhomTheyAreSaidToGoToAndWhatIsNotNeededIsTold() throws Exception {
        assertThat(lupa("topics", "--create", "--topic-prefix=named.", as(ADMIN)))
                .isZero();
        assertThat(lupa("topics", "--acls", "--topic-prefix=named.", "--principal=website=User:shop", as(ADMIN)))
                .isZero();
        assertThat(out.toString()).containsPattern("website +User:shop +topic +named.forms.inbox +WRITE");
        assertThat(err.toString()).isEmpty();
        assertThat(lupa(
                        "topics",
                        "--acls",
                        "--topic-prefix=named.",
                        "--principal=analyst=User:shop",
                        "--principal=website=User:elsewhere",
                        as(ADMIN)))
                .isZero();
        assertThat(err.toString()).contains("Not needed by its role: User:shop may WRITE TOPIC named.forms.inbox");
        assertThat(lupa("topics", "--acls", "--principal=webmaster=User:shop")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no role \"webmaster\"");
        assertThat(lupa("topics", "--acls", "--bootstrap-servers=" + Infrastructure.bootstrapServers()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("check no rights");
    }

    /** As an administrator does it: topics first, then rights. */
    private void given(String prefix) throws Exception {
        assertThat(lupa("topics", "--create", "--topic-prefix=" + prefix, as(ADMIN)))
                .as(err.toString())
                .isZero();
        assertThat(lupa("topics", "--acls", "--topic-prefix=" + prefix, as(ADMIN)))
                .as(err.toString())
                .isZero();
        // The controller has them before the broker goes by them.
        awaitTrue(() -> allowed(KafkaRole.OPERATOR, prefix).size() == 6);
    }

    /** What the broker lets a role do with the contract's topics. */
    private static Map<String, Set<AclOperation>> allowed(KafkaRole role, String prefix) throws Exception {
        Map<String, Set<AclOperation>> allowed = new TreeMap<>();
        try (Admin admin = Admin.create(kafka.as(role.written()))) {
            Set<String> visible = admin.listTopics().names().get();
            List<String> names =
                    visible.stream().filter(name -> name.startsWith(prefix)).toList();
            admin.describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get()
                    .forEach((name, topic) -> allowed.put(name, new TreeSet<>(topic.authorizedOperations())));
        }
        return allowed;
    }

    private static Set<AclOperation> implied(Set<AclOperation> operations) {
        Set<AclOperation> all = new TreeSet<>(operations);
        all.add(AclOperation.DESCRIBE);
        return all;
    }

    private static byte[] message(TestInstallation lupa, String subjectId) {
        return lupa.bytes(
                Topics.CAMPAIGN_MESSAGES,
                CampaignMessage.newBuilder()
                        .setMessageId("m-1")
                        .setCampaignId("spring")
                        .setChannel(fi.lupa.event.Channel.EMAIL)
                        .setSubjectId(subjectId)
                        .setRequestedAt(Instant.now())
                        .build());
    }

    private static void refusedToWrite(TestInstallation lupa, KafkaRole role, Topic<?> topic) {
        assertThatThrownBy(() -> write(lupa, role, topic, "aino", new byte[] {1}))
                .as(role + " " + topic.name())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(AuthorizationException.class);
    }

    private static void write(TestInstallation lupa, KafkaRole role, Topic<?> topic, String key, byte[] value)
            throws Exception {
        try (var producer =
                new KafkaProducer<>(kafka.as(role.written()), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic.in(lupa.prefix()), key, value))
                    .get();
        }
    }

    /** How many records a role reads in a group within ten seconds, at least one. */
    private static int records(TestInstallation lupa, KafkaRole role, String group, Topic<?> topic) {
        Map<String, Object> config = kafka.as(role.written());
        config.put("group.id", lupa.prefix() + group);
        config.put("auto.offset.reset", "earliest");
        config.put("isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic.in(lupa.prefix())));
            int read = 0;
            for (int attempt = 0; attempt < 20 && read == 0; attempt++) {
                read += consumer.poll(Duration.ofMillis(500)).count();
            }
            consumer.commitSync();
            return read;
        }
    }

    private static ListAppender<ILoggingEvent> listenTo(String logger) {
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        Logger to = (Logger) LoggerFactory.getLogger(logger);
        to.setLevel(Level.INFO);
        to.setAdditive(false);
        to.addAppender(appender);
        return appender;
    }

    private String as(KafkaRole role) throws Exception {
        return as(role.written());
    }

    private String as(String name) throws Exception {
        return "--kafka-config=" + kafka.config(name, folder);
    }

    private int lupa(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--schema-registry-url=" + Infrastructure.registryUrl();
        all[arguments.length + 1] = Arrays.stream(arguments).anyMatch(said -> said.startsWith("--bootstrap-servers"))
                ? "--wait=1m"
                : "--bootstrap-servers=" + kafka.bootstrapServers();
        return Lupa.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all);
    }

    /** The rights as they were last looked at and found to be needed. */
    private static String frozen() throws Exception {
        try (var file = KafkaRightsIT.class.getResourceAsStream("/kafka-rights.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
