package fi.lupa.standalone.replay.whatif;

import fi.lupa.campaign.routing.Contacted;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.Door;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.StatementInForce;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.mapping.Contacts;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.gather.EventGatherer;
import fi.lupa.standalone.replay.gather.GatheredEvents;
import fi.lupa.standalone.replay.gather.GatheredEvents.Event;
import fi.lupa.standalone.replay.gather.GatheredPeople;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The decisions of a period, made again person by person. */
public final class WhatIf {

    private static final int STATE = 0;
    private static final int SAID = 1;
    private static final int STOP = 2;
    private static final int LEFT_BY_ERASURE = 3;
    private static final int CONTACT = 4;
    private static final int REFUSED = 5;
    private static final int MESSAGE = 6;
    private static final int MESSAGE_NAMING_WHERE = 7;
    private static final int CLEARED = 8;

    private static final int MOST_MERGES = 8;

    private static final InternalSerde<ContactMade> CONTACTS = new InternalSerde<>(ContactMade.class);
    private static final InternalSerde<MessageSuppressed> REFUSALS = new InternalSerde<>(MessageSuppressed.class);
    private static final InternalSerde<CampaignMessage> MESSAGES = new InternalSerde<>(CampaignMessage.class);
    private static final InternalSerde<MessageCleared> CLEARANCES = new InternalSerde<>(MessageCleared.class);
    private static final InternalSerde<ContactPointStop> STOPS = new InternalSerde<>(ContactPointStop.class);

    /** Of everybody about whom it was decided in the period, all that is left, under every name of theirs. */
    private static final String BY_PERSON = """
            SELECT person, kind, event FROM (
              SELECT person, 0 AS kind, 0 AS place, event FROM known JOIN root USING (subject)
              UNION ALL SELECT person, 1, place, event FROM said JOIN name ON said.subject = name.id
              UNION ALL SELECT person, 2, place, event FROM said JOIN reached USING (point)
              UNION ALL SELECT person, 3, 0, event FROM stop JOIN reached USING (point)
              UNION ALL SELECT person, 4, 0, event FROM contactOf
              UNION ALL SELECT reached.person, 4, 0, event FROM contactOf JOIN reached USING (point)
                WHERE contactOf.person <> reached.person
              UNION ALL SELECT person, 5, 0, event FROM refusedOf
              UNION ALL SELECT coalesce(person, subject), kind, 0, event FROM asked LEFT JOIN root USING (subject))
            SEMI JOIN wanted USING (person) ORDER BY person, kind, place""";

    private final GatheredEvents gathered;
    private final GatheredPeople people;
    private final CampaignDefinitions definitions = new CampaignDefinitions();
    private final Instant from;
    private final Instant until;

    /** What is done with a decision made again. */
    @FunctionalInterface
    interface Take {
        void remade(RemadeDecision remade) throws SQLException;
    }

    /**
     * @param from null for the first that there is
     * @param until null for the last
     */
    public WhatIf(GatheredEvents gathered, Instant from, Instant until) throws SQLException {
        this.gathered = gathered;
        this.people = new GatheredPeople(gathered);
        this.from = from;
        this.until = until;
        gathered.table("address", "subject VARCHAR, place BIGINT, point VARCHAR")
                .table("part", "subject VARCHAR, place BIGINT, other VARCHAR")
                .table("stop", "point VARCHAR, event BLOB")
                .table("contact", "subject VARCHAR, point VARCHAR, decided BIGINT, event BLOB")
                .table("refused", "subject VARCHAR, decided BIGINT, event BLOB")
                .table("asked", "subject VARCHAR, kind BIGINT, event BLOB");
    }

    /** What is read of a period is the same, whatever the policy. */
    public String request() {
        return "what-if from %s until %s".formatted(from, until);
    }

