package fi.lupa.standalone.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import fi.lupa.event.CampaignDefined;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.registry.AvroSerde;
import fi.lupa.schemas.registry.SchemaRegistry;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.Peer.Task;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.clients.CommonClientConfigs;
import org.slf4j.LoggerFactory;

/** Runs one {@link FlinkJob} after another, told on standard input and answering on standard output, until that input ends. */
final class FlinkProcess {

    /** Whose schemas a job needs; all cleared topics have one schema. */
    private static final List<Topic<?>> TOPICS = List.of(
            Topics.CAMPAIGN_DEFINITIONS,
            Topics.CONSENT_STATE,
            Topics.CAMPAIGN_MESSAGES,
            Topics.cleared(Channel.EMAIL),
            Topics.CAMPAIGN_SUPPRESSED,
            Topics.CONSENT_STOPS,
            Topics.CAMPAIGN_CONTACTS);

    private FlinkProcess() {}

    public static void main(String[] args) throws Exception {
        ((Logger) LoggerFactory.getLogger("org.apache")).setLevel(Level.ERROR);
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        FlinkJob job = null;
        String line;
        while ((line = asked.readLine()) != null) {
            String[] words = line.split(" ", 2);
            String answer = "";
            switch (words[0]) {
                case "start" -> {
                    job = FlinkJob.start(read(words[1]));
                    job.onFailure(FlinkProcess::end);
                }
                case "taken" -> answer = "" + job.taken();
                case "done" -> answer = "" + job.done();
                case "release" -> job.release();
                case "cancel" -> job.close();
                default -> throw new IllegalArgumentException(words[0]);
            }
            System.out.println(answer);
        }
        System.exit(0);
    }

    private static void end(Throwable failure) {
        failure.printStackTrace();
        System.exit(1);
    }

    /** A task in one line. */
    static String written(Task task) {
        String ids = TOPICS.stream()
                .map(topic -> "" + task.registry().idOf(topic.subject(task.prefix()), topic.schema()))
                .collect(Collectors.joining(","));
        return Stream.of(
                        task.prefix().getBytes(UTF_8),
                        task.client()
                                .get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)
                                .toString()
                                .getBytes(UTF_8),
                        ids.getBytes(UTF_8),
                        Events.serde(task, Topics.CAMPAIGN_DEFINITIONS)
                                .serializer()
                                .serialize("", task.campaign()),
                        task.masterKeyset().getBytes(UTF_8),
                        task.folder().toString().getBytes(UTF_8),
                        ("" + task.threads()).getBytes(UTF_8),
                        ("" + task.partitions()).getBytes(UTF_8),
                        ("" + task.stops()).getBytes(UTF_8))
                .map(Base64.getEncoder()::encodeToString)
                .collect(Collectors.joining(" "));
    }

    private static Task read(String line) {
        List<byte[]> parts =
                Arrays.stream(line.split(" ")).map(Base64.getDecoder()::decode).toList();
        List<String> texts = parts.stream().map(part -> new String(part, UTF_8)).toList();
        SchemaRegistry registry = registry(texts.get(2));
        return new Task(
                texts.get(0),
                Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, texts.get(1)),
                registry,
                new AvroSerde<>(CampaignDefined.class, registry).deserializer().deserialize("", parts.get(3)),
                texts.get(4),
                Path.of(texts.get(5)),
                Integer.parseInt(texts.get(6)),
                Integer.parseInt(texts.get(7)),
                Integer.parseInt(texts.get(8)));
    }

    /** The other process's registry, as far as a job asks it. */
    private static SchemaRegistry registry(String ids) {
        Map<Integer, Schema> schemas = new HashMap<>();
        String[] each = ids.split(",", -1);
        for (int i = 0; i < each.length; i++) {
            schemas.put(Integer.valueOf(each[i]), TOPICS.get(i).schema());
        }
        return new SchemaRegistry() {
            @Override
            public int idOf(String subject, Schema schema) {
                return schemas.entrySet().stream()
                        .filter(known -> known.getValue().equals(schema))
                        .findFirst()
                        .orElseThrow()
                        .getKey();
            }

            @Override
            public Schema schemaOf(int id) {
                return schemas.get(id);
            }
        };
    }
}
