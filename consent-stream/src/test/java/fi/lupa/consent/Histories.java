package fi.lupa.consent;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;

import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
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
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.apache.avro.specific.SpecificRecord;

/**
 * Random histories of one subject, forms and statements mixed: few instants, addresses and names, so that events meet, also
 * at the same instant. Every event has an id of its own.
 */
public final class Histories {

    /** The subject that all of the forms name, whatever else they say. */
    public static final String SUBJECT = People.id(IDS.contactPoints().customerId("C-1"));

    private static final UUID UNNUMBERED = new UUID(0, 0);

    private Histories() {}

    public static Arbitrary<List<SpecificRecord>> ofOneSubject() {
        return Arbitraries.<SpecificRecord>oneOf(forms(), statements())
                .list()
                .ofMinSize(1)
                .ofMaxSize(10)
                .map(Histories::numbered);
    }

    private static List<SpecificRecord> numbered(List<SpecificRecord> history) {
        return IntStream.range(0, history.size())
                .mapToObj(i -> numbered(history.get(i), new UUID(0, i)))
                .toList();
    }

    private static SpecificRecord numbered(SpecificRecord event, UUID id) {
        return event instanceof FormSubmitted form
                ? FormSubmitted.newBuilder(form).setEventId(id).build()
                : ConsentChanged.newBuilder((ConsentChanged) event)
                        .setEventId(id)
                        .build();
    }

    /** The state as far as it must not depend on order. */
    public static ConsentState withoutRevision(ConsentState state) {
        return ConsentState.newBuilder(state).setRevision(0).build();
    }

    private static Arbitrary<ConsentChanged> statements() {
        return Combinators.combine(
                        scopes(),
                        Arbitraries.of(Will.class),
                        Arbitraries.of("a", "b").injectNull(0.4),
                        moments(),
                        moments(),
                        Arbitraries.of(Door.LETTER, Door.PREFERENCE_PAGE),
                        Arbitraries.of(true, false))
                .as((scope, will, point, occurredAt, recordedAt, door, awaits) -> ConsentChanged.newBuilder()
                        .setEventId(UNNUMBERED)
                        .setSubjectId(SUBJECT)
                        .setScope(scope)
                        .setWill(will)
                        .setContactPointId(point)
                        .setOccurredAt(occurredAt)
                        .setRecordedAt(recordedAt)
                        .setDoor(door)
                        .setAwaitsConfirmation(awaits && will == Will.GRANT)
                        .build());
    }

    private static Arbitrary<FormSubmitted> forms() {
        return Combinators.combine(
                        moments(),
                        people(),
                        Arbitraries.of(SubjectKind.class),
                        said().list().ofMaxSize(3),
                        Arbitraries.of("fi", "sv").injectNull(0.3),
                        Arbitraries.of("spring", "golf", "sauna").list().ofMaxSize(2))
                .as((at, personal, kind, said, language, tags) -> FormSubmitted.newBuilder()
                        .setEventId(UNNUMBERED)
                        .setOccurredAt(at)
                        .setReceivedAt(at)
                        .setFormId("registration")
                        .setFormType(FormType.REGISTRATION)
                        .setSite("www.example.fi")
                        .setSubjectKind(kind)
                        .setPersonal(personal)
                        .setStatements(said)
                        .setLanguage(language)
                        .setTags(tags)
                        .setCollection(Collection.WEB_FORM)
                        .build());
    }

    private static Arbitrary<FormPersonalData> people() {
        return Combinators.combine(
                        Arbitraries.of("aino@example.fi", "Aino@Example.FI", "aino@example.com")
                                .injectNull(0.3),
                        Arbitraries.of("+358401234567", "040 123 4567", "050 1234567")
                                .injectNull(0.3),
                        Arbitraries.of("Aino Virtanen", "Aino Korhonen").injectNull(0.3),
                        Arbitraries.of("Kauppa Oy").injectNull(0.7),
                        Arbitraries.of("Mannerheimintie 1", "Rantatie 2").injectNull(0.5))
                .as((email, phone, name, organisation, street) -> FormPersonalData.newBuilder()
                        .setCustomerId("C-1")
                        .setEmail(email)
                        .setPhone(phone)
                        .setName(name)
                        .setOrganisation(organisation)
                        .setAddress(PostalAddress.newBuilder()
                                .setStreet(street)
                                .setPostalCode("00100")
                                .setCity("Helsinki")
                                .build())
                        .build());
    }

    private static Arbitrary<FormStatement> said() {
        return Combinators.combine(scopes(), Arbitraries.of(Will.class), Arbitraries.of(true, false))
                .as((scope, will, awaits) -> FormStatement.newBuilder()
                        .setScope(scope)
                        .setWill(will)
                        .setAwaitsConfirmation(awaits)
                        .build());
    }

    private static Arbitrary<Scope> scopes() {
        return Arbitraries.of(Scope.EMAIL, Scope.MOBILE, Scope.PHONE, Scope.MARKETING_USE);
    }

    private static Arbitrary<Instant> moments() {
        return Arbitraries.integers().between(0, 4).map(NOON::minusSeconds);
    }
}
