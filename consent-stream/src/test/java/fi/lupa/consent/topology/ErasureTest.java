package fi.lupa.consent.topology;

import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.id;
import static fi.lupa.consent.People.visitor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.event.Alias;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.Door;
import fi.lupa.event.ErasedAlias;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Purpose;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.Scope;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectKey;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is erased is erased under every name, for good, and whatever happens twice or late. */
class ErasureTest {

    private static final String FIRST = id(IDS.contactPoints().customerId("C-1"));
    private static final String SECOND = id(IDS.contactPoints().customerId("C-2"));
    private static final Instant ERASED = NOON.plusSeconds(60);

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
    void nothingIsLeftUnderAnyNameButTheStops() {
        ainoRegisters();

        stream.exercises(erasure(FIRST));

        List<TestRecord<String, ConsentState>> states = stream.written(Topics.CONSENT_STATE);
        for (String name : List.of(FIRST, AINO_EMAIL, AINO_PHONE)) {
            assertThat(stream.state(name).getRevision()).as(name).isZero();
            assertThat(stream.state(name).getPersonal()).as(name).isNull();
            assertThat(last(states, name)).as(name).isNull();
        }
        assertThat(last(stream.written(Topics.SUBJECT_KEYS), FIRST)).isNull();
        assertThat(stream.keys().get(FIRST).getWrappedKey().hasRemaining()).isFalse();
        assertThat(said(FIRST)).isEmpty();
        assertThat(stream.stops(AINO_EMAIL)).satisfiesExactly(stop -> left(stop, Scope.EMAIL));
        assertThat(stream.stops(AINO_PHONE))
                .satisfiesExactly(stop -> left(stop, Scope.MOBILE), stop -> left(stop, Scope.PHONE));
        assertThat(stream.deadLetters()).isEmpty();
    }

    @Test
    void whatWasSentIsForgottenAndWhatIsToldOfItLateIsNotKept() {
        ainoRegisters();
        stream.contacts(sent("m-1"));
        assertThat(contacts(FIRST)).extracting(ContactMade::getMessageId).containsExactly("m-1");

        stream.exercises(erasure(FIRST));
        stream.contacts(sent("m-2"));

        assertThat(contacts(FIRST)).isEmpty();
        assertThat(stream.deadLetters()).isEmpty();
    }

    @Test
    void theHistoryThatWasWrittenOpensForNobody() {
        ainoRegisters();
        FormSubmitted before = stream.values(Topics.FORMS_SUBMITTED).get(0);
        assertThat(stream.opened(before).getPersonal().getName()).isNull();
        assertThat(stream.opened(before).getPersonal().getEmail()).isEqualTo("aino@example.fi");

        stream.exercises(erasure(FIRST));
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .at(ERASED.plusSeconds(1))
                .form());

