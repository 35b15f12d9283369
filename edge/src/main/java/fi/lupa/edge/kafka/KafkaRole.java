package fi.lupa.edge.kafka;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * Who works with an installation's topics, and what each has to be allowed on Kafka: all that it needs, and nothing else. Kafka
 * lets those who may read or write a thing describe it, too.
 */
public enum KafkaRole {

    /** A website's own server, which writes its forms without the HTTP door. */
    WEBSITE(Uses.nothing().writing(Topics.FORMS_INBOX)),

    /** The consent stream. What it reads of campaigns and their messages goes into access reports. */
    CONSENT_STREAM(Uses.nothing()
            .reading(
                    Topics.FORMS_INBOX,
                    Topics.FORMS_SUBMITTED,
                    Topics.CONSENT_CHANGES,
                    Topics.SUBJECT_LINKS,
                    Topics.SUBJECT_NOTES,
                    Topics.SUBJECT_RIGHTS,
                    Topics.SUBJECT_KEYS,
                    Topics.CAMPAIGN_DEFINITIONS,
                    Topics.CAMPAIGN_LAUNCHES,
                    Topics.CAMPAIGN_MESSAGES,
                    Topics.CAMPAIGN_SUPPRESSED,
                    Topics.CAMPAIGN_CONTACTS)
            .reading(Topics::cleared)
            .writing(
                    Topics.FORMS_INBOX,
                    Topics.FORMS_SUBMITTED,
                    Topics.CONSENT_CHANGES,
                    Topics.CONSENT_STATE,
                    Topics.CONSENT_STOPS,
                    Topics.SUBJECT_LINKS,
                    Topics.SUBJECT_NOTES,
                    Topics.SUBJECT_RIGHTS,
                    Topics.SUBJECT_KEYS,
                    Topics.CAMPAIGN_MESSAGES,
                    Topics.DEAD_LETTERS,
                    Topics.AUDIT_EVENTS)
            .asStreamsApplication("consent-stream")),

    /** The campaign router. */
    CAMPAIGN_ROUTER(Uses.nothing()
            .reading(
                    Topics.CONSENT_STATE,
                    Topics.CONSENT_STOPS,
                    Topics.CAMPAIGN_DEFINITIONS,
                    Topics.CAMPAIGN_LAUNCHES,
                    Topics.CAMPAIGN_MESSAGES,
                    Topics.CAMPAIGN_READDRESSED,
                    Topics.CAMPAIGN_NOTES,
                    Topics.AUDIENCE_EXPORTS)
            .writing(
                    Topics.CAMPAIGN_DEFINITIONS,
                    Topics.CAMPAIGN_LAUNCHES,
                    Topics.CAMPAIGN_MESSAGES,
                    Topics.CAMPAIGN_READDRESSED,
                    Topics.CAMPAIGN_NOTES,
                    Topics.CAMPAIGN_SUPPRESSED,
                    Topics.CAMPAIGN_CONTACTS,
                    Topics.AUDIENCE_EXPORTS,
                    Topics.DEAD_LETTERS,
                    Topics.AUDIT_EVENTS)
            .writing(Topics::cleared)
            .writing(Topics::audience)
            .asStreamsApplication("campaign-router")
            .lookingAt("consent-stream")),

    /** A campaign system, which sends its messages and learns what became of them, in groups that begin with this name. */
    CAMPAIGN_SYSTEM(Uses.nothing()
            .reading(Topics.CONSENT_STATE, Topics.CAMPAIGN_SUPPRESSED)
            .reading(Topics::cleared)
            .reading(Topics::audience)
            .writing(Topics.CAMPAIGN_MESSAGES)
            .inGroups("campaign-system")),

    /** Whatever brings out what was cleared: {@code lupa deliver}, which also records the addresses that do not exist. */
    DELIVERY(Uses.nothing()
            .reading(Topics::cleared)
            .writing(Topics.CONSENT_CHANGES, Topics.DEAD_LETTERS, Topics.AUDIT_EVENTS)
            .inGroups("lupa-deliver-")),

