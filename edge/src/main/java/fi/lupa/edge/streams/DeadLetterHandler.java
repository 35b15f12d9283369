package fi.lupa.edge.streams;

import fi.lupa.event.DeadLetter;
import fi.lupa.event.FailedStage;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The three doors for bad data: a record that cannot be read, not be processed, or whose outcome cannot be written goes to
 * {@code dead.letters} as it came, in the same transaction as everything else, and the stream goes on.
 *
 * <p>Poison is told from passing faults: a registry or broker that is away, or a store that fails, says nothing about the
 * record. Then the thread stops, and the record is read again.
 */
public final class DeadLetterHandler
        implements DeserializationExceptionHandler, ProcessingExceptionHandler, ProductionExceptionHandler {

    /** Where the topology's settings carry what the handler needs; Kafka makes the handler itself. */
    static final String LETTERS = "lupa.dead.letters";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterHandler.class);

    /** A letter holds the record, and must itself fit a record of the megabyte that Kafka takes. */
    private static final int MOST_VALUE = 900_000;

    private static final int MOST_KEY = 100_000;

    private Letters letters;

    /**
     * What a handler needs to write a letter.
     *
     * @param topic name of the dead-letter topic
     * @param counter told of each letter
     * @param byHand writes a letter where Kafka has no producer to
     */
    record Letters(
            String service,
            String topic,
            Serializer<DeadLetter> serializer,
            Clock clock,
            DeadLetterCounter counter,
            Consumer<ProducerRecord<byte[], byte[]>> byHand) {}

    /** Counts the records given up, for the books. */
    @FunctionalInterface
    public interface DeadLetterCounter {
        void deadLettered(String sourceTopic, FailedStage stage);
    }

    @Override
    public void configure(Map<String, ?> configs) {
        letters = (Letters) configs.get(LETTERS);
    }

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception e) {
        if (isPassing(e)) {
            return DeserializationExceptionHandler.Response.fail();
        }
        ProducerRecord<byte[], byte[]> letter = letter(
                FailedStage.READ,
                context,
                "the value is not an event this topic takes: " + cause(e),
                e,
                record.key(),
                record.value());
        return DeserializationExceptionHandler.Response.resume(forKafkaToWrite(context, letter));
    }

    @Override
    public ProcessingExceptionHandler.Response handleError(
            ErrorHandlerContext context, Record<?, ?> record, Exception e) {
        if (isPassing(e)) {
            return ProcessingExceptionHandler.Response.fail();
        }
        String problem = e instanceof UnprocessableException
                ? e.getMessage()
                : "processing failed with " + e.getClass().getSimpleName();
        ProducerRecord<byte[], byte[]> letter =
                letter(FailedStage.PROCESS, context, problem, e, context.sourceRawKey(), context.sourceRawValue());
        return ProcessingExceptionHandler.Response.resume(forKafkaToWrite(context, letter));
    }

    @Override
    public ProductionExceptionHandler.Response handleError(
            ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception e) {
        if (e instanceof RetriableException) {
            return ProductionExceptionHandler.Response.retry();
        }
        if (!(e instanceof RecordTooLargeException)) {
            return ProductionExceptionHandler.Response.fail();
        }
        return ProductionExceptionHandler.Response.resume(List.of(letter(
                FailedStage.WRITE,
                context,
                "the outcome is larger than " + record.topic() + " takes",
                e,
                context.sourceRawKey(),
                null)));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public ProductionExceptionHandler.Response handleSerializationError(
            ErrorHandlerContext context, ProducerRecord record, Exception e, SerializationExceptionOrigin origin) {
        if (isPassing(e)) {
            return ProductionExceptionHandler.Response.fail();
        }
        return ProductionExceptionHandler.Response.resume(List.of(letter(
                FailedStage.WRITE,
                context,
                "the outcome could not be written to " + record.topic() + " as Avro",
                e,
                context.sourceRawKey(),
                context.sourceRawValue())));
    }

    private ProducerRecord<byte[], byte[]> letter(
            FailedStage stage, ErrorHandlerContext context, String problem, Exception e, byte[] key, byte[] value) {
        DeadLetter letter = DeadLetter.newBuilder()
                .setTopic(String.valueOf(context.topic()))
                .setPartition(context.partition())
                .setOffset(context.offset())
                .setRecordTime(Instant.ofEpochMilli(Math.max(0, context.timestamp())))
                .setService(letters.service())
                .setStage(stage)
                .setProblem(problem)
                .setException(e.getClass().getName())
                .setValue(fits(value, MOST_VALUE) ? ByteBuffer.wrap(value) : null)
                .build();
        letters.counter().deadLettered(letter.getTopic(), stage);
        LOG.atWarn()
                .addKeyValue("topic", letter.getTopic())
                .addKeyValue("partition", letter.getPartition())
                .addKeyValue("offset", letter.getOffset())
                .addKeyValue("stage", stage)
                .log("A record went to the dead letters: {}", problem);
        return new ProducerRecord<>(
                letters.topic(),
                null,
                letters.clock().millis(),
                fits(key, MOST_KEY) ? key : null,
                letters.serializer().serialize(letters.topic(), letter));
    }

    /** What does not fit stays where the letter says it lies. */
    private static boolean fits(byte[] bytes, int most) {
        return bytes != null && bytes.length <= most;
    }

    /** The thread that keeps the global stores writes nothing, and would drop the letter: there it is written by hand. */
    private List<ProducerRecord<byte[], byte[]>> forKafkaToWrite(
            ErrorHandlerContext context, ProducerRecord<byte[], byte[]> letter) {
        if (context.taskId().subtopology() >= 0) {
            return List.of(letter);
        }
        letters.byHand().accept(letter);
        return List.of();
    }

    /** Whether the fault lies elsewhere than in the record, so that trying again is right. */
    private static boolean isPassing(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof RetriableException) {
                return true;
            }
            if (cause instanceof SerializationException || cause instanceof UnprocessableException) {
                continue;
            }
            if (cause instanceof KafkaException) {
                return true;
            }
        }
        return false;
    }

    /** Class and, where it is our own sentence, message: a parser's message may quote the record. */
    private static String cause(Exception e) {
        return e instanceof SerializationException && e.getMessage() != null
                ? e.getMessage()
                : e.getClass().getSimpleName();
    }
}
