package fi.lupa.standalone.calls;

import fi.lupa.schemas.registry.AvroDeserializer;
import fi.lupa.schemas.registry.AvroSerializer;
import fi.lupa.schemas.registry.SchemaRegistry;
import fi.lupa.standalone.bench.Samples;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading and writing one event as it goes over Kafka. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SerdeBenchmark {

    private static final String TOPIC = "of-its-event";

    @Param({"CampaignMessage", "MessageCleared", "ConsentState"})
    String event;

    private SpecificRecord record;
    private byte[] bytes;
    private AvroSerializer<SpecificRecord> serializer;
    private AvroDeserializer<SpecificRecord> deserializer;

    @Setup
    @SuppressWarnings("unchecked") // each class reads its own bytes
    public void prepare() {
        record = switch (event) {
            case "CampaignMessage" -> Samples.message();
            case "MessageCleared" -> Samples.cleared();
            case "ConsentState" -> Samples.permitting();
            default -> throw new IllegalArgumentException(event);
        };
        SchemaRegistry registry = SchemaRegistry.inMemory();
        serializer = new AvroSerializer<>(registry);
        deserializer = new AvroDeserializer<>((Class<SpecificRecord>) record.getClass(), registry);
        bytes = serializer.serialize(TOPIC, record);
    }

    @Benchmark
    public byte[] serialize() {
        return serializer.serialize(TOPIC, record);
    }

    @Benchmark
    public SpecificRecord deserialize() {
        return deserializer.deserialize(TOPIC, bytes);
    }
}
