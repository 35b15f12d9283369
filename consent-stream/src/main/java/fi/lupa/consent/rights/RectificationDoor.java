package fi.lupa.consent.rights;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.consent.pages.Accepted;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.http.RequestBody;
import fi.lupa.edge.identity.IdentifierKind;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.event.Collection;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.PostalAddress;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.StatePersonalData;
import fi.lupa.schemas.OwnCampaigns;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * {@code POST /v1/subjects/{id}/rectification} corrects what is stored about a person. What is corrected goes the way of any
 * form, so that it is sealed and the history is kept; an address or number that is not theirs is retracted. A consent recorded
 * by mistake is invalidated by {@code POST /v1/consents}.
 */
public final class RectificationDoor {

    private static final Role CORRECTS = Role.DPO;

    /** The form that corrections go by; no website can declare it. */
    static final String FORM = OwnCampaigns.PREFIX + "rectification";

    private final HeldSubjects subjects;
    private final OpenedFiles files;
    private final SubjectIds ids;
    private final Access access;
    private final EventWriter writer;
    private final RightsWriter rights;
    private final Clock clock;

    public RectificationDoor(
            HeldSubjects subjects, MasterKey master, SubjectIds ids, Access access, EventWriter writer, Clock clock) {
        this.subjects = subjects;
        this.files = new OpenedFiles(subjects, master);
        this.ids = ids;
        this.access = access;
        this.writer = writer;
        this.rights = new RightsWriter(writer);
        this.clock = clock;
    }

    /** A postal address; the country, two letters, is the installation's own where it is left out. */
    record Address(String street, String postalCode, String city, String country) {
        @Override
        public String toString() {
            return "Address[hidden]";
        }
    }

    /**
     * What is to be corrected; null for what is right as it is.
     *
     * @param eventId the sender's own id for it, so that it can be sent again; null for a new one
     * @param remove ids of addresses and numbers that are not the person's
     * @param evidence where the signed request lies
     * @param identityCheck how it was made sure that the person asked
     * @param requestId the request that it answers; null for none
     */
    record Rectification(
            UUID eventId,
            String name,
            String organisation,
            String position,
            String email,
            String phone,
            Address address,
            String language,
            List<String> remove,
            String evidence,
            String identityCheck,
            UUID requestId) {

        Rectification {
            remove = remove == null ? List.of() : remove.stream().distinct().toList();
        }

        /** What is corrected, by field, in the order of the request. */
        Map<String, Object> corrections() {
            Map<String, Object> given = new LinkedHashMap<>();
            given.put("name", name);
            given.put("organisation", organisation);
            given.put("position", position);
            given.put("email", email);
            given.put("phone", phone);
            given.put("address", address);
            given.put("language", language);
            given.values().removeIf(Objects::isNull);
            return given;
        }

        @Override
        public String toString() {
            return "Rectification[" + eventId + "]";
        }
    }

    /**
     * The answer to a correction that is on disk; it counts in a moment.
     *
     * @param formEventId the form that it went by; null where something was only removed
     */
    record Rectified(
            UUID eventId,
            String subjectId,
            UUID formEventId,
            List<String> corrected,
            List<String> removed,
            Instant recordedAt,
            String recordedBy) {}

    public void mount(RoutesConfig routes) {
        routes.post("/v1/subjects/{id}/rectification", this::rectify, CORRECTS);
    }

    private void rectify(Context ctx) {
        String recorder = access.require(ctx, CORRECTS).name();
        Read<Rectification> read = RequestBody.read(ctx, Rectification.class);
        Rectification asked = read.value();
        read.refuse(faults(asked));
        subjects.atHolderOfTheSame(ctx, state -> {
            if (state.getRevision() == 0) {
                throw HeldSubjects.nothingKnown();
            }
            Own own = own(state.getSubjectId());
            List<Fault> about = faultsAbout(asked, state, own);
            if (!about.isEmpty()) {
                throw ProblemException.badRequest(about);
            }
            write(ctx, asked, state, own, recorder);
        });
    }

