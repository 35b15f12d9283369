package fi.lupa.consent;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.toList;

import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Door;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.event.LinkGround;
import fi.lupa.event.PostalAddress;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.Will;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    /** Every id that the people of these histories may be known under. */
    public static final List<String> EVERYBODY = Stream.of("C-1", "C-2", "C-3")
            .map(number -> People.id(IDS.contactPoints().customerId(number)))
            .collect(collectingAndThen(toList(), customers -> {
                customers.addAll(List.of(
                        People.AINO_EMAIL,
                        People.id(IDS.contactPoints().email("aino@example.com")),
                        People.AINO_PHONE,
                        People.id(IDS.contactPoints().phone("050 1234567"))));
                return List.copyOf(customers);
            }));

    /** Histories in which nothing was recorded by mistake. */
    public static Arbitrary<List<SpecificRecord>> ofOneSubject() {
        return Arbitraries.<SpecificRecord>oneOf(
                        forms(Arbitraries.just("C-1")),
                        statements(Arbitraries.just(SUBJECT), Arbitraries.of("a", "b"))
                                .filter(said -> said.getWill() != Will.INVALIDATE))
                .list()
                .ofMinSize(1)
                .ofMaxSize(10)
                .map(Histories::numbered);
    }

    /** Histories of people who are known under several ids, share some, and are merged, not always rightly. */
    public static Arbitrary<List<SpecificRecord>> ofManyNames() {
        Arbitrary<String> anybody = Arbitraries.of(EVERYBODY);
        return Arbitraries.<SpecificRecord>oneOf(
                        forms(Arbitraries.of("C-1", "C-2").injectNull(0.4)), statements(anybody, anybody), decisions())
                .list()
                .ofMinSize(1)
                .ofMaxSize(12)
                .map(Histories::numbered);
    }

    private static List<SpecificRecord> numbered(List<SpecificRecord> history) {
        return IntStream.range(0, history.size())
                .mapToObj(i -> numbered(history.get(i), new UUID(0, i)))
                .toList();
    }

    private static SpecificRecord numbered(SpecificRecord event, UUID id) {
        if (event instanceof FormSubmitted form) {
            return FormSubmitted.newBuilder(form).setEventId(id).build();
        }
        return event instanceof ConsentChanged changed
                ? ConsentChanged.newBuilder(changed).setEventId(id).build()
                : SubjectLinked.newBuilder((SubjectLinked) event).setEventId(id).build();
    }

    /** The state as far as it must not depend on order. */
    public static ConsentState withoutRevision(ConsentState state) {
        // Avro's own lists compare no moment that may be null.
        return ConsentState.newBuilder(state)
                .setRevision(0)
                .setAlsoKnownAs(List.copyOf(state.getAlsoKnownAs()))
                .build();
    }

    private static Arbitrary<SubjectLinked> decisions() {
        Arbitrary<String> anybody = Arbitraries.of(EVERYBODY);
        return Combinators.combine(anybody, anybody, moments(), Arbitraries.of(true, true, false))
                .as((one, other, at, linked) -> SubjectLinked.newBuilder()
                        .setEventId(UNNUMBERED)
                        .setSubjectId(one)
                        .setSameAs(other)
                        .setLinked(linked)
                        .setGround(LinkGround.OPERATOR)
                        .setOccurredAt(at)
                        .setRecordedAt(at)
                        .setRecordedBy("customer-service")
                        .build())
                .filter(linked -> !linked.getSubjectId().equals(linked.getSameAs()));
    }

    private static Arbitrary<ConsentChanged> statements(Arbitrary<String> subjects, Arbitrary<String> points) {
        Arbitrary<UUID> mistakes = Arbitraries.longs().between(0, 11).map(n -> new UUID(0, n));
        return Combinators.combine(
                        scopes(),
                        Arbitraries.of(Will.class),
                        points.injectNull(0.4),
                        moments(),
                        moments(),
                        Arbitraries.of(Door.LETTER, Door.PREFERENCE_PAGE, Door.IMPORT),
                        mistakes,
                        subjects)
                .as((scope, will, point, occurredAt, recordedAt, door, mistake, subject) -> ConsentChanged.newBuilder()
                        .setEventId(UNNUMBERED)
                        .setSubjectId(subject)
                        .setScope(scope)
                        .setWill(will)
                        .setContactPointId(point)
                        .setOccurredAt(occurredAt)
                        .setRecordedAt(recordedAt)
                        .setDoor(door)
                        .setAwaitsConfirmation(will == Will.GRANT && mistake.getLeastSignificantBits() > 7)
                        .setAbout(will == Will.INVALIDATE ? mistake : null)
                        .build());
    }

    private static Arbitrary<FormSubmitted> forms(Arbitrary<String> customers) {
        return Combinators.combine(
                        moments(),
                        people(customers),
                        Arbitraries.of(SubjectKind.class),
                        said().list().ofMaxSize(3),
                        Arbitraries.of("fi", "sv").injectNull(0.3),
                        Arbitraries.of("spring", "golf", "sauna").list().ofMaxSize(2),
                        Arbitraries.of("registration", "newsletter"))
                .as((at, personal, kind, said, language, tags, formId) -> FormSubmitted.newBuilder()
                        .setEventId(UNNUMBERED)
                        .setOccurredAt(at)
                        .setReceivedAt(at)
                        .setFormId(formId)
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

    private static Arbitrary<FormPersonalData> people(Arbitrary<String> customers) {
        return Combinators.combine(
                        customers,
                        Arbitraries.of("aino@example.fi", "Aino@Example.FI", "aino@example.com")
                                .injectNull(0.3),
                        Arbitraries.of("+358401234567", "040 123 4567", "050 1234567")
                                .injectNull(0.3),
                        Arbitraries.of("Aino Virtanen", "Aino Korhonen").injectNull(0.3),
                        Arbitraries.of("Kauppa Oy").injectNull(0.7),
                        Arbitraries.of("Mannerheimintie 1", "Rantatie 2").injectNull(0.5))
                .as((customer, email, phone, name, organisation, street) -> FormPersonalData.newBuilder()
                        .setCustomerId(customer)
                        .setEmail(email)
                        .setPhone(phone)
                        .setName(name)
                        .setOrganisation(organisation)
                        .setAddress(PostalAddress.newBuilder()
                                .setStreet(street)
                                .setPostalCode("00100")
                                .setCity("Helsinki")
                                .build())
                        .build())
                .filter(person ->
                        person.getCustomerId() != null || person.getEmail() != null || person.getPhone() != null);
    }

    private static Arbitrary<FormStatement> said() {
        Arbitrary<Will> wills = Arbitraries.of(Will.class).filter(will -> will != Will.INVALIDATE);
        return Combinators.combine(scopes(), wills, Arbitraries.of(true, false))
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
