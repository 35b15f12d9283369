package fi.lupa.standalone;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lupa tail}: shows what is on topics, as JSON, and follows them; it only reads. */
@Command(
        name = "tail",
        description =
                "Shows what is on topics as JSON, one record a line, without joining a group or changing anything.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TailCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    @Parameters(paramLabel = "TOPIC", arity = "1..*", description = "Names without the installation's prefix.")
    private List<String> names;

    @Option(names = "--follow", description = "Go on with what comes, until Ctrl-C.")
    private boolean follow;

    @Override
    public Integer call() {
        Settings.check(spec.commandLine(), System.getenv());
        Map<String, Topic<?>> known = Topics.all().stream().collect(Collectors.toMap(Topic::name, Function.identity()));
        Map<String, Topic<?>> chosen = new HashMap<>();
        for (String name : names) {
            if (!known.containsKey(name)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "There is no topic \"%s\"; there is %s."
                                .formatted(
                                        name, known.keySet().stream().sorted().toList()));
            }
            chosen.put(known.get(name).in(kafka.topicPrefix()), known.get(name));
        }
        Installation installation = new Installation(kafka, registry);
        installation.admin().close(); // a consumer would wait in silence where no broker answers
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config(installation), new StringDeserializer(), new ByteArrayDeserializer())) {
            show(installation, consumer, chosen);
        }
        return CommandLine.ExitCode.OK;
    }

    private static Map<String, Object> config(Installation installation) {
        Map<String, Object> config = new HashMap<>(installation.clientProperties());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return config;
    }

    private void show(Installation installation, KafkaConsumer<String, byte[]> consumer, Map<String, Topic<?>> topics) {
        List<TopicPartition> partitions = new ArrayList<>();
        topics.keySet().forEach(name -> partitions.addAll(partitions(consumer, name)));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        PrintWriter out = spec.commandLine().getOut();
        while (follow || ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                out.printf(
                        "%s %d@%d %s %s%n",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.key(),
                        text(installation, topics.get(record.topic()), record));
            }
            out.flush();
        }
    }

    private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer, String topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new KafkaException("Topic " + topic + " is missing; create it with: lupa topics --create");
        }
        return partitions.stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }

    private static <V extends SpecificRecord> String text(
            Installation installation, Topic<V> topic, ConsumerRecord<String, byte[]> record) {
        if (record.value() == null) {
            return "(deleted)";
        }
        try {
            return String.valueOf(installation.of(topic).deserializer().deserialize(record.topic(), record.value()));
        } catch (SerializationException e) {
            return "(unreadable: " + e.getMessage() + ")";
        }
    }
}
