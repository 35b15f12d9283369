package fi.lupa.consent.query;

import fi.lupa.event.ConsentState;
import fi.lupa.event.Customership;
import fi.lupa.event.DatedText;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.StatementInForce;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Standing;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Subject;
import fi.lupa.permission.SubjectKind;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * What is in force for a subject, since when, and why; without a word of who the subject is.
 *
 * @param scopes every scope as it stands at the address or number now in use
 * @param statements every statement that counts, for whichever address or number it was said
 */
record ConsentsView(
        String subjectId,
        SubjectKind kind,
        long revision,
        boolean essentialOnly,
        Customership customership,
        String language,
        List<String> tags,
        Instant registeredAt,
        List<PointView> contactPoints,
        List<ScopeView> scopes,
        List<StatementView> statements) {

    /** An address or number, by its pseudonymous id. */
    record PointView(ContactKind kind, String id, Instant since) {}

    /** Where a scope stands, and what made it so; {@code since} and {@code because} are null where nothing was said. */
    record ScopeView(Scope scope, ConsentStatus status, Instant since, StatementView because) {

        static ScopeView of(Scope scope, Standing standing) {
            return new ScopeView(
                    scope,
                    standing.status(),
                    standing.since(),
                    standing.because() == null ? null : StatementView.of(standing.because()));
        }
    }

    /** A statement that counts. */
    record StatementView(
            UUID eventId,
            Scope scope,
            String will,
            String contactPointId,
            boolean awaitsConfirmation,
            Instant occurredAt,
            Instant recordedAt,
            String door,
            String noticeVersion) {

        static StatementView of(Statement said) {
            return new StatementView(
                    said.eventId(),
                    said.scope(),
                    said.will().name(),
                    said.contactPoint(),
                    said.awaitsConfirmation(),
                    said.occurredAt(),
                    said.recordedAt(),
                    said.door().name(),
                    said.noticeVersion());
        }
    }

    static ConsentsView of(ConsentState state) {
        Subject subject = Subjects.of(state);
        DatedText language = state.getLanguage();
        return new ConsentsView(
                state.getSubjectId(),
                subject.kind(),
                state.getRevision(),
                state.getEssentialOnly(),
                state.getCustomership(),
                language == null ? null : language.getValue(),
                state.getTags(),
                state.getRegisteredAt(),
                state.getContactPoints().stream().map(ConsentsView::point).toList(),
                Arrays.stream(Scope.values())
                        .map(scope -> ScopeView.of(scope, subject.standing(scope)))
                        .toList(),
                state.getStatements().stream().map(ConsentsView::statement).toList());
    }

    private static PointView point(KnownContactPoint point) {
        return new PointView(ContactKind.valueOf(point.getKind().name()), point.getId(), point.getSince());
    }

    private static StatementView statement(StatementInForce kept) {
        return StatementView.of(Statements.of(kept));
    }
}