    public EventGatherer readBy(EventGatherer reading) {
        people.readBy(reading)
                .on(Topics.CONSENT_STATE, this::known)
                .on(Topics.CONSENT_STOPS, this::stopped)
                .inMemory(Topics.CAMPAIGN_DEFINITIONS, (record, campaign) -> defined(campaign))
                .on(Topics.CAMPAIGN_MESSAGES, this::asked)
                .on(Topics.CAMPAIGN_READDRESSED, this::asked)
                .on(Topics.CAMPAIGN_CONTACTS, (record, made) -> contact(made))
                .on(Topics.CAMPAIGN_SUPPRESSED, (record, refused) -> refused(refused));
        for (Channel channel : Channel.values()) {
            reading.on(Topics.cleared(channel), (record, cleared) -> cleared(cleared));
        }
        return reading;
    }

    private void known(ConsumerRecord<String, byte[]> record, ConsentState state) throws SQLException {
        people.known(record, state);
        if (state != null) {
            for (var point : state.getContactPoints()) {
                gathered.add("address", record.key(), record.offset(), point.getId());
            }
            gathered.add("part", record.key(), record.offset(), state.getSameAs());
        }
    }

    private void stopped(ConsumerRecord<String, byte[]> record, ContactPointStop stop) throws SQLException {
        List<StatementInForce> left = stop == null
                ? List.of()
                : stop.getStops().stream()
                        .filter(one -> one.getDoor() == Door.ERASURE)
                        .toList();
        if (!left.isEmpty()) {
            gathered.add("stop", record.key(), bytes(STOPS, new ContactPointStop(record.key(), left)));
        }
    }

    private void defined(CampaignDefined campaign) {
        if (campaign != null) {
            definitions.add(campaign);
        }
    }

    private void asked(ConsumerRecord<String, byte[]> record, CampaignMessage message) throws SQLException {
        if (message != null) {
            CampaignMessage kept = CampaignMessage.newBuilder(message)
                    .setPersonal(null)
                    .setTemplate(null)
                    .build();
            gathered.add(
                    "asked",
                    record.key(),
                    (long) (namesWhere(message) ? MESSAGE_NAMING_WHERE : MESSAGE),
                    bytes(MESSAGES, kept));
        }
    }

    /** Whether a message says to which address or number of its recipient it is to go. */
    private static boolean namesWhere(CampaignMessage message) {
        MessagePersonalData personal = message.getPersonal();
        if (personal == null) {
            return false;
        }
        return switch (message.getChannel()) {
            case EMAIL -> personal.getEmail() != null;
            case MOBILE, PHONE -> personal.getPhone() != null;
            default -> false;
        };
    }

    public void contact(ContactMade made) throws SQLException {
        boolean counts = made != null
                && isBefore(made.getClearedAt(), until)
                && (from == null || made.getClearedAt().isAfter(from.minus(Contacted.KEPT)));
        if (counts) {
            gathered.add(
                    "contact",
                    made.getSubjectId(),
                    made.getContactPointId(),
                    made.getClearedAt(),
                    bytes(CONTACTS, made));
        }
    }

    private void refused(MessageSuppressed refused) throws SQLException {
        if (refused != null && isIn(refused.getDecidedAt())) {
            gathered.add("refused", refused.getSubjectId(), refused.getDecidedAt(), bytes(REFUSALS, refused));
        }
    }

    private void cleared(MessageCleared cleared) throws SQLException {
        if (cleared != null && isIn(cleared.getDecidedAt())) {
            MessageCleared kept = MessageCleared.newBuilder(cleared)
                    .setPersonal(null)
                    .setUnsubscribeUrl(null)
                    .setPreferencesUrl(null)
                    .setListUnsubscribe(null)
                    .build();
            gathered.add("asked", cleared.getSubjectId(), (long) CLEARED, bytes(CLEARANCES, kept));
        }
    }

    private boolean isIn(Instant at) {
        return (from == null || !at.isBefore(from)) && isBefore(at, until);
    }

    private static boolean isBefore(Instant at, Instant until) {
        return until == null || at.isBefore(until);
    }

