package fi.lupa.consent.topology;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.CONFIRMATIONS;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.ainoWrites;
import static fi.lupa.consent.People.visitor;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.consent.state.PublishedState;
import fi.lupa.consent.state.SubjectFiles;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Door;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.PendingConfirmation;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When somebody is asked to confirm, and when not. */
class ConfirmationRequestsTest {

    private ConsentDriver stream;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        stream = new ConsentDriver(stateDir);
    }

    @AfterEach
    void stop() {
        assertThat(stream.deadLetters()).isEmpty();
        stream.close();
    }

    @Test
    void whoseConsentBeginsToWaitIsAskedOnceWithALinkAtTheAddressItWasGivenFor() {
        FormSubmitted form = aino().asksToBeConfirmed(Scope.EMAIL).form();

        stream.sends(form);

        List<TestRecord<String, CampaignMessage>> messages = stream.written(Topics.CAMPAIGN_MESSAGES);
        assertThat(messages).extracting(TestRecord::key).containsExactly(AINO);
        CampaignMessage message = messages.get(0).value();
        assertThat(message.getCampaignId()).isEqualTo("lupa-confirmation");
        assertThat(message.getMessageId())
                .isEqualTo("lupa-confirmation-" + statements(form).get(0).getEventId());
        assertThat(message.getChannel()).isEqualTo(Channel.EMAIL);
        assertThat(message.getSubjectId()).isEqualTo(AINO);
        assertThat(message.getPersonal().getEmail()).isEqualTo("aino@example.fi");
        assertThat(message.getPersonal().getPhone()).isNull();
        assertThat(message.getTemplate()).isEqualTo("confirm");
        assertThat(message.getExpiresAt()).isEqualTo(NOON.plus(Duration.ofDays(3)));
        assertThat(message.getRequestedAt()).isEqualTo(NOON);
        Map<String, String> parameters = message.getPersonal().getParameters();
        assertThat(parameters).hasSize(3).containsEntry("language", "fi").containsEntry("wording", "Send me EMAIL");
        assertThat(parameters.get("confirmUrl")).matches("https://lupa\\.example\\.fi/confirm/[A-Za-z0-9_-]{43}");
    }

    @Test
    void aNumberIsAskedByMessage() {
        stream.sends(aino().asksToBeConfirmed(Scope.MOBILE).form());

        CampaignMessage message = stream.values(Topics.CAMPAIGN_MESSAGES).get(0);
        assertThat(message.getChannel()).isEqualTo(Channel.MOBILE);
        assertThat(message.getPersonal().getPhone()).isEqualTo("+358401234567");
        assertThat(message.getPersonal().getEmail()).isNull();
    }

    @Test
    void theFormMayComeBeforeOrAfterItsStatements() {
        FormSubmitted first = aino().asksToBeConfirmed(Scope.EMAIL).form();
        FormSubmitted second = visitor(null, "eino@example.fi", null)
                .asksToBeConfirmed(Scope.EMAIL)
                .form();

        taken(first);
        assertThat(asked()).isEmpty();
        statements(first).forEach(stream::says);
        assertThat(asked()).hasSize(1);

        statements(second).forEach(stream::says);
        assertThat(asked()).isEmpty();
        taken(second);
        assertThat(asked()).hasSize(1);
    }

    @Test
    void whatIsRepeatedAsksNobodyAgain() {
        FormSubmitted form = aino().asksToBeConfirmed(Scope.EMAIL).form();
        stream.sends(form);
        assertThat(asked()).hasSize(1);

        stream.sends(form);
        taken(form);
        statements(form).forEach(stream::says);

        assertThat(asked()).isEmpty();
    }

    @Test
    void aFormOfAnotherKindAsksNobodyAgain() {
        stream.sends(aino().asksToBeConfirmed(Scope.EMAIL).form());
        assertThat(asked()).hasSize(1);

        stream.sends(
                aino().says(Scope.PHONE, Will.PROHIBIT).at(NOON.plusSeconds(60)).form());

        assertThat(asked()).isEmpty();
    }

    @Test
    void aNewerFormAsksAnew() {
        stream.sends(
                aino().asksToBeConfirmed(Scope.EMAIL).at(NOON.minusSeconds(60)).form());
        String older = asked().get(0);

        stream.sends(aino().asksToBeConfirmed(Scope.EMAIL).form());

        assertThat(asked()).singleElement().isNotEqualTo(older);
    }

    @Test
    void anOlderFormThatComesLateAsksNobody() {
        stream.sends(aino().asksToBeConfirmed(Scope.EMAIL).form());
        assertThat(asked()).hasSize(1);

        stream.sends(
                aino().asksToBeConfirmed(Scope.EMAIL).at(NOON.minusSeconds(60)).form());

        assertThat(asked()).isEmpty();
    }

    @Test
    void whoHasConsentedForCertainIsNotAsked() {
        stream.says(ainoWrites(Scope.EMAIL, Will.GRANT)
                .setContactPointId(AINO_EMAIL)
                .build());
        ConsentState before = stream.state(AINO);

        stream.sends(
                aino().asksToBeConfirmed(Scope.EMAIL).at(NOON.plusSeconds(60)).form());

        assertThat(asked()).isEmpty();
        assertThat(before.getStatements()).isNotEmpty();
    }

    @Test
    void aWithdrawalAfterTheFormAsksNobodyAndANewFormAsksAgain() {
        stream.says(ainoWrites(Scope.EMAIL, Will.WITHDRAW)
                .setOccurredAt(NOON.minusSeconds(30))
                .build());
        stream.sends(
                aino().asksToBeConfirmed(Scope.EMAIL).at(NOON.minusSeconds(60)).form());
        assertThat(asked()).isEmpty();

        stream.sends(aino().asksToBeConfirmed(Scope.EMAIL).form());

        assertThat(asked()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Scope.class,
            names = {"EMAIL", "MOBILE"},
            mode = EnumSource.Mode.EXCLUDE)
    void whatIsGivenForNoAddressWaitsForNothing(Scope scope) {
        stream.sends(aino().asksToBeConfirmed(scope).form());
        stream.says(ainoWrites(scope, Will.GRANT)
                .setContactPointId(AINO_PHONE)
                .setAwaitsConfirmation(true)
                .build());

        assertThat(asked()).isEmpty();
        assertThat(stream.values(Topics.CONSENT_CHANGES))
                .extracting(ConsentChanged::getAwaitsConfirmation)
                .containsOnly(false);
    }

    @Test
    void anAddressThatNoFormHasGivenIsNotAskedAt() {
        stream.says(ainoWrites(Scope.EMAIL, Will.GRANT)
                .setContactPointId(AINO_EMAIL)
                .setAwaitsConfirmation(true)
                .build());

        assertThat(asked()).isEmpty();
    }

    @Test
    void aRefusalIsForTheAddressThatWasAskedFor() {
        stream.sends(aino().says(Scope.EMAIL, Will.REFUSE)
                .says(Scope.PHONE, Will.PROHIBIT)
                .form());

        assertThat(stream.values(Topics.CONSENT_CHANGES))
                .extracting(ConsentChanged::getContactPointId)
                .containsExactly(AINO_EMAIL, null);
    }

    /** After a crash the store may know of a message that was never written. */
    @Test
    void theVeryRecordThatWasAskedUponAsksAgain() {
        FormSubmitted form = aino().asksToBeConfirmed(Scope.EMAIL).form();
        ConsentChanged said = statements(form).get(0);
        FormIdentity identity = FormIdentity.of(form, IDS);
        ConsentState state = PublishedState.of(
                SubjectFiles.after(SubjectFiles.after(SubjectFiles.empty(AINO), form, identity), said),
                PolicyFile.shipped().read());
        MockProcessorContext<String, SpecificRecord> context = new MockProcessorContext<>();
        WindowStore<String, PendingConfirmation> store = Stores.windowStoreBuilder(
                        Stores.inMemoryWindowStore("confirmations", Duration.ofDays(4), Duration.ofHours(1), false),
                        Serdes.String(),
                        new InternalSerde<>(PendingConfirmation.class))
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        ConfirmationRequests requests = new ConfirmationRequests(CONFIRMATIONS, IDS, context);

        context.setRecordMetadata(Topics.CONSENT_CHANGES.name(), 0, 17);
        requests.afterFold(state, new Record<>(AINO, said, NOON.toEpochMilli()));
        requests.afterFold(state, new Record<>(AINO, said, NOON.toEpochMilli()));
        context.setRecordMetadata(Topics.CONSENT_CHANGES.name(), 0, 18);
        requests.afterFold(state, new Record<>(AINO, said, NOON.toEpochMilli()));
        context.setRecordMetadata(Topics.FORMS_SUBMITTED.name(), 0, 17);
        requests.afterFold(state, new Record<>(AINO, form, NOON.toEpochMilli()));

        assertThat(context.forwarded())
                .extracting(forwarded -> ((CampaignMessage) forwarded.record().value()).getMessageId())
                .hasSize(2)
                .containsOnly("lupa-confirmation-" + said.getEventId());
    }

    @Test
    void aConfirmationEndsTheWaiting() {
        FormSubmitted form = aino().asksToBeConfirmed(Scope.EMAIL).form();
        stream.sends(form);
        asked();
        stream.says(ainoWrites(Scope.EMAIL, Will.CONFIRM)
                .setEventId(UUID.randomUUID())
                .setContactPointId(AINO_EMAIL)
                .setOccurredAt(NOON.plusSeconds(60))
                .setDoor(Door.CONFIRMATION_LINK)
                .build());

        stream.sends(
                aino().asksToBeConfirmed(Scope.EMAIL).at(NOON.plusSeconds(120)).form());

        assertThat(asked()).isEmpty();
    }

    private static List<ConsentChanged> statements(FormSubmitted form) {
        return FormStatements.of(form, FormIdentity.of(form, IDS));
    }

    /** The form alone, as the intake has written it. */
    private void taken(FormSubmitted form) {
        Topic<FormSubmitted> topic = Topics.FORMS_SUBMITTED;
        stream.put(topic, FormIdentity.of(form, IDS).subjectId(), form);
    }

    /** The links that have been sent out since the last look. */
    private List<String> asked() {
        List<String> links = new ArrayList<>();
        stream.values(Topics.CAMPAIGN_MESSAGES)
                .forEach(message ->
                        links.add(message.getPersonal().getParameters().get("confirmUrl")));
        return links;
    }
}
