package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.routing.Heard;
import fi.lupa.edge.health.Health;
import fi.lupa.edge.kafka.Offsets;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops are read by every router for itself, in no group: they are heard where that router keeps them. */
class HeardIT {

    private static final byte[] NOT_AVRO = "moi".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path folder;

    @Test
    void untilAStopIsKeptHereItIsUnheard() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("heard", folder)) {
            lupa.consentStream();
            lupa.campaignRouter();
            writeStops(lupa);
            AtomicReference<Instant> machine = new AtomicReference<>(Instant.EPOCH);
            AtomicReference<Map<TopicPartition, Long>> kept = new AtomicReference<>(Map.of());
            try (Offsets offsets = new Offsets(Admin.create(Map.of("bootstrap.servers", lupa.brokers())));
                    Heard heard = Heard.by(
                            lupa.prefix() + "consent-stream",
                            lupa.prefix() + "campaign-router",
                            lupa.prefix(),
                            offsets,
                            ((InstantSource) machine::get).withZone(ZoneOffset.UTC),
                            new Health(),
                            new SimpleMeterRegistry())) {
                heard.follow(kept::get);
                TimeUnit.SECONDS.sleep(2);
                assertThat(heard.isRecent()).isFalse();

                kept.set(offsets.endsOf(List.of(Topics.CONSENT_STOPS.in(lupa.prefix()))));
                awaitTrue(heard::isRecent);

                machine.set(Instant.EPOCH.plusSeconds(3_600));
                assertThat(heard.isRecent())
                        .as("while the machine slept, much may have been said")
                        .isFalse();
                awaitTrue(heard::isRecent);
            }
        }
    }

    /** After a restore without the groups' offsets nothing would tell that what is gone was ever read. */
    @Test
    void whatIsKeptNoLongerIsNotWaitedFor() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("gone", folder)) {
            lupa.consentStream();
            lupa.write(Topics.SUBJECT_NOTES, "nobody", NOT_AVRO);
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", lupa.brokers()));
                    Offsets offsets = new Offsets(Admin.create(Map.of("bootstrap.servers", lupa.brokers())));
                    Heard heard = Heard.by(
                            lupa.prefix() + "no-group",
                            lupa.prefix() + "campaign-router",
                            lupa.prefix(),
                            offsets,
                            Clock.systemUTC(),
                            new Health(),
                            new SimpleMeterRegistry())) {
                heard.follow(Map::of);
                TimeUnit.SECONDS.sleep(2);
                assertThat(heard.isRecent()).isFalse();

                Map<TopicPartition, Long> said = offsets.endsOf(List.of(Topics.SUBJECT_NOTES.in(lupa.prefix())));
                Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
                said.forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end)));
                admin.deleteRecords(all).all().get();

                awaitTrue(heard::isRecent);
            }
        }
    }

    /** Neither waits for what can never be kept, and so would hold all messages for ever. */
    @Test
    void whatIsNoStopIsHeardToo() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("nostop", folder)) {
            lupa.consentStream();
            lupa.stop(lupa.campaignRouter());
            writeStops(lupa);

            lupa.stop(lupa.campaignRouter());
            lupa.campaignRouter();
        }
    }

    /** One that is none, and one in a transaction, whose end takes an offset as well. */
    private static void writeStops(TestInstallation lupa) throws Exception {
        lupa.write(Topics.CONSENT_STOPS, "nobody", NOT_AVRO);
        Map<String, Object> config = Map.of("bootstrap.servers", lupa.brokers(), "transactional.id", lupa.prefix());
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(Topics.CONSENT_STOPS.in(lupa.prefix()), "nobody", null))
                    .get();
            producer.commitTransaction();
        }
    }
}
