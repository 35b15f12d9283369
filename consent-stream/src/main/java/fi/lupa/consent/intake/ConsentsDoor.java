package fi.lupa.consent.intake;

import fi.lupa.consent.archive.Archive;
import fi.lupa.consent.identity.ClockSkew;
import fi.lupa.consent.pages.Accepted;
import fi.lupa.consent.receipts.ReceiptLinks;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.http.RequestBody;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.streams.state.HostInfo;

/** {@code POST /v1/consents}: staff record what somebody said by letter, by phone or in another system. */
public final class ConsentsDoor {

    private static final Role[] RECORDERS = {Role.CUSTOMER_SERVICE, Role.DPO, Role.OPERATOR};

    /** The doors staff may name; the others record for themselves. */
    private static final Set<Door> NAMED_DOORS = Set.of(
            Door.LETTER,
            Door.PHONE_CALL,
            Door.IMPORT,
            Door.PROHIBITION_REGISTER,
            Door.UNSUBSCRIBE_LINK,
            Door.COMPLAINT,
            Door.HARD_BOUNCE);

    /** What comes this way is said of one address or number, and binds it under whichever name it appears. */
    private static final Set<Door> OF_A_CONTACT_POINT =
            Set.of(Door.IMPORT, Door.PROHIBITION_REGISTER, Door.UNSUBSCRIBE_LINK, Door.COMPLAINT, Door.HARD_BOUNCE);

    private final Access access;
    private final SubjectIds ids;
    private final EventWriter writer;
    private final Peers peers;
    private final Archive archive;
    private final ReceiptLinks receipts;
    private final Set<String> topics;
    private final Clock clock;

