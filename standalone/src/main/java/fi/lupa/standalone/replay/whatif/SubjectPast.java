package fi.lupa.standalone.replay.whatif;

import fi.lupa.consent.query.Histories;
import fi.lupa.consent.state.RecordedAgain;
import fi.lupa.event.Alias;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.Door;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.Reason;
import fi.lupa.event.Scope;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Consents;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Statement;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.mapping.Words;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that is left of one person, under every name of theirs, and what was known of them at a moment.
 *
 * <p>What follows from no rule is taken from the decision's own record: whether anything was known of the recipient, whether
 * several shared the address, whether the message had expired, which address was used. What neither that nor the history tells
 * has several pasts, each of which is tried.
 */
final class SubjectPast {

    /** How long after it was recorded a statement may have been unknown to the router. */
    static final Duration LATE = Duration.ofSeconds(10);

    private static final int MOST_MOMENTS = 8;

    private static final String NOT_THEIRS = "-";

    private final Map<String, ConsentState> states = new HashMap<>();
    private final Map<RecordedAgain.Words, ConsentChanged> said = new LinkedHashMap<>();
    private final Map<RecordedAgain.Words, ConsentChanged> stops = new LinkedHashMap<>();
    private final Map<String, List<StatementInForce>> leftByErasures = new HashMap<>();
    private final List<CampaignMessage> messages = new ArrayList<>();
    private final Set<CampaignMessage> naming = Collections.newSetFromMap(new IdentityHashMap<>());

    void know(ConsentState state) {
        states.put(state.getSubjectId(), state);
    }

    /** Of a statement recorded again the stricter counts. */
    void say(ConsentChanged statement) {
        RecordedAgain.put(said, statement);
    }

    /** Whatever was said for an address or number of theirs, by whomever: a no, or that one was a mistake, binds there. */
    void stop(ConsentChanged statement) {
        if (statement.getWill() == Will.INVALIDATE || Statements.of(statement).stopsContactPoint()) {
            RecordedAgain.put(stops, statement);
        }
    }

    void leave(ContactPointStop byErasure) {
        leftByErasures
                .computeIfAbsent(byErasure.getContactPointId(), point -> new ArrayList<>())
                .addAll(byErasure.getStops());
    }

    /** @param where whether the message names the address or number that it is to go to */
    void ask(CampaignMessage message, boolean where) {
        messages.add(message);
        if (where) {
            naming.add(message);
        }
    }

    /** A subject as they are now; null where nothing is known. */
    ConsentState now(String subjectId) {
        return states.get(subjectId);
    }

    /** What one thing was known to be: the campaign, and all that had been recorded until then. */
    private record Knowledge(CampaignDefined campaign, Instant said, Instant stopped, boolean withLater) {}

    /** What the campaign may have been; empty where that is gone. */
    static List<CampaignDefined> campaigns(RecordedDecision decided, CampaignDefinitions definitions) {
        return decided.reasons().contains(Reason.UNKNOWN_CAMPAIGN)
                ? Collections.singletonList(null)
                : definitions.at(decided.campaignId(), decided.at(), LATE);
    }

    /**
     * The pasts that a decision may have been made in, the likeliest first; those of one list are told apart by nothing that is
     * left but the decision.
     */
    List<List<DecisionBasis>> before(RecordedDecision decided, List<CampaignDefined> campaigns) {
        ConsentState state = decided.ofNobody() ? null : states.get(decided.subjectId());
        if (state == null && !decided.ofNobody()) {
            return List.of();
        }
        List<List<DecisionBasis>> pasts = new ArrayList<>();
        for (Knowledge known : knowledge(campaigns, state, decided)) {
            pasts.add(state == null ? ofNobody(decided, known) : of(decided, known, state));
        }
        return pasts;
    }

    private List<Knowledge> knowledge(List<CampaignDefined> campaigns, ConsentState state, RecordedDecision decided) {
        List<Instant> moments = state == null ? List.of(decided.at()) : moments(state, decided.at());
        boolean merged = state != null && !later(state, decided.at()).isEmpty();
        List<Knowledge> all = new ArrayList<>();
        for (CampaignDefined campaign : campaigns) {
            for (Instant said : moments) {
                for (Instant stopped : moments) {
                    all.add(new Knowledge(campaign, said, stopped, false));
                    if (merged) {
                        all.add(new Knowledge(campaign, said, stopped, true));
                    }
                }
            }
        }
        return all;
    }

