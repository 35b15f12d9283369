package fi.lupa.consent.topology;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.MASTER;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.aino;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.sealing.Seal;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKey;
import fi.lupa.event.Will;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same eventId: at another offset the form was sent twice, at the same offset it is read again after a crash. */
class IntakeProcessorTest {

    private final FormSubmitted form = aino().says(Scope.EMAIL, Will.GRANT).form();
    private final MockProcessorContext<String, SpecificRecord> context = new MockProcessorContext<>();
    private final IntakeProcessor intake = new IntakeProcessor(IDS, MASTER);

    @BeforeEach
    void start() {
        WindowStore<String, String> submissions = Stores.windowStoreBuilder(
                        Stores.inMemoryWindowStore(
                                ConsentTopology.SUBMISSIONS,
                                ConsentTopology.SUBMISSIONS_KEPT,
                                Duration.ofHours(1),
                                false),
                        Serdes.String(),
                        Serdes.String())
                .withLoggingDisabled()
                .build();
        submissions.init(context.getStateStoreContext(), submissions);
        context.addStateStore(submissions);
        KeyValueStore<String, SubjectKey> keys = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(ConsentTopology.KEYS),
                        Serdes.String(),
                        new InternalSerde<>(SubjectKey.class))
                .withLoggingDisabled()
                .build();
        keys.init(context.getStateStoreContext(), keys);
        context.addStateStore(keys);
        intake.init(context);
    }

    @Test
    void aFormReadAgainAfterACrashIsWrittenAgainTheSame() {
        reads(form, 17);
        List<SpecificRecord> once = forwarded();
        context.resetForwards();

        reads(form, 17);

        assertThat(once)
                .as("the sender's key, history, statement, and the phone's link to the address")
                .hasSize(4);
        assertThat(forwarded()).isEqualTo(once);
    }

    @Test
    void aFormUnderAnotherKeyIsSentToWhereItsSendersKeyIsMade() {
        context.setRecordMetadata(Topics.FORMS_INBOX.name(), 0, 17);

        intake.process(new Record<>("the sender's own", form, NOON.toEpochMilli()));

        assertThat(context.forwarded()).singleElement().satisfies(sentOn -> {
            assertThat(sentOn.childName()).contains(IntakeProcessor.READDRESSED);
            assertThat(sentOn.record()).isEqualTo(new Record<>(AINO, form, NOON.toEpochMilli()));
        });
    }

    /** What went out, forms in the clear: two seals of the same form are not the same bytes. */
    private List<SpecificRecord> forwarded() {
        SubjectKey key = context.<KeyValueStore<String, SubjectKey>>getStateStore(ConsentTopology.KEYS)
                .get(AINO);
        Seal seal = MASTER.unwrap(key.getWrappedKey(), AINO);
        return context.forwarded().stream()
                .map(sent -> sent.record().value())
                .map(event -> event instanceof FormSubmitted sealed
                        ? FormSubmitted.newBuilder(sealed)
                                .setPersonal(seal.openForm(sealed.getSealed(), AINO, sealed.getEventId()))
                                .setSealed(null)
                                .build()
                        : event)
                .toList();
    }

    @Test
    void aFormSentAgainEndsHereWithinTheWeekThatItsIdIsKept() {
        reads(form, 17);
        context.resetForwards();

        reads(form, 18);
        reads(form, 19, ConsentTopology.SUBMISSIONS_KEPT);

        assertThat(context.forwarded()).isEmpty();
    }

    /** As from a page whose eventId stands in its text: the second time she says no. */
    @Test
    void anotherFormOfTheSamePersonUnderTheSameIdIsAFormOfItsOwn() {
        FormSubmitted other =
                aino().under(form.getEventId()).says(Scope.EMAIL, Will.PROHIBIT).form();
        reads(form, 17, Duration.ofSeconds(17));
        UUID granted = said().getEventId();
        context.resetForwards();

        reads(other, 18, Duration.ofSeconds(18));
        ConsentChanged prohibited = said();
        assertThat(prohibited.getWill()).isEqualTo(Will.PROHIBIT);
        assertThat(prohibited.getEventId()).isNotEqualTo(granted);
        context.resetForwards();

        reads(other, 19, Duration.ofSeconds(19));
        assertThat(context.forwarded()).isEmpty();

        reads(form, 20, Duration.ofSeconds(20));
        assertThat(said().getWill()).isEqualTo(Will.GRANT);
        context.resetForwards();
        reads(other, 21, Duration.ofSeconds(21));
        assertThat(said()).as("no, yes, and no again").isEqualTo(prohibited);
        context.resetForwards();

        reads(other, 21, Duration.ofSeconds(21));
        assertThat(said()).as("read again after a crash").isEqualTo(prohibited);
    }

    @Test
    void aFormSentAgainLaterIsTheSame() {
        reads(form, 17);
        context.resetForwards();

        reads(
                FormSubmitted.newBuilder(form)
                        .setOccurredAt(NOON.plusSeconds(1))
                        .setReceivedAt(NOON.plusSeconds(1))
                        .build(),
                18);

        assertThat(context.forwarded()).isEmpty();
    }

    private ConsentChanged said() {
        return context.forwarded().stream()
                .filter(sent -> sent.record().value() instanceof ConsentChanged)
                .map(sent -> (ConsentChanged) sent.record().value())
                .findFirst()
                .orElseThrow();
    }

    private void reads(FormSubmitted taken, long offset) {
        reads(taken, offset, Duration.ZERO);
    }

    private void reads(FormSubmitted taken, long offset, Duration later) {
        context.setRecordMetadata(Topics.FORMS_INBOX.name(), 0, offset);
        intake.process(new Record<>(AINO, taken, NOON.plus(later).toEpochMilli()));
    }
}