    public ConsentsDoor(
            Access access,
            SubjectIds ids,
            EventWriter writer,
            Peers peers,
            Archive archive,
            ReceiptLinks receipts,
            Set<String> topics,
            Clock clock) {
        this.topics = topics;
        this.receipts = receipts;
        this.peers = peers;
        this.archive = archive;
        this.access = access;
        this.ids = ids;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * One statement, as staff send it.
     *
     * @param eventId the sender's own id for it, so that it can be sent again; null for a new one
     * @param topic within MARKETING_USE, as the policy names it; null for the whole scope
     * @param occurredAt when the person said it; null for the present moment
     * @param door how it came
     * @param evidence where the proof lies; needed for what came on paper or by voice
     * @param validUntil it ends by itself at this moment; null for never
     * @param about for an INVALIDATE, the eventId of the statement recorded by mistake, as the subject's history shows it
     */
    record Said(
            UUID eventId,
            String subjectId,
            String customerId,
            String email,
            String phone,
            Scope scope,
            String topic,
            Will will,
            Instant occurredAt,
            Door door,
            String noticeVersion,
            String wording,
            String evidence,
            Instant validUntil,
            UUID about) {

        @Override
        public String toString() {
            return "Said[" + scope + " " + will + "]";
        }
    }

    /**
     * The answer to a statement that is on disk.
     *
     * @param receipt link to the person's receipt, to be handed on; null where receipts are not signed
     */
    record Recorded(
            UUID eventId,
            String subjectId,
            Scope scope,
            String topic,
            Will will,
            String contactPointId,
            Instant occurredAt,
            Instant recordedAt,
            Door door,
            String recordedBy,
            URI receipt) {

        static Recorded of(ConsentChanged changed, URI receipt) {
            return new Recorded(
                    changed.getEventId(),
                    changed.getSubjectId(),
                    changed.getScope(),
                    changed.getTopic(),
                    changed.getWill(),
                    changed.getContactPointId(),
                    changed.getOccurredAt(),
                    changed.getRecordedAt(),
                    changed.getDoor(),
                    changed.getRecordedBy(),
                    receipt);
        }
    }

    public void mount(RoutesConfig routes) {
        routes.post("/v1/consents", this::post, RECORDERS);
    }

    private void post(Context ctx) {
        if (!ctx.isJson() && !ctx.isFormUrlencoded()) {
            throw ProblemException.unsupportedMediaType("A statement is posted as application/json.");
        }
        String recorder = access.require(ctx, RECORDERS).name();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Read<Said> read = RequestBody.read(ctx, Said.class);
        if (read.value().will() == Will.INVALIDATE) {
            invalidate(ctx, read, recorder, now);
        } else {
            write(ctx, changed(read, recorder, now));
        }
    }

    /** The mistaken statement lies in its subject's history: the instance that holds it answers. */
    private void invalidate(Context ctx, Read<Said> read, String recorder, Instant now) {
        Said said = read.value();
        List<Fault> faults = new ArrayList<>();
        if (said.subjectId() == null || !PseudonymousIds.isId(said.subjectId().strip())) {
            faults.add(
                    new Fault("subjectId", "Say under which subject the mistake was recorded: its history shows it."));
        }
        need(faults, "about", said.about());
        checkDoor(faults, said);
        read.refuse(faults);
        String subjectId = said.subjectId().strip();
        Optional<HostInfo> other = archive.holder(subjectId);
        if (other.isPresent()) {
            ctx.future(() -> peers.relay(ctx, other.get()));
            return;
        }
        ConsentChanged mistake = archive.saidUnder(subjectId).stream()
                .filter(known -> known.getEventId().equals(said.about()) && known.getWill() != Will.INVALIDATE)
                .findFirst()
                .orElseThrow(() -> ProblemException.badRequest(List.of(new Fault(
                        "about", "No statement of this id was recorded under this subject; its history shows them."))));
        write(
                ctx,
                recorded(said, recorder, now)
                        .setSubjectId(subjectId)
                        .setScope(mistake.getScope())
                        .setTopic(mistake.getTopic())
                        .setContactPointId(mistake.getContactPointId())
                        .setAbout(said.about())
                        .build());
    }

    private void write(Context ctx, ConsentChanged changed) {
        ctx.future(() -> access.record(ctx, changed.getSubjectId())
                .thenCompose(recorded -> writer.send(Topics.CONSENT_CHANGES, changed.getSubjectId(), changed))
                .thenAccept(written -> Accepted.answer(
                        ctx,
                        Recorded.of(changed, receipts.of(changed)),
                        "/v1/subjects/" + changed.getSubjectId() + "/consents",
                        changed.getSubjectId(),
                        changed.getEventId())));
    }

    private ConsentChanged changed(Read<Said> read, String recorder, Instant now) {
        Said said = read.value();
        List<Fault> faults = new ArrayList<>();
        SubjectIds.Identifiers identifiers = ids.read(said.customerId(), said.email(), said.phone());
        identifiers.invalid().forEach(invalid -> faults.add(new Fault(fieldOf(invalid), invalid.why())));
        String subjectId = said.subjectId() == null
                ? ids.subjectId(identifiers).orElse(null)
                : said.subjectId().strip();
        if (identifiers.invalid().isEmpty() && (subjectId == null || subjectId.isEmpty())) {
            faults.add(new Fault(null, "Say whose statement it is: a subjectId, customerId, email or phone."));
        } else if (said.subjectId() != null && !PseudonymousIds.isId(subjectId)) {
            // It would count for nobody, and stand in the history's keys for ever.
            faults.add(new Fault("subjectId", "Lupa gives no such id; name the person by customerId, email or phone."));
        }
        need(faults, "scope", said.scope());
        need(faults, "will", said.will());
        checkTopic(faults, said);
        if (said.about() != null) {
            faults.add(new Fault("about", "Only an INVALIDATE is about another statement."));
        }
        if (said.validUntil() != null && !said.validUntil().isAfter(now)) {
            faults.add(new Fault("validUntil", "This moment lies in the past."));
        }
        checkDoor(faults, said);
        if (said.occurredAt() != null && ClockSkew.isTooFarAhead(said.occurredAt(), now)) {
            faults.add(new Fault("occurredAt", "This moment lies more than five minutes in the future."));
        }
        if (said.occurredAt() != null && said.occurredAt().isBefore(Instant.EPOCH)) {
            faults.add(new Fault("occurredAt", "This moment lies before 1970; check the year."));
        }
        String contactPoint = said.scope() == null ? null : contactPoint(faults, said, identifiers);
        read.refuse(faults);
        return recorded(said, recorder, now)
                .setSubjectId(subjectId)
                .setScope(said.scope())
                .setTopic(topic(said))
                .setContactPointId(contactPoint)
                .build();
    }

    /** What is recorded of a statement whatever it is about. */
    private static ConsentChanged.Builder recorded(Said said, String recorder, Instant now) {
        return ConsentChanged.newBuilder()
                .setEventId(said.eventId() == null ? UUID.randomUUID() : said.eventId())
                .setWill(said.will())
                .setValidUntil(said.validUntil())
                .setOccurredAt(
                        said.occurredAt() == null
                                ? now
                                : ClockSkew.notAhead(said.occurredAt().truncatedTo(ChronoUnit.MILLIS), now))
                .setRecordedAt(now)
                .setDoor(said.door())
                .setRecordedBy(recorder)
                .setNoticeVersion(said.noticeVersion())
                .setWording(said.wording())
                .setEvidence(said.evidence());
    }

    private static void checkDoor(List<Fault> faults, Said said) {
        if (said.door() == null || !NAMED_DOORS.contains(said.door())) {
            faults.add(new Fault(
                    "door",
                    "Say how it came: one of " + NAMED_DOORS.stream().sorted().toList() + "."));
        } else if ((said.door() == Door.LETTER || said.door() == Door.PHONE_CALL)
                && (said.evidence() == null || said.evidence().isBlank())) {
            faults.add(
                    new Fault("evidence", "Say where the proof of a letter or a call lies, as an archive reference."));
        }
    }

    /**
     * A consent, given or refused, is for the address or number given with it. A no is for the whole scope, unless it came of
     * one address or number.
     */
    private String contactPoint(List<Fault> faults, Said said, SubjectIds.Identifiers identifiers) {
        boolean consents = said.will() == Will.GRANT || said.will() == Will.CONFIRM || said.will() == Will.REFUSE;
        if (!consents && (said.door() == null || !OF_A_CONTACT_POINT.contains(said.door()))) {
            return null;
        }
        ParsedIdentifier given =
                switch (said.scope()) {
                    case EMAIL -> identifiers.email();
                    case MOBILE, PHONE -> identifiers.phone();
                    case POST, MARKET_RESEARCH, MARKETING_USE, WEB_ANALYTICS -> null;
                };
        if (consents && given == null && (said.scope() == Scope.EMAIL || said.scope() == Scope.MOBILE)) {
            faults.add(new Fault(
                    said.scope() == Scope.EMAIL ? "email" : "phone",
                    "A consent is given for one address or number; say for which."));
        }
        return ids.id(given);
    }

    private void checkTopic(List<Fault> faults, Said said) {
        String topic = topic(said);
        if (topic == null) {
            return;
        }
        if (said.scope() != null && said.scope() != Scope.MARKETING_USE) {
            faults.add(new Fault("topic", "Topics are within MARKETING_USE; name that scope, or leave the topic out."));
        }
        if (!topics.contains(topic)) {
            faults.add(new Fault("topic", "The policy names no such topic; it is one of " + topics + "."));
        }
    }

    /** A field that a form's page leaves empty says nothing. */
    private static String topic(Said said) {
        return said.topic() == null || said.topic().isBlank()
                ? null
                : said.topic().strip();
    }

    private static void need(List<Fault> faults, String field, Object value) {
        if (value == null) {
            faults.add(new Fault(field, "This is required."));
        }
    }

    private static String fieldOf(ParsedIdentifier.Invalid invalid) {
        return switch (invalid.kind()) {
            case CUSTOMER -> "customerId";
            case EMAIL -> "email";
            case PHONE -> "phone";
            case POSTAL -> "address";
        };
    }
}
