package fi.lupa.consent.topology;

import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.POLICY;
import static fi.lupa.consent.People.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import fi.lupa.consent.People;
import fi.lupa.consent.People.Visitor;
import fi.lupa.consent.query.ConsentsView;
import fi.lupa.event.Alias;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.Door;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.LinkGround;
import fi.lupa.event.Scope;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.Will;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is the same, who only might be, and what a person decides about it. */
class IdentityTest {

    private static final String FIRST = id(IDS.contactPoints().customerId("C-1"));
    private static final String SECOND = id(IDS.contactPoints().customerId("C-2"));

    private static final String EERO_EMAIL = id(IDS.contactPoints().email("eero@example.fi"));

    private ConsentDriver stream;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        stream = new ConsentDriver(stateDir);
    }

    @AfterEach
    void stop() {
        stream.close();
    }

    @Test
    void whatWasKnownOfAnAddressIsTheCustomersOnceAFormBringsBoth() {
        stream.sends(visitor(null, "aino@example.fi", "0401234567")
                .says(Scope.EMAIL, Will.GRANT)
                .form());

        stream.sends(visitor("C-1", "aino@example.fi", null).form());

        assertThat(stream.state(AINO_EMAIL).getSameAs()).isEqualTo(FIRST);
        assertThat(stream.state(AINO_PHONE).getSameAs()).isIn(AINO_EMAIL, FIRST);
        assertThat(stream.state(FIRST).getAlsoKnownAs())
                .extracting(Alias::getSubjectId)
                .containsExactlyInAnyOrder(AINO_EMAIL, AINO_PHONE);
        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
        assertThat(stream.state(FIRST).getPersonal().getContactPoints())
                .as("the phone that only the first form gave")
                .containsEntry(AINO_PHONE, "+358401234567");
    }

    @Test
    void whatIsSaidOfTheAddressAfterwardsCountsForTheCustomer() {
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .form());

        stream.says(letter(AINO_EMAIL, Will.PROHIBIT, null, 1));

        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.PROHIBITED);
    }

    @Test
    void twoCustomersWithOneAddressAreShownAndNotMerged() {
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .form());
        stream.sends(visitor("C-2", "aino@example.fi", null)
                .says(Scope.POST, Will.PROHIBIT)
                .form());

        ConsentState address = stream.state(AINO_EMAIL);
        assertThat(address.getSameAs()).isNull();
        assertThat(address.getClaimedBy()).containsExactlyInAnyOrder(FIRST, SECOND);
        assertThat(stream.state(FIRST).getPossibleDuplicates()).containsExactly(SECOND);
        assertThat(stream.state(SECOND).getPossibleDuplicates()).containsExactly(FIRST);
        assertThat(status(FIRST, Scope.POST)).isEqualTo(ConsentStatus.NEVER_ASKED);
        assertThat(status(SECOND, Scope.EMAIL)).isEqualTo(ConsentStatus.NEVER_ASKED);

        stream.links(decision(FIRST, SECOND, false, 2));
        assertThat(stream.state(FIRST).getPossibleDuplicates())
                .as("a person has decided that they are two")
                .isEmpty();
    }

    /** Aino subscribed with her address alone and said no with her number; the salesman typed her address for somebody else. */
    @Test
    void aConsentSaidUnderAnAddressOfSeveralCountsForNoneOfThem() {
        stream.sends(visitor(null, "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .form());
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
        stream.says(letter(FIRST, Will.PROHIBIT, null, 1));
        stream.sends(visitor("C-2", "aino@example.fi", null).at(after(2)).form());

        assertThat(status(SECOND, Scope.EMAIL)).isEqualTo(ConsentStatus.NEVER_ASKED);
        stream.says(letter(AINO_EMAIL, Will.GRANT, AINO_EMAIL, 3));
        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.PROHIBITED);
        assertThat(status(SECOND, Scope.EMAIL)).isEqualTo(ConsentStatus.NEVER_ASKED);
        stream.says(letter(SECOND, Will.GRANT, AINO_EMAIL, 4));
        assertThat(status(SECOND, Scope.EMAIL))
                .as("what they say themselves counts as ever")
                .isEqualTo(ConsentStatus.GRANTED);
        stream.says(letter(AINO_EMAIL, Will.WITHDRAW, null, 5));
        assertThat(status(SECOND, Scope.EMAIL)).as("and so does a no").isEqualTo(ConsentStatus.WITHDRAWN);

        stream.links(decision(AINO_EMAIL, SECOND, false, 6));
        stream.says(letter(AINO_EMAIL, Will.GRANT, AINO_EMAIL, 7));
        assertThat(status(FIRST, Scope.EMAIL))
                .as("the address is hers alone again")
                .isEqualTo(ConsentStatus.GRANTED);
    }

    /** A list may fill silence, and nothing broke it but what was said under the address. */
    @Test
    void aConsentOfSeveralThatHasEndedStillBreaksTheSilence() {
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.says(ConsentChanged.newBuilder(letter(FIRST, Will.GRANT, AINO_EMAIL, 1))
                .setDoor(Door.IMPORT)
                .build());
        stream.says(ConsentChanged.newBuilder(letter(AINO_EMAIL, Will.GRANT, AINO_EMAIL, 2))
                .setValidUntil(after(3))
                .build());
        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.EXPIRED);

        stream.sends(visitor("C-2", "aino@example.fi", null).form());

        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.EXPIRED);
    }

    @Test
    void norIsAProhibitionLiftedByOneOfSeveral() {
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.sends(visitor("C-2", "aino@example.fi", null).form());
        stream.says(ConsentChanged.newBuilder(letter(FIRST, Will.PROHIBIT, null, 1))
                .setScope(Scope.MARKETING_USE)
                .build());
        stream.says(ConsentChanged.newBuilder(letter(AINO_EMAIL, Will.LIFT, null, 2))
                .setScope(Scope.MARKETING_USE)
                .build());

        assertThat(status(FIRST, Scope.MARKETING_USE)).isEqualTo(ConsentStatus.PROHIBITED);
        assertThat(status(SECOND, Scope.MARKETING_USE)).isEqualTo(ConsentStatus.NEVER_ASKED);
    }

    /** Eero's number, typed beside another address. */
    @Test
    void norDoesOneSaidUnderANumberThatCameWithAnothersAddress() {
        stream.sends(visitor(null, "eero@example.fi", "0401234567").form());
        stream.sends(visitor(null, "aino@example.fi", "0401234567").at(NOON).form());
        stream.says(ConsentChanged.newBuilder(letter(AINO_PHONE, Will.GRANT, AINO_PHONE, 1))
                .setScope(Scope.MOBILE)
                .build());

        assertThat(status(EERO_EMAIL, Scope.MOBILE)).isEqualTo(ConsentStatus.GRANTED);
        assertThat(status(AINO_EMAIL, Scope.MOBILE)).isEqualTo(ConsentStatus.NEVER_ASKED);
    }

    @Test
    void whatCountedBeforeTheAddressWasSharedIsStillTold() {
        stream.sends(visitor(null, "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .form());
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        Instant second = after(9);
        stream.sends(visitor("C-2", "aino@example.fi", null).at(second).form());

        assertThat(stream.state(FIRST).getAlsoKnownAs())
                .extracting(Alias::getSharedSince)
                .containsExactly(second);
        assertThat(asOf(FIRST, second.minusMillis(1), null)).isEqualTo(ConsentStatus.GRANTED);
        assertThat(asOf(FIRST, second, null)).isEqualTo(ConsentStatus.NEVER_ASKED);
        assertThat(asOf(FIRST, second, second.minusMillis(1)))
                .as("nobody knew yet")
                .isEqualTo(ConsentStatus.GRANTED);
    }

    /** It was nobody's own from the moment the second gave it. */
    @Test
    void whoseASharedAddressIsAPersonDecidesFromThenOn() {
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.sends(visitor("C-2", "aino@example.fi", null).at(after(1)).form());
        stream.links(decision(AINO_EMAIL, SECOND, true, 2));

        assertThat(stream.state(FIRST).getAlsoKnownAs())
                .extracting(Alias::getSharedSince)
                .containsExactly(after(1));
    }

    private ConsentStatus asOf(String subjectId, Instant at, Instant known) {
        return ConsentsView.asOf(stream.state(subjectId), stream.historyOf(subjectId), POLICY, at, known)
                .scopes()
                .stream()
                .filter(scope -> scope.scope() == fi.lupa.permission.Scope.EMAIL)
                .map(ConsentsView.ScopeView::status)
                .findFirst()
                .orElseThrow();
    }

    /** As one is that salespeople type for every customer without an address. */
    @Test
    void anAddressThatManyShareCostsEachOfThemANoteAndNotEachWithEach() {
        for (int i = 0; i < 30; i++) {
            stream.sends(visitor("C-" + i, "none@example.fi", null).form());
        }
        stream.written(Topics.SUBJECT_NOTES);

        stream.sends(visitor("C-7", "none@example.fi", null).form());

        assertThat(stream.written(Topics.SUBJECT_NOTES)).hasSizeLessThan(100);
    }

    /** Anybody can type a customer's address, and another number beside it each time. */
    @Test
    void numbersTypedBesideACustomersAddressCostTheSameEach() {
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        for (int i = 0; i < 120; i++) {
            stream.written(Topics.SUBJECT_NOTES);
            stream.sends(visitor(null, "aino@example.fi", "0501234" + (100 + i)).form());
            assertThat(stream.written(Topics.SUBJECT_NOTES))
                    .as("notes of form %d", i)
                    .hasSizeLessThan(10);
        }
        ConsentChanged mistake = letter(AINO_EMAIL, Will.LIFT, AINO_EMAIL, 1);
        stream.says(mistake);
        stream.says(letter(id(IDS.contactPoints().phone("+358501234219")), Will.PROHIBIT, null, 2));
        assertThat(status(FIRST, Scope.EMAIL))
                .as("of one too many the noes count")
                .isEqualTo(ConsentStatus.PROHIBITED);
        stream.says(ConsentChanged.newBuilder(letter(AINO_EMAIL, Will.INVALIDATE, AINO_EMAIL, 3))
                .setAbout(mistake.getEventId())
                .build());

        assertThat(stream.state(FIRST).getAlsoKnownAs()).hasSize(101);
        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.PROHIBITED);
        stream.links(decision(SECOND, FIRST, true, 2));
        assertThat(stream.state(FIRST).getAlsoKnownAs())
                .as("whom a person finds to be the same is never one too many")
                .hasSize(102);
    }

    @Test
    void aNumberIsWhoseAddressItFirstCameWith() {
        stream.sends(visitor(null, "eero@example.fi", "0401234567").form());
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.sends(visitor(null, "aino@example.fi", "0401234567").at(NOON).form());

        assertThat(shared(FIRST)).containsExactly(tuple(AINO_EMAIL, false), tuple(AINO_PHONE, true));
        assertThat(shared(EERO_EMAIL)).containsExactly(tuple(AINO_PHONE, false));

        stream.links(decision(EERO_EMAIL, FIRST, true, 2));

        assertThat(shared(FIRST))
                .as("all three are one now")
                .containsExactlyInAnyOrder(
                        tuple(AINO_EMAIL, false), tuple(AINO_PHONE, false), tuple(EERO_EMAIL, false));
    }

    @Test
    void aSharedAddressIsWhoseAPersonDecidesItIs() {
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.sends(visitor("C-2", "aino@example.fi", null).form());
        assertThat(shared(FIRST)).containsExactly(tuple(AINO_EMAIL, true));

        stream.links(decision(AINO_EMAIL, SECOND, true, 2));

        assertThat(shared(FIRST)).containsExactly(tuple(AINO_EMAIL, true));
        assertThat(shared(SECOND)).containsExactly(tuple(AINO_EMAIL, false));
    }

    @Test
    void anAddressOfSeveralWhoWereMergedOneIntoAnotherIsTheLastOnesOwn() {
        String third = id(IDS.contactPoints().customerId("C-3"));
        for (String customer : List.of("C-1", "C-2", "C-3")) {
            stream.sends(visitor(customer, "aino@example.fi", null).form());
        }
        stream.links(decision(FIRST, SECOND, true, 2));
        stream.links(decision(SECOND, third, true, 3));

        assertThat(stream.state(AINO_EMAIL).getSameAs()).isEqualTo(third);
        assertThat(shared(third))
                .containsExactlyInAnyOrder(tuple(AINO_EMAIL, false), tuple(FIRST, false), tuple(SECOND, false));
    }

    /** C-2, by whom the two are one, never gave it. */
    @Test
    void soItIsWhereOneBetweenNeverGaveIt() {
        String third = id(IDS.contactPoints().customerId("C-3"));
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.sends(visitor("C-2", "eero@example.fi", null).form());
        stream.sends(visitor("C-3", "aino@example.fi", null).form());
        stream.links(decision(FIRST, SECOND, true, 2));
        stream.links(decision(SECOND, third, true, 3));

        assertThat(shared(third)).contains(tuple(AINO_EMAIL, false));
    }

    /** C-4 hears of the address by those between alone. */
    @Test
    void soItIsWhereNobodyGaveItThemselves() {
        String third = id(IDS.contactPoints().customerId("C-3"));
        String fourth = id(IDS.contactPoints().customerId("C-4"));
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.sends(visitor("C-2", "aino@example.fi", null).form());
        stream.links(decision(FIRST, third, true, 2));
        stream.links(decision(third, fourth, true, 3));
        stream.links(decision(SECOND, fourth, true, 4));

        assertThat(shared(fourth)).contains(tuple(AINO_EMAIL, false));
    }

    @Test
    void ofTwoWhoWereMergedIntoEachOtherTheAddressIsBoths() {
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.sends(visitor("C-2", "aino@example.fi", null).form());
        stream.links(decision(FIRST, SECOND, true, 2));
        stream.links(decision(SECOND, FIRST, true, 3));

        String both = FIRST.compareTo(SECOND) < 0 ? FIRST : SECOND;
        assertThat(stream.state(AINO_EMAIL).getSameAs()).isEqualTo(both);
        assertThat(shared(both)).contains(tuple(AINO_EMAIL, false));
    }

    private List<Tuple> shared(String subjectId) {
        return stream.state(subjectId).getAlsoKnownAs().stream()
                .map(alias -> tuple(alias.getSubjectId(), alias.getSharedSince() != null))
                .toList();
    }

    /** Whoever knows Aino's address may type their own number beside it. */
    @Test
    void aNumberTypedBesideAnAddressIsNotTheCustomersOwn() {
        stream.sends(visitor("C-1", "aino@example.fi", "0501111111").form());
        stream.sends(visitor(null, "aino@example.fi", "0401234567")
                .at(NOON.minusSeconds(60))
                .form());

        assertThat(stream.state(FIRST).getContactPoints())
                .filteredOn(point -> point.getKind() == ContactKind.PHONE)
                .as("their own comes first, though it is the older")
                .extracting(KnownContactPoint::getId, KnownContactPoint::getUnverified)
                .containsExactly(tuple(id(IDS.contactPoints().phone("+358501111111")), false), tuple(AINO_PHONE, true));
        assertThat(stream.state(FIRST).getContactPoints())
                .filteredOn(point -> point.getKind() == ContactKind.EMAIL)
                .extracting(KnownContactPoint::getUnverified)
                .containsExactly(false);
    }

    @Test
    void aMergeJoinsTheHistoriesAndCanBeUndone() {
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .form());
        stream.sends(visitor("C-2", "aino@example.fi", null).form());
        stream.says(letter(SECOND, Will.WITHDRAW, null, 1));
        ConsentState apart = stream.state(SECOND);

        stream.links(decision(FIRST, SECOND, true, 2));

        assertThat(stream.state(FIRST).getSameAs()).isEqualTo(SECOND);
        assertThat(stream.state(AINO_EMAIL).getSameAs())
                .as("the shared address stands for both now")
                .isEqualTo(SECOND);
        assertThat(status(SECOND, Scope.EMAIL))
                .as("a withdrawn consent does not come back")
                .isEqualTo(ConsentStatus.WITHDRAWN);
        assertThat(stream.state(SECOND).getPossibleDuplicates()).isEmpty();

        stream.links(decision(FIRST, SECOND, false, 3));

        assertThat(stream.state(FIRST).getSameAs()).isNull();
        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
        assertThat(stream.state(SECOND).getStatements()).isEqualTo(apart.getStatements());
        assertThat(stream.state(SECOND).getPossibleDuplicates()).containsExactly(FIRST);
    }

    @Test
    void aStopSaidForAnAddressIsPublishedForIt() {
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .form());

        ConsentChanged stop = letter(FIRST, Will.WITHDRAW, AINO_EMAIL, 1);
        stream.says(stop);

        assertThat(stream.values(Topics.CONSENT_STOPS)).last().satisfies(published -> {
            assertThat(published.getContactPointId()).isEqualTo(AINO_EMAIL);
            assertThat(published.getStops())
                    .extracting(StatementInForce::getEventId)
                    .containsExactly(stop.getEventId());
        });
    }

    @Test
    void aStopRecordedByMistakeStopsNothingAndHidesNoOther() {
        ConsentChanged complaint = letter(FIRST, Will.PROHIBIT, AINO_EMAIL, 1);
        ConsentChanged mistake = letter(SECOND, Will.PROHIBIT, AINO_EMAIL, 2);
        stream.says(complaint);
        stream.says(mistake);

        stream.says(ConsentChanged.newBuilder(letter(SECOND, Will.INVALIDATE, AINO_EMAIL, 3))
                .setAbout(mistake.getEventId())
                .build());

        List<ContactPointStop> published = stream.values(Topics.CONSENT_STOPS);
        assertThat(published.get(published.size() - 1).getStops())
                .filteredOn(stop -> stop.getWill() == Will.PROHIBIT)
                .extracting(StatementInForce::getEventId)
                .containsExactly(complaint.getEventId());
        assertThat(status(SECOND, Scope.EMAIL)).isNotEqualTo(ConsentStatus.PROHIBITED);
    }

    @Test
    void aStatementRecordedByMistakeCountsAsIfItHadNotBeenSaid() {
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .form());
        ConsentChanged mistake = letter(FIRST, Will.PROHIBIT, null, 1);
        stream.says(mistake);
        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.PROHIBITED);

        stream.says(ConsentChanged.newBuilder(letter(FIRST, Will.INVALIDATE, null, 2))
                .setAbout(mistake.getEventId())
                .build());

        assertThat(status(FIRST, Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
    }

    /** Somebody who filled the form in before anything else was said. */
    private static Visitor visitor(String customerId, String email, String phone) {
        return People.visitor(customerId, email, phone).at(NOON.minusSeconds(120));
    }

    private ConsentStatus status(String subjectId, Scope scope) {
        return POLICY.standing(
                        Subjects.of(stream.state(subjectId)), fi.lupa.permission.Scope.valueOf(scope.name()), NOON)
                .status();
    }

    /** @param order how many milliseconds after the forms, which lie two minutes back */
    private static Instant after(int order) {
        return NOON.minusSeconds(1).plusMillis(order);
    }

    private static ConsentChanged letter(String subjectId, Will will, String contactPointId, int order) {
        return ConsentChanged.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subjectId)
                .setScope(Scope.EMAIL)
                .setWill(will)
                .setContactPointId(contactPointId)
                .setOccurredAt(after(order))
                .setRecordedAt(after(order))
                .setDoor(Door.LETTER)
                .setAbout(will == Will.INVALIDATE ? UUID.randomUUID() : null)
                .build();
    }

    private static SubjectLinked decision(String subjectId, String other, boolean linked, int order) {
        return SubjectLinked.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subjectId)
                .setSameAs(other)
                .setLinked(linked)
                .setGround(LinkGround.OPERATOR)
                .setOccurredAt(after(order))
                .setRecordedAt(after(order))
                .setRecordedBy("customer-service")
                .build();
    }
}
