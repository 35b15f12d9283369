package fi.lupa.standalone.replay.read;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** When what an event tells of took place: the field of each topic that says so. */
final class EventTime {

    private static final Map<Topic<?>, String> FIELDS = fields();

    private EventTime() {}

    /** The field; empty where an event tells what is, as a state does, and only its record has a time. */
    static Optional<String> field(Topic<?> topic) {
        return Optional.ofNullable(FIELDS.get(topic));
    }

    private static Map<Topic<?>, String> fields() {
        Map<Topic<?>, String> fields = new HashMap<>();
        fields.put(Topics.FORMS_INBOX, "occurredAt");
        fields.put(Topics.FORMS_SUBMITTED, "occurredAt");
        fields.put(Topics.CONSENT_CHANGES, "occurredAt");
        fields.put(Topics.SUBJECT_LINKS, "occurredAt");
        fields.put(Topics.SUBJECT_RIGHTS, "recordedAt");
        fields.put(Topics.SUBJECT_KEYS, "createdAt");
        fields.put(Topics.CAMPAIGN_DEFINITIONS, "definedAt");
        fields.put(Topics.CAMPAIGN_LAUNCHES, "launchedAt");
        fields.put(Topics.CAMPAIGN_MESSAGES, "requestedAt");
        fields.put(Topics.CAMPAIGN_READDRESSED, "requestedAt");
        fields.put(Topics.CAMPAIGN_SUPPRESSED, "decidedAt");
        fields.put(Topics.CAMPAIGN_CONTACTS, "clearedAt");
        fields.put(Topics.CAMPAIGN_NOTES, "clearedAt");
        fields.put(Topics.AUDIENCE_EXPORTS, "exportedAt");
        fields.put(Topics.DEAD_LETTERS, "recordTime");
        fields.put(Topics.AUDIT_EVENTS, "at");
        for (fi.lupa.permission.Channel channel : fi.lupa.permission.Channel.values()) {
            fields.put(Topics.cleared(channel), "decidedAt");
        }
        return Map.copyOf(fields);
    }
}
