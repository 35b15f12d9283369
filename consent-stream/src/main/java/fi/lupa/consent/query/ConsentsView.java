package fi.lupa.consent.query;

import fi.lupa.event.Alias;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Customership;
import fi.lupa.event.DatedText;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.Consents;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Standing;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Subject;
import fi.lupa.permission.SubjectKind;
import fi.lupa.schemas.mapping.Subjects;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is in force for a subject, since when, and why; without a word of who the subject is.
 *
 * @param alsoKnownAs other subjects found to be the same
 * @param possibleDuplicates customers that share an address or number with this one: only a person merges them
 * @param at the moment it is about, by what had been said; null for now. Language, tags and other names are today's, and left out
 * @param known the moment by whose knowledge; null for today's
 * @param scopes every scope as it stands at the address or number now in use
 * @param topics within marketing: those of the policy, and others that something was said of
 * @param statements every statement that counts, for whichever address or number it was said; what was permitted under an address or
 *     number of several is none of them, though a scope may stand where it does because of it
 */
public record ConsentsView(
        String subjectId,
        SubjectKind kind,
        long revision,
        boolean essentialOnly,
        Customership customership,
        String language,
        List<String> tags,
        Instant registeredAt,
        List<String> alsoKnownAs,
        List<String> possibleDuplicates,
        Instant at,
        Instant known,
        List<PointView> contactPoints,
        List<ScopeView> scopes,
        List<ScopeView> topics,
        List<StatementView> statements) {

    /** An address or number, by its pseudonymous id. */
    public record PointView(ContactKind kind, String id, Instant since) {}

    /**
     * Where a scope stands, or a topic within it, and what made it so; {@code since} and {@code because} are null where nothing
     * was said.
     *
     * @param topic null for the whole scope
     */
    public record ScopeView(Scope scope, String topic, ConsentStatus status, Instant since, StatementView because) {

        static ScopeView of(Scope scope, String topic, Standing standing) {
            return new ScopeView(
                    scope,
                    topic,
                    standing.status(),
                    standing.since(),
                    standing.because() == null ? null : StatementView.of(standing.because()));
        }
    }

    /** A statement that counts. */
    public record StatementView(
            UUID eventId,
            Scope scope,
            String topic,
            String will,
            String contactPointId,
            boolean awaitsConfirmation,
            Instant occurredAt,
            Instant recordedAt,
            String door,
            String noticeVersion,
            Instant validUntil,
            UUID about) {

        public static StatementView of(Statement said) {
            return new StatementView(
                    said.eventId(),
                    said.scope(),
                    said.topic(),
                    said.will().name(),
                    said.contactPoint(),
                    said.awaitsConfirmation(),
                    said.occurredAt(),
                    said.recordedAt(),
                    said.door().name(),
                    said.noticeVersion(),
                    said.validUntil(),
                    said.about());
        }
    }

    public static ConsentsView of(ConsentState state, Policy policy, Instant now) {
        Subject subject = Subjects.of(state);
        DatedText language = state.getLanguage();
        return new ConsentsView(
                state.getSubjectId(),
                subject.kind(),
                state.getRevision(),
                policy.essentialOnly(subject, now),
                state.getCustomership(),
                language == null ? null : language.getValue(),
                state.getTags(),
                state.getRegisteredAt(),
                state.getAlsoKnownAs().stream().map(Alias::getSubjectId).toList(),
                state.getPossibleDuplicates(),
                null,
                null,
                points(subject),
                scopes(subject, policy, now),
                topics(subject, policy, now),
                statements(subject));
    }

    /**
     * What was in force at a moment.
     *
     * @param said everything that was ever said
     * @param known leaves out what Lupa recorded later than this; null for nothing
     */
    public static ConsentsView asOf(
            ConsentState state, List<HistoryEntry> said, Policy policy, Instant at, Instant known) {
        Consents then = Histories.together(
                said.stream()
                        .filter(entry -> !entry.occurredAt().isAfter(at))
                        .filter(entry -> known == null || !entry.recordedAt().isAfter(known))
                        .collect(Collectors.groupingBy(
                                HistoryEntry::subjectId,
                                Collectors.mapping(HistoryEntry::statement, Collectors.toList()))),
                Histories.shared(state, known == null || at.isBefore(known) ? at : known));
        Subject now = Subjects.of(state);
        Subject subject = new Subject(
                now.id(),
                now.kind(),
                then,
                now.contactPoints().stream()
                        .filter(point -> !point.first().isAfter(at))
                        .toList(),
                now.shared(),
                now.revision());
        return new ConsentsView(
                subject.id(),
                subject.kind(),
                subject.revision(),
                policy.essentialOnly(subject, at),
                state.getCustomership(),
                null,
                List.of(),
                state.getRegisteredAt(),
                List.of(),
                List.of(),
                at,
                known,
                points(subject),
                scopes(subject, policy, at),
                topics(subject, policy, at),
                statements(subject));
    }

    private static List<PointView> points(Subject subject) {
        return subject.contactPoints().stream()
                .map(point -> new PointView(point.kind(), point.id(), point.since()))
                .toList();
    }

    /** Every scope, and the topics that something was said of. */
    public List<ScopeView> inForce() {
        return Stream.concat(scopes.stream(), topics.stream().filter(topic -> topic.because() != null))
                .toList();
    }

    private static List<ScopeView> scopes(Subject subject, Policy policy, Instant at) {
        return Arrays.stream(Scope.values())
                .map(scope -> ScopeView.of(scope, null, policy.standing(subject, scope, at)))
                .toList();
    }

    private static List<ScopeView> topics(Subject subject, Policy policy, Instant at) {
        return Stream.concat(
                        policy.terms().topics().keySet().stream(),
                        subject.consents().statements().stream()
                                .map(Statement::topic)
                                .filter(Objects::nonNull))
                .distinct()
                .map(topic -> ScopeView.of(Scope.MARKETING_USE, topic, policy.standing(subject, topic, at)))
                .toList();
    }

    private static List<StatementView> statements(Subject subject) {
        return subject.consents().statements().stream().map(StatementView::of).toList();
    }
}
