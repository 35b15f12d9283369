package fi.lupa.edge.kafka;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates an installation's topics and checks that they are as the contract has them. */
public final class TopicSetup {

    private final Admin admin;
    private final String prefix;

    /** @param prefix of the installation's topics */
    public TopicSetup(Admin admin, String prefix) {
        this.admin = admin;
        this.prefix = prefix;
    }

    /** Names of the topics that are not there. */
    public Set<String> missing() {
        Set<String> present = present();
        return Topics.all().stream()
                .map(topic -> topic.in(prefix))
                .filter(name -> !present.contains(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * Creates what is missing and waits until each topic has its leaders: a write that comes sooner may be refused.
     *
     * @param spreadOver partitions of the topics that are spread by subject
     * @param replication copies; -1 for the brokers' default
     * @return names of the topics created
     */
    public Set<String> create(int spreadOver, short replication) {
        Set<String> missing = missing();
        List<NewTopic> wanted = Topics.all().stream()
                .filter(topic -> missing.contains(topic.in(prefix)))
                .map(topic -> new NewTopic(
                                topic.in(prefix),
                                Optional.of(topic.partitions(spreadOver)),
                                replication < 0 ? Optional.empty() : Optional.of(replication))
                        .configs(topic.configs()))
                .toList();
        admin.createTopics(wanted).values().forEach((name, created) -> {
            try {
                created.get();
            } catch (ExecutionException e) {
                // Two services that start together both find it missing; one of them creates it.
                if (!(e.getCause() instanceof TopicExistsException)) {
                    String unlessAllowed = e.getCause() instanceof AuthorizationException
                            ? "; have an account that may do it run: lupa topics --create"
                            : "";
                    throw new KafkaException(
                            "Topic %s could not be created (%s)%s"
                                    .formatted(name, e.getCause().getMessage(), unlessAllowed),
                            e.getCause());
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        });
        awaitLeaders(admin, names(Topics.all()));
        return missing;
    }

    /** What differs from the contract, each a sentence; empty when all is well. */
    public List<String> faults() {
        Set<String> missing = missing();
        List<String> faults = new ArrayList<>();
        missing.forEach(name -> faults.add("Topic " + name + " is missing; create it with: lupa topics --create"));
        List<Topic<?>> there = Topics.all().stream()
                .filter(topic -> !missing.contains(topic.in(prefix)))
                .toList();
        faults.addAll(partitionFaults(there));
        faults.addAll(configFaults(there));
        return faults;
    }

    private List<String> partitionFaults(List<Topic<?>> topics) {
        Map<String, TopicDescription> descriptions = describe(admin, names(topics));
        Set<Integer> spreads = topics.stream()
                .filter(Topic::spread)
                .map(topic -> descriptions.get(topic.in(prefix)).partitions().size())
                .collect(Collectors.toCollection(TreeSet::new));
        if (spreads.size() <= 1) {
            return List.of();
        }
        return List.of("Topics that are joined by subject have different numbers of partitions " + spreads
                + "; create the odd ones anew: "
                + topics.stream()
                        .filter(Topic::spread)
                        .map(topic -> topic.in(prefix) + "="
                                + descriptions
                                        .get(topic.in(prefix))
                                        .partitions()
                                        .size())
                        .collect(Collectors.joining(", ")));
    }

    private List<String> configFaults(List<Topic<?>> topics) {
        Map<ConfigResource, Config> configs = get(admin.describeConfigs(names(topics).stream()
                        .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                        .toList())
                .all());
        List<String> faults = new ArrayList<>();
        for (Topic<?> topic : topics) {
            Config is = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.in(prefix)));
            topic.configs().forEach((name, wanted) -> {
                ConfigEntry entry = is.get(name);
                if (entry == null || !wanted.equals(entry.value())) {
                    faults.add("Topic %s has %s=%s; the contract says %s."
                            .formatted(topic.in(prefix), name, entry == null ? "nothing" : entry.value(), wanted));
                }
            });
        }
        return faults;
    }

    /**
     * Waits until every partition of topics that were just created takes a write. Who leads it is known a moment before that one
     * leads: it might refuse a first batch and take the second, and the producer then tries in vain to have the first come in order
     * (KAFKA-15591).
     */
    public static void awaitLeaders(Admin admin, Set<String> names) {
        for (int attempt = 0; attempt < 100; attempt++) {
            if (get(admin.listTopics().names()).containsAll(names)) {
                Map<String, TopicDescription> topics = describe(admin, names);
                if (topics.values().stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition -> partition.leader() != null
                                && !partition.leader().isEmpty())) {
                    // Nobody else answers this, and one who does not lead yet is asked again.
                    get(admin.listOffsets(topics.values().stream()
                                    .flatMap(topic -> topic.partitions().stream()
                                            .map(led -> new TopicPartition(topic.name(), led.partition())))
                                    .collect(Collectors.toMap(Function.identity(), partition -> OffsetSpec.latest())))
                            .all());
                    return;
                }
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        throw new KafkaException("The topics have no leaders; look at the brokers.");
    }

    private Set<String> names(Collection<Topic<?>> topics) {
        return topics.stream().map(topic -> topic.in(prefix)).collect(Collectors.toSet());
    }

    private Set<String> present() {
        return get(admin.listTopics().names());
    }

    private static Map<String, TopicDescription> describe(Admin admin, Set<String> names) {
        return get(admin.describeTopics(names).allTopicNames());
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new KafkaException("The brokers did not answer about their topics.", e.getCause());
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static KafkaException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new KafkaException("Interrupted while waiting for the brokers.", e);
    }
}
