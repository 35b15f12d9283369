package fi.lupa.standalone.peers;

import fi.lupa.campaign.decision.StoredState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.registry.AvroSerde;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.Peer.Task;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/** How events are read and written. */
final class Events {

    private Events() {}

    static <V extends SpecificRecord> Serde<V> serde(Task task, Topic<V> topic) {
        return new AvroSerde<>(topic.value(), task.registry());
    }

    /** States in the bytes that they came in. */
    static Serde<StoredState> states(Task task) {
        return StoredState.serde(serde(task, Topics.CONSENT_STATE));
    }

    static Serde<ContactPointStop> stops(Task task) {
        return serde(task, Topics.CONSENT_STOPS);
    }

    static Serde<ContactMade> contacts(Task task) {
        return serde(task, Topics.CAMPAIGN_CONTACTS);
    }

    /** The serializers of what becomes of a message, by topic. */
    static Map<String, Serializer<SpecificRecord>> outcomes(Task task) {
        Map<String, Serializer<SpecificRecord>> serializers = new HashMap<>();
        put(serializers, task, Topics.CAMPAIGN_SUPPRESSED);
        put(serializers, task, Topics.CAMPAIGN_CONTACTS);
        for (Channel channel : Channel.values()) {
            put(serializers, task, Topics.cleared(channel));
        }
        return serializers;
    }

    @SuppressWarnings("unchecked") // each is given its own topic's events
    private static void put(Map<String, Serializer<SpecificRecord>> serializers, Task task, Topic<?> topic) {
        serializers.put(topic.in(task.prefix()), (Serializer<SpecificRecord>)
                serde(task, topic).serializer());
    }
}