    /** The moment of the decision, and just before each thing that was recorded so shortly before that it may not have been known. */
    private List<Instant> moments(ConsentState state, Instant at) {
        Stream<Instant> recorded =
                Stream.concat(said.values().stream(), stops.values().stream()).map(ConsentChanged::getRecordedAt);
        Stream<Instant> given = state.getContactPoints().stream().map(KnownContactPoint::getFirst);
        Stream<Instant> merged = state.getAlsoKnownAs().stream()
                .flatMap(alias -> Stream.of(alias.getSince(), alias.getSharedSince()))
                .filter(Objects::nonNull);
        return Stream.concat(
                        Stream.of(at),
                        Stream.of(recorded, given, merged)
                                .flatMap(moments -> moments)
                                .filter(moment ->
                                        !moment.isAfter(at) && moment.plus(LATE).isAfter(at))
                                .map(moment -> moment.minusMillis(1))
                                .distinct()
                                .sorted(Comparator.reverseOrder())
                                .limit(MOST_MOMENTS))
                .toList();
    }

    private static Set<String> later(ConsentState state, Instant at) {
        return state.getAlsoKnownAs().stream()
                .filter(alias -> alias.getSince().isAfter(at))
                .map(Alias::getSubjectId)
                .collect(Collectors.toSet());
    }

    private List<DecisionBasis> ofNobody(RecordedDecision decided, Knowledge known) {
        Map<String, ContactPointStop> erased = decided.reasons().contains(Reason.ERASED_SUBJECT)
                ? Map.of(decided.subjectId(), leftByErasure(decided))
                : Map.of();
        return expiries(decided).stream()
                .map(expires -> new DecisionBasis(
                        new Enquiry(channel(decided), decided.subjectId(), expires, decided.messageId()),
                        known.campaign(),
                        null,
                        erased,
                        decided.at()))
                .toList();
    }

    private List<DecisionBasis> of(RecordedDecision decided, Knowledge known, ConsentState state) {
        List<ContactPoint> points = points(decided, known, state);
        List<DecisionBasis> pasts = new ArrayList<>();
        for (SubjectKind kind : kinds(state, known.said())) {
            ConsentState then = state(decided, known, state, kind, points);
            Map<String, ContactPointStop> stopped = points.stream()
                    .map(point -> stops(point.id(), known.stopped()))
                    .filter(Objects::nonNull)
                    .collect(Collectors.toMap(ContactPointStop::getContactPointId, stop -> stop));
            for (String asked : asked(decided, points)) {
                for (Instant expires : expiries(decided)) {
                    Enquiry enquiry = new Enquiry(channel(decided), asked, expires, decided.messageId());
                    pasts.add(new DecisionBasis(enquiry, known.campaign(), then, stopped, decided.at()));
                }
            }
        }
        return pasts;
    }

    private ConsentState state(
            RecordedDecision decided,
            Knowledge known,
            ConsentState state,
            SubjectKind kind,
            List<ContactPoint> points) {
        Set<String> shared = Histories.shared(state, known.said());
        List<Alias> aliases = state.getAlsoKnownAs().stream()
                .filter(alias -> !alias.getSince().isAfter(known.said()))
                .map(alias -> shared.contains(alias.getSubjectId())
                        ? alias
                        : new Alias(alias.getSubjectId(), alias.getSince(), null))
                .toList();
        Set<String> names = names(state, known.said());
        Consents consents = Histories.together(
                said.values().stream()
                        .filter(one -> names.contains(one.getSubjectId()))
                        .filter(one -> !one.getRecordedAt().isAfter(known.said()))
                        .collect(Collectors.groupingBy(
                                ConsentChanged::getSubjectId, Collectors.mapping(Statements::of, Collectors.toList()))),
                shared);
        return ConsentState.newBuilder(state)
                .setKind(kind)
                .setSameAs(null)
                .setAlsoKnownAs(aliases)
                .setClaimedBy(decided.reasons().contains(Reason.AMBIGUOUS_RECIPIENT) ? List.of(NOT_THEIRS) : List.of())
                .setContactPoints(points.stream().map(Subjects::known).toList())
                .setStatements(
                        consents.statements().stream().map(Statements::kept).toList())
                .setPermittedBySeveral(consents.permittedBySeveral().stream()
                        .map(Statements::kept)
                        .toList())
                .setPersonal(StatePersonalData.newBuilder()
                        .setContactPoints(points.stream().collect(Collectors.toMap(ContactPoint::id, point -> "")))
                        .build())
                .build();
    }

    /** Under which names a subject was known then. */
    static Set<String> names(ConsentState state, Instant then) {
        Set<String> names = new HashSet<>(Histories.alsoKnownAs(state, then));
        names.add(state.getSubjectId());
        return names;
    }