    private List<Fault> faults(Rectification asked) {
        List<Fault> faults = new ArrayList<>();
        Map<String, Object> corrections = asked.corrections();
        corrections.forEach((field, value) -> {
            if (value instanceof String text && text.isBlank()) {
                faults.add(new Fault(field, "It is empty; leave out what is right as it is."));
            }
        });
        if (corrections.isEmpty() && asked.remove().isEmpty()) {
            faults.add(new Fault(null, "Say what is to be corrected, or which address or number to remove."));
        }
        ids.read(null, asked.email(), asked.phone())
                .invalid()
                .forEach(invalid -> faults.add(
                        new Fault(invalid.kind() == IdentifierKind.EMAIL ? "email" : "phone", invalid.why())));
        if (asked.address() != null && postal(asked.address()) instanceof ParsedIdentifier.Invalid invalid) {
            faults.add(new Fault("address", invalid.why()));
        }
        if (asked.language() != null
                && !asked.language().isBlank()
                && !asked.language().matches("[a-z]{2}")) {
            faults.add(new Fault("language", "A language is two letters, as fi."));
        }
        RightsWriter.need(faults, "evidence", asked.evidence(), "Say where the proof lies, as an archive reference.");
        RightsWriter.need(
                faults,
                "identityCheck",
                asked.identityCheck(),
                "Say how it was made sure that the person asked, in words without personal data.");
        return faults;
    }

    private ParsedIdentifier postal(Address address) {
        return ids.contactPoints().postal(address.street(), address.postalCode(), address.city(), address.country());
    }

    /** What a subject is known by, in the clear. */
    private record Own(IdentifierKind kind, String value) {
        @Override
        public String toString() {
            return kind + " (hidden)";
        }
    }

    /** A form with it lands on the same subject again. */
    private Own own(String subjectId) {
        ConsentState state = files.open(subjectId).getOwn();
        StatePersonalData personal = state.getPersonal();
        if (personal != null
                && personal.getCustomerId() != null
                && subjectId.equals(ids.id(ids.contactPoints().customerId(personal.getCustomerId())))) {
            return new Own(IdentifierKind.CUSTOMER, personal.getCustomerId());
        }
        Optional<KnownContactPoint> point = state.getContactPoints().stream()
                .filter(known -> known.getId().equals(subjectId))
                .findFirst();
        if (personal == null || point.isEmpty() || !personal.getContactPoints().containsKey(subjectId)) {
            throw ProblemException.conflict("Lupa has only statements of this subject, and no name or address: there is"
                    + " nothing to correct. A statement recorded by mistake is invalidated by POST /v1/consents.");
        }
        return new Own(
                switch (point.get().getKind()) {
                    case EMAIL -> IdentifierKind.EMAIL;
                    case PHONE -> IdentifierKind.PHONE;
                    case POSTAL -> IdentifierKind.POSTAL;
                },
                personal.getContactPoints().get(subjectId));
    }

    private static List<Fault> faultsAbout(Rectification asked, ConsentState state, Own own) {
        String anotherName = "This subject is known by it, so that another one is another subject: let the person give"
                + " it on a form, merge the two by PUT /v1/subjects/{id}/same-as/{other}, and remove the old one there.";
        List<Fault> faults = new ArrayList<>();
        if (own.kind() == IdentifierKind.EMAIL && asked.email() != null) {
            faults.add(new Fault("email", anotherName));
        }
        if (own.kind() == IdentifierKind.PHONE && asked.phone() != null) {
            faults.add(new Fault("phone", anotherName));
        }
        for (String id : asked.remove()) {
            if (id.equals(state.getSubjectId())) {
                faults.add(new Fault("remove", anotherName));
            } else if (state.getContactPoints().stream()
                    .noneMatch(point -> point.getId().equals(id))) {
                faults.add(new Fault(
                        "remove",
                        "The person has no address or number of one of these ids; GET /v1/subjects/{id}/consents shows"
                                + " them."));
            }
        }
        return faults;
    }

    /** A write under way, and what to call it where it fails. */
    private record Write(String what, CompletableFuture<?> written) {}

