package fi.lupa.consent.topology;

import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.AINO_POSTAL;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.id;
import static fi.lupa.consent.People.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.People;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Door;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.LinkGround;
import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import fi.lupa.event.Scope;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An address or number that is not the person's leaves them, whatever order it is heard in, until they give it again. */
class RectificationTest {

    private static final String FIRST = id(IDS.contactPoints().customerId("C-1"));
    private static final String SECOND = id(IDS.contactPoints().customerId("C-2"));
    private static final Instant WRONG = NOON.minusSeconds(30);

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
    void aRemovedNumberLeavesTheStateAndWhatWasSaidForItStays() {
        ainoRegisters();
        stream.says(stop(AINO_PHONE));

        stream.exercises(removal(FIRST, AINO_PHONE, WRONG));

        ConsentState state = stream.state(FIRST);
        assertThat(state.getContactPoints())
                .extracting(KnownContactPoint::getId)
                .containsExactlyInAnyOrder(AINO_EMAIL, AINO_POSTAL);
        assertThat(state.getPersonal().getContactPoints()).containsOnlyKeys(AINO_EMAIL, AINO_POSTAL);
        assertThat(state.getRetracted()).as("marks are nobody else's affair").isEmpty();
        assertThat(state.getStatements())
                .extracting(StatementInForce::getContactPointId)
                .contains(AINO_PHONE);
        assertThat(stream.stops(AINO_PHONE)).isNotEmpty();
        List<ConsentState> published = stream.values(Topics.CONSENT_STATE).stream()
                .filter(told -> told != null && told.getSubjectId().equals(FIRST))
                .toList();
        assertThat(published.get(published.size() - 1).getContactPoints())
                .extracting(KnownContactPoint::getId)
                .doesNotContain(AINO_PHONE);
        assertThat(Rights.of(stream.rights(), FIRST))
                .extracting(RightExercised::getKind)
                .contains(RightKind.RECTIFIED);
        assertThat(stream.deadLetters()).isEmpty();
    }

    @Test
    void aPostalAddressToo() {
        ainoRegisters();

        stream.exercises(removal(FIRST, AINO_POSTAL, WRONG));

        assertThat(stream.state(FIRST).getPersonal().getContactPoints()).doesNotContainKey(AINO_POSTAL);
    }

    @Test
    void givenAgainLaterItIsBack() {
        ainoRegisters();
        stream.exercises(removal(FIRST, AINO_PHONE, WRONG));

        stream.sends(visitor("C-1", null, "0401234567").at(WRONG.plusSeconds(1)).form());

        assertThat(stream.state(FIRST).getPersonal().getContactPoints()).containsKey(AINO_PHONE);
        assertThat(stream.state(FIRST).getContactPoints())
                .extracting(KnownContactPoint::getId)
                .contains(AINO_PHONE);
    }

    @Test
    void whatOthersTellOfItDoesNotBringItBack() {
        ainoRegisters();
        stream.exercises(removal(FIRST, AINO_PHONE, WRONG));

        stream.says(stop(AINO_PHONE)); // the number's own file speaks up
        stream.sends(visitor(null, null, "0401234567").at(NOON.minusSeconds(90)).form());

        assertThat(stream.state(FIRST).getPersonal().getContactPoints()).doesNotContainKey(AINO_PHONE);
    }

    @Test
    void whoStandsForTheSubjectHasItNoMoreEither() {
        ainoRegisters();
        stream.links(merged(FIRST, SECOND));
        stream.exercises(removal(FIRST, AINO_PHONE, WRONG));

        assertThat(stream.state(SECOND).getPersonal().getContactPoints()).containsOnlyKeys(AINO_EMAIL, AINO_POSTAL);
    }

    @Test
    void theRevisionGrowsOnlyWhereSomethingChanges() {
        ainoRegisters();
        RightExercised removal = removal(FIRST, AINO_PHONE, WRONG);
        stream.exercises(removal);
        long revision = stream.state(FIRST).getRevision();

        stream.exercises(removal);
        stream.exercises(removal(FIRST, id(IDS.contactPoints().phone("050 7654321")), WRONG));

        assertThat(stream.state(FIRST).getRevision()).isEqualTo(revision);
    }

