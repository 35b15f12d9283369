package fi.lupa.consent.topology;

import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.ainoWrites;
import static fi.lupa.consent.People.id;
import static fi.lupa.consent.People.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.schemas.mapping.Subjects;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids are their senders', who may send a statement again under its id, or give one to two. */
class StatementAgainTest {

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
    void aConsentThatIsSentAgainDoesNotComeAfterTheWithdrawalBetween() {
        ConsentChanged granted = grantedAt(NOON.minusSeconds(300));
        for (List<ConsentChanged> order : List.of(
                List.of(granted, withdrawn(), again(granted)),
                List.of(again(granted), withdrawn(), granted),
                List.of(granted, again(granted), withdrawn()))) {
            stream.sends(aino().at(NOON.minusSeconds(1000)).form());
            order.forEach(stream::says);
            assertThat(status(fi.lupa.permission.Scope.EMAIL)).isEqualTo(ConsentStatus.WITHDRAWN);
            granted = grantedAt(NOON.minusSeconds(300));
        }
    }

    @Test
    void aNoThatIsPressedAgainComesAfterTheConsentBetween() {
        stream.sends(aino().at(NOON.minusSeconds(1000)).form());
        ConsentChanged no = withdrawn();
        stream.says(no);
        stream.says(grantedAt(NOON.minusSeconds(150)));
        stream.says(again(no));
        stream.says(no);
        assertThat(status(fi.lupa.permission.Scope.EMAIL)).isEqualTo(ConsentStatus.WITHDRAWN);
    }

    @Test
    void ofTwoStatementsUnderOneIdBothStayInTheHistory() {
        UUID letter = UUID.randomUUID();
        stream.sends(aino().at(NOON.minusSeconds(1000)).form());
        stream.says(ainoWrites(Scope.PHONE, Will.PROHIBIT).setEventId(letter).build());
        stream.says(ainoWrites(Scope.EMAIL, Will.GRANT)
                .setEventId(letter)
                .setContactPointId(AINO_EMAIL)
                .build());
        ConsentChanged mistake = ainoWrites(Scope.POST, Will.PROHIBIT).build();
        stream.says(mistake);
        stream.says(ainoWrites(Scope.POST, Will.INVALIDATE)
                .setAbout(mistake.getEventId())
                .build());
        assertThat(status(fi.lupa.permission.Scope.PHONE)).isEqualTo(ConsentStatus.PROHIBITED);
        assertThat(status(fi.lupa.permission.Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
    }

    @Test
    void oneIdOnTwoPeoplesFormsMakesNeitherARepetition() {
        UUID cached = UUID.randomUUID();
        stream.sends(visitor(null, "a@example.fi", null)
                .says(Scope.EMAIL, Will.GRANT)
                .under(cached)
                .form());
        stream.sends(visitor(null, "b@example.fi", null)
                .says(Scope.EMAIL, Will.PROHIBIT)
                .under(cached)
                .form());
        assertThat(stream.state(id(IDS.contactPoints().email("b@example.fi")))).isNotNull();
    }

    private ConsentStatus status(fi.lupa.permission.Scope scope) {
        return PolicyFile.shipped()
                .read()
                .standing(Subjects.of(stream.state(AINO_EMAIL)), scope, NOON)
                .status();
    }

    private static ConsentChanged grantedAt(Instant at) {
        return ainoWrites(Scope.EMAIL, Will.GRANT)
                .setEventId(UUID.randomUUID())
                .setContactPointId(AINO_EMAIL)
                .setOccurredAt(at)
                .setRecordedAt(at)
                .build();
    }

    /** As a program's queue sends it after a 503: the door takes it to be said now. */
    private static ConsentChanged again(ConsentChanged statement) {
        return ConsentChanged.newBuilder(statement)
                .setOccurredAt(NOON.minusSeconds(100))
                .setRecordedAt(NOON.minusSeconds(100))
                .build();
    }

    private static ConsentChanged withdrawn() {
        return ainoWrites(Scope.EMAIL, Will.WITHDRAW)
                .setEventId(UUID.randomUUID())
                .setDoor(Door.UNSUBSCRIBE_LINK)
                .setContactPointId(AINO_EMAIL)
                .setOccurredAt(NOON.minusSeconds(200))
                .setRecordedAt(NOON.minusSeconds(200))
                .build();
    }
}