        assertThatThrownBy(() -> stream.opened(before)).isInstanceOf(AssertionError.class);
    }

    @Test
    void orderedTwiceItIsTheSame() {
        ainoRegisters();
        RightExercised ordered = erasure(FIRST);
        stream.exercises(ordered);
        List<Object> once = outcome();
        List<StatementInForce> stops = stream.stops(AINO_EMAIL);

        stream.exercises(ordered);

        assertThat(once).isNotEmpty();
        assertThat(outcome())
                .as("all of it is told again: a crash may have come before it was told")
                .isEqualTo(once);
        assertThat(stream.stops(AINO_EMAIL)).isEqualTo(stops);
    }

    @Test
    void whatWasRecordedBeforeAndComesAfterCountsNoMore() {
        ainoRegisters();
        stream.exercises(erasure(FIRST));

        stream.sends(visitor("C-1", "aino@example.fi", null)
                .under(UUID.randomUUID())
                .says(Scope.EMAIL, Will.GRANT)
                .form());
        stream.says(letter(FIRST, Will.GRANT, null, 1));

        assertThat(stream.state(FIRST).getRevision()).isZero();
        assertThat(said(FIRST)).isEmpty();
        assertThat(stream.keys().get(FIRST).getWrappedKey().hasRemaining()).isFalse();
    }

    @Test
    void aLateStopStillBindsTheAddress() {
        ainoRegisters();
        stream.exercises(erasure(FIRST));

        stream.says(ConsentChanged.newBuilder(letter(FIRST, Will.PROHIBIT, AINO_EMAIL, 1))
                .setScope(Scope.MARKET_RESEARCH)
                .build());

        assertThat(stream.stops(AINO_EMAIL))
                .extracting(StatementInForce::getScope)
                .containsExactlyInAnyOrder(Scope.EMAIL, Scope.MARKET_RESEARCH);
    }

    @Test
    void aStopSaidAfterwardsBindsTheAddressAndNothingIsKeptOfThePerson() {
        ainoRegisters();
        stream.exercises(erasure(FIRST));

        stream.says(ConsentChanged.newBuilder(letter(FIRST, Will.WITHDRAW, AINO_EMAIL, 120))
                .setDoor(Door.UNSUBSCRIBE_LINK)
                .build());

        assertThat(stream.state(FIRST).getRevision()).isZero();
        assertThat(said(FIRST)).isEmpty();
        assertThat(stream.stops(AINO_EMAIL))
                .extracting(StatementInForce::getWill)
                .contains(Will.WITHDRAW);
    }

    @ParameterizedTest
    @EnumSource(
            value = Will.class,
            names = {"WITHDRAW", "PROHIBIT"})
    void aCorrectionOfAnothersStopLeavesWhatTheErasureLeft(Will will) {
        ainoRegisters();
        stream.exercises(erasure(FIRST));
        ConsentChanged stop = ConsentChanged.newBuilder(letter(SECOND, will, AINO_EMAIL, 120))
                .setDoor(Door.UNSUBSCRIBE_LINK)
                .build();
        stream.says(stop);

        stream.says(ConsentChanged.newBuilder(letter(SECOND, Will.INVALIDATE, AINO_EMAIL, 121))
                .setAbout(stop.getEventId())
                .build());

        assertThat(stream.stops(AINO_EMAIL))
                .filteredOn(left -> left.getWill() != Will.INVALIDATE)
                .satisfiesExactly(left -> left(left, Scope.EMAIL));
    }

    @Test
    void whatWasSaidAfterTheOrderStands() {
        ainoRegisters();
        stream.says(ConsentChanged.newBuilder(letter(FIRST, Will.PROHIBIT, null, 2))
                .setRecordedAt(ERASED.plusSeconds(1))
                .build());

        stream.exercises(erasure(FIRST));

        assertThat(stream.state(FIRST).getStatements())
                .extracting(StatementInForce::getWill)
                .containsExactly(Will.PROHIBIT);
        assertThat(stream.state(FIRST).getContactPoints()).isEmpty();
    }

    @Test
    void whoComesBackBeginsAnewAndStays() {
        ainoRegisters();
        stream.exercises(erasure(FIRST));

        stream.sends(visitor("C-1", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .at(ERASED.plusSeconds(1))
                .form());
        stream.passes(Duration.ofHours(2));

        ConsentState back = stream.state(FIRST);
        assertThat(back.getPersonal().getContactPoints()).containsOnlyKeys(AINO_EMAIL);
        assertThat(back.getAlsoKnownAs()).extracting(Alias::getSubjectId).containsExactly(AINO_EMAIL);
        assertThat(back.getStatements()).extracting(StatementInForce::getWill).containsExactly(Will.GRANT);
        SubjectKey key = stream.keys().get(FIRST);
        assertThat(key.getWrappedKey().hasRemaining()).isTrue();
        assertThat(key.getErasedAt()).isEqualTo(ERASED);
    }

    @Test
    void tombstonesAreRepeatedSoThatTheLogIsCompactedBehindThem() {
        ainoRegisters();
        stream.exercises(erasure(FIRST));
        stream.written(Topics.SUBJECT_KEYS);
        stream.written(Topics.CONSENT_STATE);

        stream.passes(Duration.ofHours(1));

        assertThat(stream.written(Topics.SUBJECT_KEYS))
                .extracting(TestRecord::key)
                .contains(FIRST);
        assertThat(stream.written(Topics.SUBJECT_KEYS)).allMatch(record -> record.value() == null);
        assertThat(stream.written(Topics.CONSENT_STATE))
                .extracting(TestRecord::key)
                .contains(FIRST, AINO_EMAIL);
        stream.passes(Erasures.REPEATED_FOR.plusHours(2));
        stream.written(Topics.CONSENT_STATE);
        stream.passes(Duration.ofHours(1));
        assertThat(stream.written(Topics.CONSENT_STATE)).isEmpty();
    }

    @Test
    void anAddressSharedWithAnotherCustomerIsLeftToThem() {
        stream.sends(visitor("C-1", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .form());
        stream.sends(visitor("C-2", "aino@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .form());

        stream.exercises(erasure(FIRST));

        assertThat(last(stream.written(Topics.CONSENT_STATE), FIRST)).isNull();
        assertThat(stream.state(AINO_EMAIL).getSameAs()).isEqualTo(SECOND);
        assertThat(stream.state(AINO_EMAIL).getClaimedBy()).isEmpty();
        assertThat(stream.stops(AINO_EMAIL)).isEmpty();
        ConsentState second = stream.state(SECOND);
        assertThat(second.getPossibleDuplicates()).isEmpty();
        assertThat(second.getPersonal().getContactPoints()).containsEntry(AINO_EMAIL, "aino@example.fi");
    }

    @Test
    void aNumberThatFirstCameWithAnothersAddressIsLeftToThem() {
        stream.sends(visitor(null, "eero@example.fi", "0401234567")
                .at(NOON.minusSeconds(60))
                .form());
        stream.sends(visitor("C-1", "aino@example.fi", null).form());
        stream.sends(visitor(null, "aino@example.fi", "0401234567").form());
        stream.says(letter(AINO_PHONE, Will.PROHIBIT, null, 1));

        stream.exercises(erasure(FIRST));

        assertThat(stream.state(AINO_EMAIL).getRevision()).isZero();
        assertThat(stream.state(AINO_PHONE).getSameAs())
                .isEqualTo(id(IDS.contactPoints().email("eero@example.fi")));
        assertThat(stream.state(AINO_PHONE).getStatements())
                .extracting(StatementInForce::getWill)
                .containsExactly(Will.PROHIBIT);
        assertThat(stream.files().get(AINO_PHONE).getLinks())
                .filteredOn(link -> link.getSameAs().equals(AINO_EMAIL))
                .allSatisfy(link -> assertThat(link.getErasedAt()).isEqualTo(ERASED));
    }

    /** Her number was given with another customer's address, too, who was told what was said under it. */
    @Test
    void whatWasToldFurtherOfTheErasedIsTakenBackThere() {
        stream.sends(visitor("C-1", "aino@example.fi", "0401234567")
                .at(NOON.minusSeconds(60))
                .form());
        stream.sends(visitor("C-2", "eero@example.fi", null).form());
        stream.sends(visitor(null, "eero@example.fi", "0401234567").form());
        assertThat(stream.state(SECOND).getAlsoKnownAs())
                .extracting(Alias::getSubjectId)
                .contains(AINO_PHONE);

        stream.exercises(erasure(FIRST));

        assertThat(stream.state(SECOND).getAlsoKnownAs())
                .extracting(Alias::getSubjectId)
                .containsExactly(id(IDS.contactPoints().email("eero@example.fi")));
        assertThat(stream.files().get(SECOND).getJoined())
                .filteredOn(joined -> joined.getSubjectId().equals(AINO_PHONE))
                .allSatisfy(joined -> assertThat(joined.getState()).isNull());
    }

    @Test
    void underALegalHoldNobodyIsErased() {
        ainoRegisters();
        stream.exercises(right(FIRST, RightKind.HELD, NOON.plusSeconds(1)));

        stream.exercises(erasure(FIRST));

        assertThat(stream.state(FIRST).getPersonal()).isNotNull();
        assertThat(Rights.of(stream.rights(), FIRST))
                .extracting(RightExercised::getKind)
                .containsExactly(RightKind.HELD, RightKind.ERASURE_REFUSED);

        stream.exercises(right(FIRST, RightKind.RELEASED, ERASED.plusSeconds(1)));
        stream.exercises(right(FIRST, RightKind.ERASED, ERASED.plusSeconds(2)));

        assertThat(stream.state(FIRST).getRevision()).isZero();
    }

    @Test
    void aHoldSetAfterwardsDoesNotUndoWhatACrashDoesAgain() {
        ainoRegisters();
        RightExercised ordered = erasure(FIRST);
        stream.exercises(ordered);
        stream.exercises(right(FIRST, RightKind.HELD, ERASED.plusSeconds(1)));

        stream.exercises(ordered);

        assertThat(Rights.of(stream.rights(), FIRST))
                .extracting(RightExercised::getKind)
                .containsExactly(RightKind.ERASED, RightKind.HELD);
    }

    @Test
    void underTheIdOfAHoldNothingElseTakesItsPlace() {
        ainoRegisters();
        RightExercised held = hold();
        stream.exercises(held);
        RightExercised given = RightExercised.newBuilder(held)
                .setKind(RightKind.ACCESS_GIVEN)
                .setRecordedAt(NOON.plusSeconds(1))
                .build();
        stream.exercises(given);
        stream.exercises(given);

        stream.exercises(erasure(FIRST));

        assertThat(stream.state(FIRST).getRevision()).isNotZero();
        assertThat(Rights.of(stream.rights(), FIRST))
                .extracting(RightExercised::getKind)
                .containsExactly(RightKind.HELD, RightKind.ACCESS_GIVEN, RightKind.ERASURE_REFUSED);
    }

    /** Two officers, or one who presses twice. */
    @Test
    void theProofOfASecondOrderNamesWhomTheFirstErased() {
        ainoRegisters();
        stream.exercises(erasure(FIRST));
        stream.exercises(RightExercised.newBuilder(erasure(FIRST))
                .setEventId(UUID.randomUUID())
                .setRecordedAt(ERASED.plusSeconds(1))
                .build());

        assertThat(stream.files().get(FIRST).getErasure().getAlso())
                .extracting(ErasedAlias::getSubjectId)
                .containsExactlyInAnyOrder(AINO_EMAIL, AINO_PHONE);
    }

    @Test
    void aSecondOrderErasesNobodyWhoCameBackByAnAddressOfTheFirst() {
        ainoRegisters();
        stream.exercises(erasure(FIRST));
        stream.sends(
                visitor(null, "aino@example.fi", null).at(ERASED.plusSeconds(1)).form());

        RightExercised second = RightExercised.newBuilder(erasure(FIRST))
                .setEventId(UUID.randomUUID())
                .setRecordedAt(ERASED.plusSeconds(2))
                .build();
        stream.exercises(second);
        stream.exercises(second);

        assertThat(stream.state(AINO_EMAIL).getRevision()).isNotZero();
    }

    private static RightExercised hold() {
        return RightExercised.newBuilder(erasure(FIRST))
                .setKind(RightKind.HELD)
                .setEventId(UUID.randomUUID())
                .setRecordedAt(NOON)
                .build();
    }

    private void ainoRegisters() {
        stream.sends(visitor("C-1", "aino@example.fi", "0401234567")
                .says(Scope.EMAIL, Will.GRANT)
                .form());
    }

    private static ContactMade sent(String messageId) {
        return ContactMade.newBuilder()
                .setMessageId(messageId)
                .setCampaignId("spring")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannel(Channel.EMAIL)
                .setSubjectId(FIRST)
                .setContactPointId(AINO_EMAIL)
                .setClearedAt(NOON)
                .build();
    }

    @SuppressWarnings("unchecked")
    private List<ContactMade> contacts(String subjectId) {
        return Contacts.of((KeyValueStore<String, ContactMade>) stream.store(ConsentTopology.CONTACTS), subjectId);
    }

    private List<ConsentChanged> said(String subjectId) {
        return History.saidBy(stream.history(), subjectId);
    }

    /** What an erasure writes, without the moments of its repetition. */
    private List<Object> outcome() {
        List<Object> outcome = new ArrayList<>();
        for (Topic<?> topic :
                List.of(Topics.CONSENT_STATE, Topics.CONSENT_STOPS, Topics.SUBJECT_KEYS, Topics.SUBJECT_RIGHTS)) {
            stream.written(topic).stream()
                    .filter(record -> topic != Topics.CONSENT_STATE || record.value() == null)
                    .filter(record -> topic != Topics.SUBJECT_KEYS || record.value() == null)
                    .map(record -> topic.name() + " " + record.key() + " " + record.value())
                    .distinct()
                    .sorted()
                    .forEach(outcome::add);
        }
        return outcome;
    }

    private static <V> V last(List<TestRecord<String, V>> records, String key) {
        List<TestRecord<String, V>> of =
                records.stream().filter(record -> record.key().equals(key)).toList();
        assertThat(of).as("records of %s", key).isNotEmpty();
        return of.get(of.size() - 1).value();
    }

    private static ConsentChanged letter(String subjectId, Will will, String contactPointId, int seconds) {
        return ConsentChanged.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subjectId)
                .setScope(Scope.EMAIL)
                .setWill(will)
                .setContactPointId(contactPointId)
                .setOccurredAt(NOON.plusSeconds(seconds))
                .setRecordedAt(NOON.plusSeconds(seconds))
                .setDoor(Door.LETTER)
                .build();
    }

    private static void left(StatementInForce stop, Scope scope) {
        assertThat(stop.getScope()).isEqualTo(scope);
        assertThat(stop.getWill()).isEqualTo(Will.PROHIBIT);
        assertThat(stop.getDoor()).isEqualTo(Door.ERASURE);
        assertThat(stop.getOccurredAt()).isEqualTo(ERASED);
    }

    private static RightExercised erasure(String subjectId) {
        return right(subjectId, RightKind.ERASED, ERASED);
    }

    private static RightExercised right(String subjectId, RightKind kind, Instant at) {
        return RightExercised.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subjectId)
                .setKind(kind)
                .setRecordedAt(at)
                .setRecordedBy("dpo")
                .setGround("the person asked by letter")
                .build();
    }

    @Test
    void aRefusedErasureStaysRefusedWhenItIsReadAgainAfterTheHoldWasLifted() {
        ainoRegisters();
        RightExercised held = hold();
        RightExercised order = erasure(FIRST);
        stream.exercises(held);
        stream.exercises(order);
        stream.exercises(RightExercised.newBuilder(held)
                .setKind(RightKind.RELEASED)
                .setEventId(UUID.randomUUID())
                .setRecordedAt(ERASED.plusSeconds(5))
                .build());
        stream.exercises(order);
        assertThat(stream.state(FIRST).getRevision()).isNotZero();
    }
}
