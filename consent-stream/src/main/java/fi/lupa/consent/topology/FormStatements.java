package fi.lupa.consent.topology;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Will;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.Scope;
import fi.lupa.schemas.mapping.Words;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** What a form says about permission, as statements of their own: the same form gives the same statements, ids included. */
public final class FormStatements {

    private FormStatements() {}

    /** What the form says, in its order. */
    public static List<ConsentChanged> of(FormSubmitted form, FormIdentity identity) {
        return IntStream.range(0, form.getStatements().size())
                .mapToObj(i -> statement(form, form.getStatements().get(i), i, identity))
                .toList();
    }

    private static ConsentChanged statement(FormSubmitted form, FormStatement said, int index, FormIdentity identity) {
        return ConsentChanged.newBuilder()
                .setEventId(derivedId(form.getEventId(), said, index, contactPoint(said, identity)))
                .setSubjectId(identity.subjectId())
                .setScope(said.getScope())
                .setTopic(said.getTopic())
                .setWill(said.getWill())
                .setContactPointId(contactPoint(said, identity))
                .setOccurredAt(form.getOccurredAt())
                .setRecordedAt(form.getReceivedAt())
                .setDoor(door(form))
                .setNoticeVersion(form.getNoticeVersion())
                .setWording(said.getWording())
                .setLanguage(form.getLanguage())
                .setCausedBy(form.getEventId())
                .setAwaitsConfirmation(awaitsConfirmation(said))
                .build();
    }

    /** What another system took down weighs less than what is said here: the law tells them apart by the door. */
    private static Door door(FormSubmitted form) {
        return form.getCollection() == Collection.IMPORTED ? Door.IMPORT : Door.FORM;
    }

    /** A consent, given or not, stays with the address it was asked for; a prohibition is for the whole scope. */
    private static String contactPoint(FormStatement said, FormIdentity identity) {
        if (said.getWill() != Will.GRANT && said.getWill() != Will.CONFIRM && said.getWill() != Will.REFUSE) {
            return null;
        }
        return switch (Words.same(said.getScope(), Scope.class)) {
            case EMAIL -> identity.contactPointId(ContactKind.EMAIL);
            case MOBILE, PHONE -> identity.contactPointId(ContactKind.PHONE);
            case POST -> identity.contactPointId(ContactKind.POSTAL);
            case MARKET_RESEARCH, MARKETING_USE, WEB_ANALYTICS -> null;
        };
    }

    /** A no counts at once, whatever a sender asks for; and a consent without an address has nowhere to be confirmed. */
    private static boolean awaitsConfirmation(FormStatement said) {
        return said.getWill() == Will.GRANT
                && said.getAwaitsConfirmation()
                && Words.same(said.getScope(), Scope.class).consentNeedsContactPoint();
    }

    /** Two forms may bear one eventId: of other words the receipt is another. */
    private static UUID derivedId(UUID form, FormStatement said, int index, String contactPoint) {
        String words = String.join(
                "/",
                form.toString(),
                String.valueOf(index),
                said.getScope().name(),
                String.valueOf(said.getTopic()),
                said.getWill().name(),
                String.valueOf(contactPoint));
        return UUID.nameUUIDFromBytes(words.getBytes(StandardCharsets.UTF_8));
    }
}
