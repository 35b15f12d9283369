package fi.lupa.schemas.mapping;

import fi.lupa.event.ConsentState;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.StatementInForce;
import fi.lupa.permission.Consents;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Subject;
import fi.lupa.permission.SubjectKind;
import java.util.List;

/** A {@link Subject} as {@code consent.state} tells of them. */
public final class Subjects {

    private Subjects() {}

    public static Subject of(ConsentState state) {
        return new Subject(
                state.getSubjectId(),
                Words.same(state.getKind(), SubjectKind.class),
                consents(state),
                contactPoints(state),
                !state.getClaimedBy().isEmpty(),
                state.getRevision());
    }

    public static Consents consents(ConsentState state) {
        return Consents.of(statements(state.getStatements()), statements(state.getPermittedBySeveral()));
    }

    private static List<Statement> statements(List<StatementInForce> kept) {
        return kept.stream().map(Statements::of).toList();
    }

    static List<ContactPoint> contactPoints(ConsentState state) {
        return state.getContactPoints().stream().map(Subjects::of).toList();
    }

    public static ContactPoint of(KnownContactPoint point) {
        return new ContactPoint(
                Words.same(point.getKind(), ContactKind.class),
                point.getId(),
                point.getFirst(),
                point.getSince(),
                point.getUnverified());
    }

    public static KnownContactPoint known(ContactPoint point) {
        return KnownContactPoint.newBuilder()
                .setKind(Words.same(point.kind(), fi.lupa.event.ContactKind.class))
                .setId(point.id())
                .setFirst(point.first())
                .setSince(point.since())
                .setUnverified(point.unverified())
                .build();
    }
}
