package fi.lupa.schemas.mapping;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.StatementInForce;
import fi.lupa.permission.Door;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Will;

/** A {@link Statement} as an event says it, and as a state keeps it. */
public final class Statements {

    private Statements() {}

    public static Statement of(ConsentChanged changed) {
        return new Statement(
                changed.getEventId(),
                Words.same(changed.getScope(), Scope.class),
                changed.getTopic(),
                Words.same(changed.getWill(), Will.class),
                changed.getContactPointId(),
                changed.getOccurredAt(),
                changed.getRecordedAt(),
                Words.same(changed.getDoor(), Door.class),
                // A no waits for nothing, whatever its sender wrote.
                changed.getAwaitsConfirmation() && changed.getWill() == fi.lupa.event.Will.GRANT,
                changed.getNoticeVersion(),
                changed.getValidUntil(),
                changed.getAbout());
    }

    public static Statement of(StatementInForce kept) {
        return new Statement(
                kept.getEventId(),
                Words.same(kept.getScope(), Scope.class),
                kept.getTopic(),
                Words.same(kept.getWill(), Will.class),
                kept.getContactPointId(),
                kept.getOccurredAt(),
                kept.getRecordedAt(),
                Words.same(kept.getDoor(), Door.class),
                kept.getAwaitsConfirmation(),
                kept.getNoticeVersion(),
                kept.getValidUntil(),
                kept.getAbout());
    }

    public static StatementInForce kept(Statement statement) {
        return StatementInForce.newBuilder()
                .setScope(Words.same(statement.scope(), fi.lupa.event.Scope.class))
                .setTopic(statement.topic())
                .setContactPointId(statement.contactPoint())
                .setWill(Words.same(statement.will(), fi.lupa.event.Will.class))
                .setAwaitsConfirmation(statement.awaitsConfirmation())
                .setOccurredAt(statement.occurredAt())
                .setRecordedAt(statement.recordedAt())
                .setDoor(Words.same(statement.door(), fi.lupa.event.Door.class))
                .setEventId(statement.eventId())
                .setNoticeVersion(statement.noticeVersion())
                .setValidUntil(statement.validUntil())
                .setAbout(statement.about())
                .build();
    }
}