    /** Makes the decisions again, all of one person's in their order. */
    void remake(RemadeDecision.By by, PrintWriter progress, Take take) throws Exception {
        people.complete();
        gathered.run("CREATE OR REPLACE TABLE root AS SELECT subject, coalesce(other, subject) AS person FROM known"
                + " JOIN (SELECT subject, other FROM part JOIN newest USING (subject, place)) USING (subject)");
        for (int i = 0; i < MOST_MERGES; i++) {
            gathered.run("UPDATE root SET person = next.person FROM root AS next"
                    + " WHERE root.person = next.subject AND root.person <> next.person");
        }
        gathered.run("CREATE OR REPLACE TABLE name AS SELECT person, subject AS id FROM root"
                + " UNION SELECT person, other FROM alias JOIN root USING (subject)");
        gathered.run(
                "CREATE OR REPLACE VIEW contactOf AS SELECT coalesce(person, subject) AS person, contact.* FROM contact"
                        + " LEFT JOIN root USING (subject)");
        gathered.run(
                "CREATE OR REPLACE VIEW refusedOf AS SELECT coalesce(person, subject) AS person, refused.* FROM refused"
                        + " LEFT JOIN root USING (subject)");
        gathered.run(
                "CREATE OR REPLACE TABLE reached AS SELECT person, point FROM address JOIN newest USING (subject, place)"
                        + " JOIN root USING (subject) UNION SELECT person, point FROM contactOf");
        gathered.run("CREATE OR REPLACE TABLE wanted AS SELECT person FROM refusedOf UNION SELECT person FROM contactOf"
                + (from == null ? "" : " WHERE decided >= " + from.toEpochMilli()));
        gathered.eachPerson(gathered.number("SELECT count(*) FROM wanted"), BY_PERSON, progress, (person, events) -> {
            for (RemadeDecision remade : decisionsAbout(person, events).again(definitions, by, this::isErased)) {
                take.remade(remade);
            }
        });
    }

    private boolean isErased(RecordedDecision decided) {
        return !decided.ofNobody() && people.isErased(decided.subjectId(), decided.at());
    }

    private SubjectDecisions decisionsAbout(String person, List<Event> events) {
        SubjectPast past = new SubjectPast();
        List<ContactMade> contacts = new ArrayList<>();
        List<RecordedDecision> decided = new ArrayList<>();
        Map<String, String> versions = new HashMap<>();
        for (Event event : events) {
            switch (event.kind()) {
                case STATE -> past.know(GatheredPeople.state(event.bytes()));
                case SAID -> {
                    ConsentChanged said = GatheredPeople.said(event.bytes());
                    if (!people.isErased(said.getSubjectId(), said.getRecordedAt())) {
                        past.say(said);
                    }
                }
                case STOP -> past.stop(GatheredPeople.said(event.bytes()));
                case LEFT_BY_ERASURE -> past.leave(of(STOPS, event));
                case CONTACT -> contacts.add(of(CONTACTS, event));
                case REFUSED -> decided.add(RecordedDecision.suppressed(of(REFUSALS, event)));
                case MESSAGE -> past.ask(of(MESSAGES, event), false);
                case MESSAGE_NAMING_WHERE -> past.ask(of(MESSAGES, event), true);
                default -> {
                    MessageCleared cleared = of(CLEARANCES, event);
                    versions.put(key(Contacts.made(cleared)), cleared.getPolicyVersion());
                }
            }
        }
        List<ContactMade> counted = new ArrayList<>();
        for (ContactMade made : contacts) {
            boolean theirs =
                    past.now(made.getSubjectId()) != null || made.getSubjectId().equals(person);
            if (theirs && isIn(made.getClearedAt())) {
                decided.add(RecordedDecision.cleared(made, versions.get(key(made))));
            } else {
                counted.add(made);
            }
        }
        return new SubjectDecisions(past, counted, decided);
    }

    private static String key(ContactMade made) {
        return String.join("/", made.getSubjectId(), made.getCampaignId(), made.getMessageId())
                + made.getClearedAt().toEpochMilli();
    }

    private static <V extends SpecificRecord> V of(InternalSerde<V> serde, Event event) {
        return serde.deserializer().deserialize(null, event.bytes());
    }

    private static <V extends SpecificRecord> byte[] bytes(InternalSerde<V> serde, V event) {
        return serde.serializer().serialize(null, event);
    }
}
