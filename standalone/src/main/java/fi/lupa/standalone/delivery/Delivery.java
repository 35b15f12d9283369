package fi.lupa.standalone.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.DeadLetter;
import fi.lupa.event.Door;
import fi.lupa.event.FailedStage;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.delivery.Carrier.RefusedException;
import fi.lupa.standalone.delivery.Carrier.TryAgainException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a channel's cleared messages, at least once. What goes stale on the way is not carried: nobody knows any more
 * whether it may. The books balance when
 *
 * <pre>read = carried + stale + refused</pre>
 *
 * where what was refused lies in the dead letters, and an address that is none gets a stop. A message that is not taken now holds up those behind it in its partition.
 */
final class Delivery {

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final Consumer<String, byte[]> consumer;
    private final Deserializer<MessageCleared> deserializer;
    private final Carrier carrier;
    private final EventWriter writer;
    private final Clock clock;
    private Duration wait = FIRST_WAIT;
    private long read;
    private long carried;
    private long stale;
    private long refused;

    Delivery(
            Consumer<String, byte[]> consumer,
            Deserializer<MessageCleared> deserializer,
            Carrier carrier,
            EventWriter writer,
            Clock clock) {
        this.consumer = consumer;
        this.deserializer = deserializer;
        this.carrier = carrier;
        this.writer = writer;
        this.clock = clock;
    }

    /** What became of the messages, in one line. */
    String books() {
        return "%,d read = %,d carried + %,d stale + %,d refused".formatted(read, carried, stale, refused);
    }

    /** Carries what comes until it is told to stop. */
    void run(BooleanSupplier goesOn) throws InterruptedException {
        while (goesOn.getAsBoolean()) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                if (!take(record)) {
                    break;
                }
            }
        }
    }

    /** @return whether to go on with the next */
    private boolean take(ConsumerRecord<String, byte[]> record) throws InterruptedException {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        try {
            carry(record);
            wait = FIRST_WAIT;
        } catch (TryAgainException e) {
            LOG.atWarn()
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("again", wait)
                    .log("{}", e.getMessage());
            consumer.assignment().forEach(each -> backToCommitted(each));
            Thread.sleep(wait.toMillis());
            wait = wait.multipliedBy(2).compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait.multipliedBy(2);
            return false;
        } catch (RefusedException e) {
            giveUp(record, e);
            refused++;
        }
        read++;
        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(record.offset() + 1)));
        return true;
    }

    private void backToCommitted(TopicPartition partition) {
        OffsetAndMetadata committed = consumer.committed(Set.of(partition)).get(partition);
        if (committed == null) {
            consumer.seekToBeginning(Set.of(partition));
        } else {
            consumer.seek(partition, committed.offset());
        }
    }

    private void carry(ConsumerRecord<String, byte[]> record) throws RefusedException, TryAgainException {
        MessageCleared message;
        try {
            message = deserializer.deserialize(record.topic(), record.value());
        } catch (SerializationException e) {
            throw new RefusedException("It cannot be read as a cleared message.");
        }
        if (message == null || message.getPersonal() == null) {
            throw new RefusedException("It does not say where it goes.");
        }
        if (clock.instant().isAfter(message.getNotAfter())) {
            stale++;
            return;
        }
        try {
            carrier.carry(message);
        } catch (RefusedException e) {
            if (e.bounced()) {
                stop(message);
            }
            throw e;
        } catch (RuntimeException e) {
            // Whatever is wrong, it would be wrong again, and nothing behind it would ever leave. Its words may name
            // somebody.
            throw new RefusedException("It cannot be handed over: %s was not expected."
                    .formatted(e.getClass().getSimpleName()));
        }
        carried++;
    }

    /** From now on nothing goes there, under whichever name it is known. */
    private void stop(MessageCleared message) {
        // The address may be another's too, whose history does not name this recipient.
        String bounce = "deliver/%s/%s".formatted(message.getCampaignId(), message.getMessageId());
        String of = "deliver/" + Carrier.idempotencyKey(message);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ConsentChanged stop = ConsentChanged.newBuilder()
                .setEventId(UUID.nameUUIDFromBytes(of.getBytes(UTF_8)))
                .setSubjectId(message.getContactPointId())
                .setScope(Scope.valueOf(message.getChannel().name()))
                .setWill(Will.PROHIBIT)
                .setContactPointId(message.getContactPointId())
                .setOccurredAt(now)
                .setRecordedAt(now)
                .setDoor(Door.HARD_BOUNCE)
                .setRecordedBy("deliver")
                .setEvidence(bounce)
                .build();
        writer.send(Topics.CONSENT_CHANGES, stop.getSubjectId(), stop).join();
    }

    /** Goes on when the letter is on every in-sync replica: nothing is lost on the way. */
    private void giveUp(ConsumerRecord<String, byte[]> record, RefusedException why) {
        LOG.atWarn()
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .log("{}", why.getMessage());
        DeadLetter letter = DeadLetter.newBuilder()
                .setTopic(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setRecordTime(Instant.ofEpochMilli(record.timestamp()))
                .setService("deliver")
                .setStage(FailedStage.WRITE)
                .setProblem(why.getMessage())
                .setValue(record.value() == null ? null : ByteBuffer.wrap(record.value()))
                .build();
        writer.send(Topics.DEAD_LETTERS, record.key(), letter).join();
    }
}
