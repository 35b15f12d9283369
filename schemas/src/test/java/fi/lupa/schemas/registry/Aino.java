package fi.lupa.schemas.registry;

import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.event.PostalAddress;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Aino Virtanen and what she does on the website. */
final class Aino {

    static final Instant NOON = Instant.parse("2026-05-04T09:00:00Z");

    private Aino() {}

    static ConsentChanged grantsEmail() {
        return ConsentChanged.newBuilder()
                .setEventId(UUID.fromString("0f5f2f0e-4a3c-4c8a-9d2e-9d1a6a3f7c11"))
                .setSubjectId("s-aino")
                .setScope(Scope.EMAIL)
                .setWill(Will.GRANT)
                .setContactPointId("cp-aino-email")
                .setOccurredAt(NOON)
                .setRecordedAt(NOON.plusMillis(120))
                .setDoor(Door.FORM)
                .setRecordedBy("website")
                .setNoticeVersion("2023-07-01")
                .setWording("Minulle saa lähettää uutiskirjeen")
                .setCausedBy(UUID.fromString("7b1d6a52-2f0b-4c56-8a10-5f2f4a1d9e00"))
                .build();
    }

    static FormSubmitted registers() {
        return FormSubmitted.newBuilder()
                .setEventId(UUID.fromString("7b1d6a52-2f0b-4c56-8a10-5f2f4a1d9e00"))
                .setOccurredAt(NOON)
                .setReceivedAt(NOON.plusMillis(80))
                .setFormId("registration")
                .setFormType(FormType.REGISTRATION)
                .setSite("www.example.fi")
                .setSubjectKind(SubjectKind.PERSON)
                .setPersonal(FormPersonalData.newBuilder()
                        .setEmail("aino@example.fi")
                        .setName("Aino Virtanen")
                        .setAddress(PostalAddress.newBuilder()
                                .setStreet("Mannerheimintie 1")
                                .setCity("Helsinki")
                                .build())
                        .setBilling(Map.of())
                        .setFields(Map.of("size", "M"))
                        .build())
                .setStatements(List.of(FormStatement.newBuilder()
                        .setScope(Scope.EMAIL)
                        .setWill(Will.GRANT)
                        .build()))
                .setTags(List.of("new"))
                .setCollection(Collection.WEB_FORM)
                .build();
    }
}
