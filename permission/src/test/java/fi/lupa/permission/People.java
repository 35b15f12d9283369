package fi.lupa.permission;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The people of the tests: {@code aino().grants(Scope.EMAIL, "email", noon)}. */
final class People {

    static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    private People() {}

    /** A natural person with an email address, a phone number and a postal address. */
    static Voice aino() {
        return new Voice(SubjectKind.PERSON, ContactKind.values());
    }

    /** A company with an address of its own. */
    static Voice kauppaOy() {
        return new Voice(SubjectKind.ORGANISATION, ContactKind.values());
    }

    static Campaign campaign(Purpose purpose, Channel... channels) {
        return new Campaign(
                "spring",
                purpose,
                channels.length == 0 ? java.util.Set.of(Channel.values()) : java.util.Set.of(channels),
                "FI",
                TransferBasis.NONE,
                NOON.minusSeconds(86_400),
                null);
    }

    static Statement statement(Scope scope, Will will, String contactPoint, Instant at) {
        return new Statement(
                UUID.randomUUID(), scope, will, contactPoint, at, at, Door.FORM, false, "2023-07-01", null, null);
    }

    /** Somebody who says things. */
    static final class Voice {
        private final SubjectKind kind;
        private final List<ContactPoint> points = new ArrayList<>();
        private Consents consents = Consents.none();

        Voice(SubjectKind kind, ContactKind... reachable) {
            this.kind = kind;
            for (ContactKind reached : reachable) {
                points.add(new ContactPoint(reached, id(reached), NOON, NOON, false));
            }
        }

        static String id(ContactKind kind) {
            return switch (kind) {
                case EMAIL -> "email";
                case PHONE -> "phone";
                case POSTAL -> "postal";
            };
        }

        Voice says(Scope scope, Will will, String contactPoint, Instant at) {
            consents = consents.with(statement(scope, will, contactPoint, at));
            return this;
        }

        Voice saysOfTopic(String topic, Will will, Instant at) {
            consents = consents.with(new Statement(
                    UUID.randomUUID(),
                    Scope.MARKETING_USE,
                    topic,
                    will,
                    null,
                    at,
                    at,
                    Door.FORM,
                    false,
                    "2023-07-01",
                    null,
                    null));
            return this;
        }

        Subject subject() {
            return new Subject("subject", kind, consents, points, false, 7);
        }
    }
}
