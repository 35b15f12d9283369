package fi.lupa.consent.topology;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.edge.identity.IdentifierKind;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.LinkGround;
import fi.lupa.event.SubjectLinked;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** What a form says about who is the same: each weaker identifier on it stands for the strongest. */
final class FormLinks {

    private FormLinks() {}

    static List<SubjectLinked> of(FormSubmitted form, FormIdentity identity) {
        return identity.otherIds().stream()
                .map(other -> SubjectLinked.newBuilder()
                        .setEventId(derivedId(form.getEventId(), other))
                        .setSubjectId(other)
                        .setSameAs(identity.subjectId())
                        .setGround(
                                identity.strongestKind() == IdentifierKind.CUSTOMER
                                        ? LinkGround.CUSTOMER_NUMBER
                                        : LinkGround.EMAIL_ADDRESS)
                        .setOccurredAt(form.getOccurredAt())
                        .setRecordedAt(form.getReceivedAt())
                        .setCausedBy(form.getEventId())
                        .build())
                .toList();
    }

    private static UUID derivedId(UUID form, String other) {
        return UUID.nameUUIDFromBytes((form + "/same/" + other).getBytes(StandardCharsets.UTF_8));
    }
}