    /** An analyst, for whom nothing is in the clear, in groups that begin with this name. */
    ANALYST(Uses.nothing()
            .reading(
                    Topics.FORMS_SUBMITTED,
                    Topics.CONSENT_CHANGES,
                    Topics.CONSENT_STATE,
                    Topics.CONSENT_STOPS,
                    Topics.SUBJECT_LINKS,
                    Topics.SUBJECT_RIGHTS,
                    Topics.CAMPAIGN_DEFINITIONS,
                    Topics.CAMPAIGN_LAUNCHES,
                    Topics.CAMPAIGN_SUPPRESSED,
                    Topics.CAMPAIGN_CONTACTS)
            .inGroups("analyst")),

    /** Whoever runs Lupa and takes over lists: {@code lupa import}, and a look at dead letters and at who did what. */
    OPERATOR(Uses.nothing()
            .reading(Topics.CONSENT_STATE, Topics.CONSENT_STOPS, Topics.DEAD_LETTERS, Topics.AUDIT_EVENTS)
            .writing(Topics.FORMS_INBOX, Topics.CONSENT_CHANGES));

    private final Uses uses;

    KafkaRole(Uses uses) {
        this.uses = uses;
    }

    /** What may be done with one thing, or with all whose names begin alike. */
    public record Right(ResourcePattern resource, Set<AclOperation> operations) {}

    /** All that it needs in an installation with this prefix. */
    public List<Right> rights(String prefix) {
        List<Right> rights = new ArrayList<>();
        for (Topic<?> topic : Topics.all()) {
            Set<AclOperation> operations = new LinkedHashSet<>();
            if (uses.read.contains(topic)) {
                operations.add(READ);
            }
            if (uses.written.contains(topic)) {
                operations.add(WRITE);
            }
            if (uses.application != null) {
                // A service does not start where a topic is missing or kept otherwise than the contract says.
                operations.add(AclOperation.DESCRIBE);
                operations.add(DESCRIBE_CONFIGS);
            }
            if (!operations.isEmpty()) {
                rights.add(new Right(new ResourcePattern(TOPIC, topic.in(prefix), LITERAL), operations));
            }
        }
        if (uses.groups != null) {
            rights.add(new Right(new ResourcePattern(GROUP, prefix + uses.groups, PREFIXED), Set.of(READ)));
        }
        if (uses.application != null) {
            String id = prefix + uses.application;
            // Its stores' changelogs; what it has read of topics that are its own it deletes.
            Set<AclOperation> own = new LinkedHashSet<>(List.of(READ, WRITE, CREATE, DELETE, DESCRIBE_CONFIGS));
            rights.add(new Right(new ResourcePattern(TOPIC, id + "-", PREFIXED), own));
            rights.add(new Right(new ResourcePattern(GROUP, id, LITERAL), Set.of(READ)));
            rights.add(new Right(new ResourcePattern(TRANSACTIONAL_ID, id + "-", PREFIXED), Set.of(WRITE)));
        }
        if (uses.looked != null) {
            rights.add(new Right(
                    new ResourcePattern(GROUP, prefix + uses.looked, LITERAL), Set.of(AclOperation.DESCRIBE)));
        }
        return rights;
    }

    /** As it is written on command lines: {@code campaign-system}. */
    public String written() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What a role has to do with an installation, whatever its prefix. */
    private static final class Uses {

        private final Set<Topic<?>> read = new LinkedHashSet<>();
        private final Set<Topic<?>> written = new LinkedHashSet<>();
        private String groups;
        private String application;
        private String looked;

        static Uses nothing() {
            return new Uses();
        }

        Uses reading(Topic<?>... topics) {
            read.addAll(List.of(topics));
            return this;
        }

        Uses reading(Function<Channel, Topic<?>> perChannel) {
            Arrays.stream(Channel.values()).map(perChannel).forEach(read::add);
            return this;
        }

        Uses writing(Topic<?>... topics) {
            written.addAll(List.of(topics));
            return this;
        }

        Uses writing(Function<Channel, Topic<?>> perChannel) {
            Arrays.stream(Channel.values()).map(perChannel).forEach(written::add);
            return this;
        }

        Uses inGroups(String beginning) {
            this.groups = beginning;
            return this;
        }

        /** How far another group has read. */
        Uses lookingAt(String group) {
            this.looked = group;
            return this;
        }

        Uses asStreamsApplication(String name) {
            this.application = name;
            return this;
        }
    }
}