    @Test
    void afterAnErasureNothingOfItIsLeft() {
        ainoRegisters();
        stream.exercises(removal(FIRST, AINO_PHONE, WRONG));

        stream.exercises(RightExercised.newBuilder(removal(FIRST, null, WRONG.plusSeconds(5)))
                .setKind(RightKind.ERASED)
                .build());

        assertThat(stream.files().get(FIRST).getOwn().getRetracted()).isEmpty();
        assertThat(stream.state(FIRST).getRevision()).isZero();
        assertThat(stream.stops(AINO_PHONE))
                .as("an alias is erased as what it is, also when its number was removed")
                .extracting(StatementInForce::getScope)
                .containsExactlyInAnyOrder(Scope.MOBILE, Scope.PHONE);
    }

    @Property(tries = 40)
    void orderAndRepetitionDoNotMatter(@ForAll Random random) throws IOException {
        List<SpecificRecord> history = List.of(
                People.aino().at(NOON.minusSeconds(60)).form(),
                visitor("C-1", "aino@example.fi", "0401234567")
                        .at(NOON.minusSeconds(60))
                        .form(),
                visitor("C-1", null, "0401234567").at(NOON.minusSeconds(20)).form(),
                visitor("C-1", null, "0507654321").at(NOON.minusSeconds(50)).form(),
                merged(FIRST, SECOND),
                stop(AINO_PHONE),
                removal(FIRST, AINO_PHONE, NOON.minusSeconds(40)),
                removal(FIRST, AINO_PHONE, NOON.minusSeconds(30)),
                removal(SECOND, AINO_EMAIL, NOON.minusSeconds(30)),
                removal(FIRST, id(IDS.contactPoints().phone("0507654321")), NOON.minusSeconds(50)));
        List<SpecificRecord> shuffled = new ArrayList<>(history);
        shuffled.addAll(history.subList(0, random.nextInt(history.size() + 1)));
        Collections.shuffle(shuffled, random);

        assertThat(outcome(shuffled)).isEqualTo(outcome(history));
    }

    private static List<ConsentState> outcome(List<SpecificRecord> history) throws IOException {
        Path stateDir = Files.createTempDirectory("lupa");
        try (ConsentDriver stream = new ConsentDriver(stateDir)) {
            for (SpecificRecord event : history) {
                if (event instanceof FormSubmitted form) {
                    stream.sends(form);
                } else if (event instanceof ConsentChanged changed) {
                    stream.says(changed);
                } else if (event instanceof SubjectLinked linked) {
                    stream.links(linked);
                } else {
                    stream.exercises((RightExercised) event);
                }
            }
            assertThat(stream.deadLetters()).isEmpty();
            List<ConsentState> outcome = new ArrayList<>();
            for (String name : List.of(FIRST, SECOND, AINO_EMAIL, AINO_PHONE)) {
                outcome.add(fi.lupa.consent.Histories.withoutRevision(stream.state(name)));
            }
            return outcome;
        } finally {
            Utils.delete(stateDir.toFile());
        }
    }

    private void ainoRegisters() {
        FormSubmitted form = People.aino()
                .says(Scope.EMAIL, Will.GRANT)
                .says(Scope.MOBILE, Will.GRANT)
                .at(NOON.minusSeconds(60))
                .form();
        form.getPersonal().put("customerId", "C-1");
        stream.sends(form);
    }

    private static ConsentChanged stop(String contactPointId) {
        return ConsentChanged.newBuilder()
                .setEventId(UUID.nameUUIDFromBytes(new byte[] {1}))
                .setSubjectId(contactPointId)
                .setScope(Scope.PHONE)
                .setWill(Will.PROHIBIT)
                .setContactPointId(contactPointId)
                .setOccurredAt(NOON.minusSeconds(10))
                .setRecordedAt(NOON.minusSeconds(10))
                .setDoor(Door.PHONE_CALL)
                .build();
    }

    private static SubjectLinked merged(String one, String other) {
        return SubjectLinked.newBuilder()
                .setEventId(UUID.nameUUIDFromBytes(new byte[] {2}))
                .setSubjectId(one)
                .setSameAs(other)
                .setGround(LinkGround.OPERATOR)
                .setOccurredAt(NOON.minusSeconds(5))
                .setRecordedAt(NOON.minusSeconds(5))
                .setRecordedBy("dpo")
                .setEvidence("archive/1")
                .build();
    }

    private static RightExercised removal(String subjectId, String contactPointId, Instant at) {
        return RightExercised.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(subjectId)
                .setKind(RightKind.RECTIFIED)
                .setRecordedAt(at)
                .setRecordedBy("dpo")
                .setEvidence("letters/17")
                .setIdentityCheck("passport")
                .setContactPointId(contactPointId)
                .build();
    }
}