    private void write(Context ctx, Rectification asked, ConsentState state, Own own, String recorder) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        UUID eventId = asked.eventId() == null ? UUID.randomUUID() : asked.eventId();
        String subjectId = state.getSubjectId();
        List<String> corrected = List.copyOf(asked.corrections().keySet());
        Rectified rectified = new Rectified(
                eventId,
                subjectId,
                corrected.isEmpty() ? null : derived(eventId, "form"),
                corrected,
                asked.remove(),
                now,
                recorder);
        RightExercised done = RightsWriter.done(subjectId, RightKind.RECTIFIED, recorder, now)
                .setEventId(eventId)
                .setEvidence(asked.evidence())
                .setIdentityCheck(asked.identityCheck())
                .setRequestId(asked.requestId())
                .setCorrected(corrected)
                .build();
        RightsWriter.recorded(subjects.rights(subjectId), done);
        ctx.future(() -> access.record(ctx, subjectId).thenCompose(recorded -> {
            List<Write> writes = new ArrayList<>();
            if (rectified.formEventId() != null) {
                FormSubmitted form = form(asked, state, own, rectified);
                writes.add(
                        new Write(String.join(", ", corrected), writer.send(Topics.FORMS_INBOX, inboxKey(form), form)));
            }
            asked.remove()
                    .forEach(id -> writes.add(new Write(
                            "remove " + id,
                            rights.write(RightExercised.newBuilder(done)
                                    .setEventId(derived(eventId, "remove/" + id))
                                    .setCorrected(List.of())
                                    .setContactPointId(id)
                                    .build()))));
            if (rectified.formEventId() != null) {
                writes.add(new Write("the record of who corrected it", rights.write(done)));
            }
            return all(writes)
                    .thenRun(() -> Accepted.answer(
                            ctx, rectified, "/v1/subjects/" + subjectId + "/requests", subjectId, eventId));
        }));
    }

    /** Completes when all are on disk; else fails with what may not be. */
    private static CompletableFuture<Void> all(List<Write> writes) {
        List<CompletableFuture<Optional<Fault>>> outcomes = writes.stream()
                .map(write -> write.written()
                        .handle((written, failure) -> failure == null
                                ? Optional.<Fault>empty()
                                : Optional.of(new Fault(null, "Perhaps not recorded: " + write.what() + "."))))
                .toList();
        return CompletableFuture.allOf(outcomes.toArray(CompletableFuture<?>[]::new))
                .thenAccept(done -> {
                    List<Fault> failed = outcomes.stream()
                            .map(CompletableFuture::join)
                            .flatMap(Optional::stream)
                            .toList();
                    if (!failed.isEmpty()) {
                        throw new ProblemException(
                                503,
                                "Service Unavailable",
                                "Not all of it could be recorded, and the rest was; send it again with the same eventId.",
                                failed,
                                Duration.ofSeconds(5));
                    }
                });
    }

    private FormSubmitted form(Rectification asked, ConsentState state, Own own, Rectified rectified) {
        return FormSubmitted.newBuilder()
                .setEventId(rectified.formEventId())
                .setOccurredAt(rectified.recordedAt())
                .setReceivedAt(rectified.recordedAt())
                .setFormId(FORM)
                .setFormType(FormType.OTHER)
                .setSite("lupa")
                .setSubjectKind(state.getKind())
                .setPersonal(FormPersonalData.newBuilder()
                        .setCustomerId(own.kind() == IdentifierKind.CUSTOMER ? own.value() : null)
                        .setEmail(own.kind() == IdentifierKind.EMAIL ? own.value() : asked.email())
                        .setPhone(own.kind() == IdentifierKind.PHONE ? own.value() : asked.phone())
                        .setName(asked.name())
                        .setOrganisation(asked.organisation())
                        .setPosition(asked.position())
                        .setAddress(address(asked.address()))
                        .build())
                .setLanguage(asked.language())
                .setCollection(Collection.STAFF)
                .build();
    }

    private static PostalAddress address(Address given) {
        return given == null
                ? null
                : new PostalAddress(given.street(), given.postalCode(), given.city(), given.country());
    }

    private String inboxKey(FormSubmitted form) {
        FormPersonalData person = form.getPersonal();
        return ids.subjectId(ids.read(person.getCustomerId(), person.getEmail(), person.getPhone()))
                .orElseThrow();
    }

    private static UUID derived(UUID eventId, String what) {
        return UUID.nameUUIDFromBytes((eventId + "/" + what).getBytes(UTF_8));
    }
}