    /** Where somebody was reached then. What those brought along who were found to be the same later is left out, or, tried next, is not. */
    private List<ContactPoint> points(RecordedDecision decided, Knowledge known, ConsentState state) {
        Set<String> brought = known.withLater()
                ? Set.of()
                : later(state, decided.at()).stream()
                        .map(states::get)
                        .filter(Objects::nonNull)
                        .flatMap(other -> other.getContactPoints().stream())
                        .map(KnownContactPoint::getId)
                        .collect(Collectors.toSet());
        List<ContactPoint> points = state.getContactPoints().stream()
                .map(Subjects::of)
                .filter(point -> !point.first().isAfter(known.said()) && !brought.contains(point.id()))
                .collect(Collectors.toCollection(ArrayList::new));
        ContactMade made = decided.contact();
        if (made != null && points.stream().noneMatch(point -> point.id().equals(made.getContactPointId()))) {
            points.add(new ContactPoint(
                    channel(decided).reachedAt(), made.getContactPointId(), decided.at(), decided.at(), false));
        }
        points.sort(ContactPoint.FIRST_TO_USE);
        return points;
    }

    /** Of a subject whose word for what they are is newer, both may have been. */
    private static List<SubjectKind> kinds(ConsentState state, Instant then) {
        return state.getKindSince().isAfter(then)
                ? List.of(SubjectKind.PERSON, SubjectKind.ORGANISATION)
                : List.of(state.getKind());
    }

    /** The addresses or numbers that may have been asked for: the one used, one that is not theirs, or any of those it may have been. */
    private Collection<String> asked(RecordedDecision decided, List<ContactPoint> points) {
        if (decided.contact() != null) {
            return List.of(decided.contact().getContactPointId());
        }
        ContactKind kind = channel(decided).reachedAt();
        List<ContactPoint> there =
                points.stream().filter(point -> point.kind() == kind).toList();
        if (there.isEmpty() || decided.reasons().contains(Reason.NO_CONTACT_POINT)) {
            return List.of(NOT_THEIRS);
        }
        List<CampaignMessage> found = messages(decided);
        boolean latest = !found.isEmpty()
                && found.stream().noneMatch(naming::contains)
                && there.stream().noneMatch(point -> point.since().isAfter(decided.at()));
        return latest
                ? List.of(there.get(0).id())
                : there.stream().map(ContactPoint::id).toList();
    }

    /** The moments at which the message may have expired; of one that is gone, never, or right after. */
    private Collection<Instant> expiries(RecordedDecision decided) {
        if (decided.reasons().contains(Reason.EXPIRED)) {
            return List.of(decided.at());
        }
        List<CampaignMessage> found = messages(decided);
        if (found.isEmpty()) {
            return Arrays.asList(null, decided.at().plusMillis(1));
        }
        Set<Instant> expiries = new LinkedHashSet<>();
        found.forEach(message -> expiries.add(message.getExpiresAt()));
        return expiries;
    }

    private List<CampaignMessage> messages(RecordedDecision decided) {
        return messages.stream()
                .filter(message -> message.getCampaignId().equals(decided.campaignId())
                        && message.getMessageId().equals(decided.messageId())
                        && message.getChannel() == decided.channel())
                .toList();
    }

    boolean isGone(RecordedDecision decided) {
        return messages(decided).isEmpty();
    }

    private ContactPointStop stops(String point, Instant then) {
        Stream<Statement> byWord = stops.values().stream()
                .filter(stop -> stop.getContactPointId().equals(point))
                .filter(stop -> !stop.getRecordedAt().isAfter(then))
                .map(Statements::of);
        Stream<Statement> byErasure = leftByErasures.getOrDefault(point, List.of()).stream()
                .filter(stop -> !stop.getRecordedAt().isAfter(then))
                .map(Statements::of);
        List<StatementInForce> all = Consents.of(
                        Stream.concat(byWord, byErasure).toList())
                .statements()
                .stream()
                .map(Statements::kept)
                .toList();
        return all.isEmpty() ? null : new ContactPointStop(point, all);
    }

    /** That there was an erasure, the decision's own record tells. */
    private static ContactPointStop leftByErasure(RecordedDecision decided) {
        return new ContactPointStop(
                decided.subjectId(),
                List.of(StatementInForce.newBuilder()
                        .setScope(Scope.MARKETING_USE)
                        .setWill(Will.PROHIBIT)
                        .setContactPointId(decided.subjectId())
                        .setOccurredAt(decided.at())
                        .setRecordedAt(decided.at())
                        .setDoor(Door.ERASURE)
                        .setEventId(new UUID(0, 0))
                        .build()));
    }

    private static Channel channel(RecordedDecision decided) {
        return Words.same(decided.channel(), Channel.class);
    }
}
