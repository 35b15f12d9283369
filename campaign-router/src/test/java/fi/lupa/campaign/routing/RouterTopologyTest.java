package fi.lupa.campaign.routing;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.AINO_PHONE;
import static fi.lupa.campaign.People.AINO_POSTAL;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.SPRING;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.spring;
import static fi.lupa.campaign.People.toAino;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.People;
import fi.lupa.edge.TopicSerdes;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.DeadLetter;
import fi.lupa.event.FailedStage;
import fi.lupa.event.HeldMessage;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.Reason;
import fi.lupa.event.Scope;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.TransferBasis;
import fi.lupa.event.Will;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every message comes out once: cleared with its address, suppressed with every reason, or a dead letter. */
class RouterTopologyTest {

    private static final byte[] GARBAGE = "aino@example.fi is no Avro".getBytes(UTF_8);

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private RouterDriver router;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        router = new RouterDriver(stateDir);
    }

    @AfterEach
    void stop() {
        router.close();
    }

    @ParameterizedTest
    @CsvSource({"EMAIL, PT24H", "MOBILE, PT24H", "PHONE, PT24H", "POST, P7D"})
    void aClearedMessageGoesToItsChannelWithTheAddressInTheClear(Channel channel, Duration stale) {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        CampaignMessage message = toAino(channel).build();

        router.routes(message);

        List<TestRecord<String, MessageCleared>> cleared =
                router.written(Topics.cleared(Words.same(channel, fi.lupa.permission.Channel.class)));
        assertThat(cleared).extracting(TestRecord::key).containsExactly(AINO);
        assertThat(cleared).extracting(TestRecord::value).singleElement().satisfies(out -> {
            assertThat(out.getMessageId()).isEqualTo(message.getMessageId());
            assertThat(out.getCampaignId()).isEqualTo(SPRING);
            assertThat(out.getPurpose()).isEqualTo(Purpose.DIRECT_MARKETING);
            assertThat(out.getChannel()).isEqualTo(channel);
            assertThat(out.getSubjectId()).isEqualTo(AINO);
            assertThat(out.getContactPointId()).isEqualTo(pointOf(channel));
            assertThat(out.getPersonal().getContactPoint()).isEqualTo(addressOf(channel));
            assertThat(out.getPersonal().getParameters()).isEqualTo(Map.of("first_name", "Aino"));
            assertThat(out.getTemplate()).isEqualTo("spring-letter");
            assertThat(out.getDecidedAt()).isEqualTo(NOON);
            assertThat(out.getNotAfter()).isEqualTo(NOON.plus(stale));
            assertThat(out.getPolicyVersion()).isEqualTo(People.POLICY.version());
            assertThat(out.getConsentRevision()).isEqualTo(7);
        });
        assertThat(router.cleared()).isEmpty();
        assertThat(router.suppressed()).isEmpty();
        assertThat(router.deadLetters()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T13:00:00Z, 2026-03-02T14:00:00Z, 2026-03-02T13:00:00Z",
        "2026-03-02T14:00:00Z, 2026-03-02T13:00:00Z, 2026-03-02T13:00:00Z",
        "2026-03-09T12:00:00Z, 2026-03-09T12:00:00Z, 2026-03-03T12:00:00Z"
    })
    void aClearedMessageIsStaleAtTheFirstOfItsEnds(Instant expiresAt, Instant validUntil, Instant notAfter) {
        router.knows(spring().setValidUntil(validUntil).build());
        router.knows(aino().consentsToEmailAndMobile().state());

        router.routes(toAino(Channel.EMAIL).setExpiresAt(expiresAt).build());

        assertThat(router.cleared()).extracting(MessageCleared::getNotAfter).containsExactly(notAfter);
    }

    @ParameterizedTest
    @ValueSource(ints = {Topics.LARGEST_MESSAGE + 1, 900_001})
    void whatIsTooLongForItsOutcomeToFitGoesToTheDeadLettersWhichFitToo(int length) {
        router.put(Topics.CAMPAIGN_MESSAGES, AINO, new byte[length]);

        assertThat(router.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.getStage()).isEqualTo(FailedStage.READ);
            assertThat(letter.getProblem()).contains("longer than the 500000 bytes");
            assertThat(letter.getValue() == null).isEqualTo(length > 900_000);
        });
        assertThat(router.counted("dead-lettered")).isEqualTo(1);
    }

    /** A topic keeps a record for so long from its own time on: an old message's verdict would be gone before it is read. */
    @Test
    void aVerdictIsAsYoungAsItsDecisionHoweverOldTheMessage() {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        CampaignMessage message = toAino(Channel.EMAIL).build();

        router.routes(message, NOON.minus(Duration.ofDays(6)));
        router.routes(
                CampaignMessage.newBuilder(message).setCampaignId("none").build(), NOON.minus(Duration.ofDays(20)));

        assertThat(router.written(Topics.cleared(fi.lupa.permission.Channel.EMAIL)))
                .extracting(TestRecord::getRecordTime)
                .containsExactly(NOON);
        assertThat(router.written(Topics.CAMPAIGN_SUPPRESSED))
                .extracting(TestRecord::getRecordTime)
                .containsExactly(NOON);
    }

    /** Somebody who said no has been answered, and the consent stream is away. */
    @Test
    void whileSomethingThatWasSaidIsUnheardMessagesWaitAndThenTheNewestWordCounts() {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        router.heard(false);

        router.routes(toAino(Channel.EMAIL).setMessageId("m-1").build());
        router.routes(toAino(Channel.MOBILE).setMessageId("m-2").build());
        router.at(NOON.plusSeconds(60));
        assertThat(router.cleared()).isEmpty();
        assertThat(router.waiting()).isEqualTo(2);

        router.knows(aino().consentsToEmailAndMobile()
                .says(Scope.EMAIL, Will.WITHDRAW)
                .state());
        router.heard(true);
        router.at(NOON.plusSeconds(61));
        assertThat(router.cleared()).extracting(MessageCleared::getMessageId).containsExactly("m-2");
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getMessageId)
                .containsExactly("m-1");
        assertThat(router.waiting()).isZero();
        assertThat(router.counted("read") + router.counted("released"))
                .isEqualTo(router.counted("held") + router.counted("cleared") + router.counted("suppressed"));
    }

    /** Neither what it belongs to nor how old it is gets lost while it waits. */
    @Test
    void whatHasWaitedIsOfTheSameTraceAndAsOldAsItIs() {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        router.heard(false);
        Headers trace = new RecordHeaders().add("traceparent", TRACE.getBytes(UTF_8));

        router.routes(toAino(Channel.EMAIL).setMessageId("m-1").build(), NOON, trace);
        router.routes(toAino(Channel.EMAIL).setMessageId("m-2").build(), NOON.minus(Duration.ofDays(6)), trace);
        router.at(NOON.plus(Duration.ofDays(2)));
        router.heard(true);
        router.at(NOON.plus(Duration.ofDays(2)).plusSeconds(1));

        assertThat(router.written(Topics.cleared(fi.lupa.permission.Channel.EMAIL)))
                .singleElement()
                .satisfies(cleared -> {
                    assertThat(cleared.value().getMessageId()).isEqualTo("m-1");
                    assertThat(cleared.headers()).isEqualTo(trace);
                });
        assertThat(router.written(Topics.CAMPAIGN_SUPPRESSED)).singleElement().satisfies(suppressed -> {
            assertThat(suppressed.value().getMessageId()).isEqualTo("m-2");
            assertThat(suppressed.value().getReasons()).containsExactly(Reason.EXPIRED);
            assertThat(suppressed.headers()).isEqualTo(trace);
        });
    }

    /** An earlier version kept neither when a message was written nor its trace. */
    @ParameterizedTest
    @CsvSource({"P7D, false", "P6DT23H59M, true"})
    void whatHasWaitedSinceAnEarlierVersionIsAsOldAsItsWaiting(Duration waited, boolean goes) {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        router.heard(false);
        router.routes(toAino(Channel.EMAIL).build());
        KeyValue<String, HeldMessage> waits;
        try (KeyValueIterator<String, HeldMessage> all = router.held().all()) {
            waits = all.next();
        }
        router.held()
                .put(
                        waits.key,
                        HeldMessage.newBuilder(waits.value).clearWrittenAt().build());

        router.heard(true);
        router.at(NOON.plus(waited));

        assertThat(router.cleared()).hasSize(goes ? 1 : 0);
        assertThat(router.suppressed()).hasSize(goes ? 0 : 1);
    }

    /** Read again when it is no longer known what was cleared, a message might go out twice. */
    @ParameterizedTest
    @CsvSource({"P7D, false", "P6DT23H59M59.999S, true"})
    void whatHasLainForLongerThanIsRememberedWhatWasClearedIsNotCleared(Duration lain, boolean cleared) {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());

        router.routes(toAino(Channel.EMAIL).build(), NOON.minus(lain));

        assertThat(router.cleared()).hasSize(cleared ? 1 : 0);
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .isEqualTo(cleared ? List.of() : List.of(List.of(Reason.EXPIRED)));
    }

    @Test
    void aSuppressedMessageNamesEveryReasonTheDecisiveOneFirst() {
        router.knows(spring().setChannels(List.of(Channel.POST))
                .setValidUntil(NOON)
                .setProcessor(Processor.newBuilder()
                        .setName("Mail Inc")
                        .setCountry("US")
                        .setTransferBasis(TransferBasis.NONE)
                        .build())
                .build());
        router.knows(aino().says(Scope.EMAIL, Will.PROHIBIT)
                .says(Scope.MARKETING_USE, Will.PROHIBIT)
                .state());
        CampaignMessage message = toAino(Channel.EMAIL).setExpiresAt(NOON).build();

        router.routes(message);

        List<TestRecord<String, MessageSuppressed>> suppressed = router.written(Topics.CAMPAIGN_SUPPRESSED);
        assertThat(suppressed).extracting(TestRecord::key).containsExactly(AINO);
        assertThat(suppressed).extracting(TestRecord::value).singleElement().satisfies(out -> {
            assertThat(out.getReasons())
                    .containsExactly(
                            Reason.CAMPAIGN_CLOSED,
                            Reason.CHANNEL_NOT_IN_CAMPAIGN,
                            Reason.EXPIRED,
                            Reason.TRANSFER_NOT_PERMITTED,
                            Reason.CHANNEL_PROHIBITED,
                            Reason.NO_CONSENT,
                            Reason.MARKETING_USE_PROHIBITED);
            assertThat(out.getMessageId()).isEqualTo(message.getMessageId());
            assertThat(out.getCampaignId()).isEqualTo(SPRING);
            assertThat(out.getChannel()).isEqualTo(Channel.EMAIL);
            assertThat(out.getSubjectId()).isEqualTo(AINO);
            assertThat(out.getDecidedAt()).isEqualTo(NOON);
            assertThat(out.getConsentRevision()).isEqualTo(7);
            assertThat(out.getPolicyVersion()).isEqualTo(People.POLICY.version());
        });
        assertThat(router.cleared()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "false, true, UNKNOWN_CAMPAIGN",
        "true, false, UNKNOWN_SUBJECT",
        "false, false, UNKNOWN_CAMPAIGN UNKNOWN_SUBJECT"
    })
    void whatIsNotKnownIsRefused(boolean campaignKnown, boolean subjectKnown, String reasons) {
        if (campaignKnown) {
            router.knows(spring().build());
        }
        if (subjectKnown) {
            router.knows(aino().consentsToEmailAndMobile().state());
        }

        router.routes(toAino(Channel.EMAIL).build());

        assertThat(reasons()).containsExactly(reasonsIn(reasons));
    }

    /** Other producers than Java's put the same key into another partition, where its subject is not known. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoIsNotKnownHereIsLookedForWhereTheirKeyBelongs(boolean heard) {
        router.knows(spring().build());
        router.heard(heard);
        router.routes(toAino(Channel.EMAIL).build());
        router.heard(true);
        router.at(NOON.plusSeconds(1));

        assertThat(router.written(Topics.CAMPAIGN_READDRESSED))
                .singleElement()
                .satisfies(sentOn -> assertThat(sentOn.key()).isEqualTo(AINO));
        assertThat(reasons()).containsExactly(Reason.UNKNOWN_SUBJECT);
        assertThat(router.waiting()).isZero();
    }

    /** It waits under the id that it came with, which nobody has looked at yet. */
    @Test
    void anIdThatIsNoCampaignsSpoilsNoCampaignsFigures() {
        router.knows(spring().build());
        router.heard(false);
        router.routes(toAino(Channel.EMAIL).setCampaignId(SPRING + "/x").build());
        router.heard(true);
        router.at(NOON.plusSeconds(1));

        assertThat(reasons()).contains(Reason.UNKNOWN_CAMPAIGN);
        assertThat(router.<Long, Long>reading(RouterTopology.TALLIES, tallies -> {
                    Figures told = new Figures();
                    Tallies.tell(tallies, SPRING, told);
                    return told.all;
                }))
                .isZero();
    }

    private static final class Figures implements Tallies.Teller {

        private long all;

        @Override
        public void cleared(fi.lupa.permission.Channel channel, long count) {
            all += count;
        }

        @Override
        public void suppressed(fi.lupa.permission.Channel channel, fi.lupa.permission.Reason reason, long count) {
            all += count;
        }

        @Override
        public void waiting(fi.lupa.permission.Channel channel, long count) {
            all += count;
        }

        @Override
        public void hour(java.time.Instant from, long cleared, long suppressed) {
            all += cleared + suppressed;
        }
    }

    @Test
    void whatWasForgottenIsRefused() {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        router.put(Topics.CAMPAIGN_DEFINITIONS, SPRING, (byte[]) null);
        router.put(Topics.CONSENT_STATE, AINO, (byte[]) null);

        router.routes(toAino(Channel.EMAIL).build());

        assertThat(reasons()).containsExactly(Reason.UNKNOWN_CAMPAIGN, Reason.UNKNOWN_SUBJECT);
    }

    @Test
    void theNewestWordCounts() {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        router.knows(aino().says(Scope.EMAIL, Will.WITHDRAW).state());

        router.routes(toAino(Channel.EMAIL).build());

        assertThat(reasons()).containsExactly(Reason.CONSENT_WITHDRAWN);
    }

    @ParameterizedTest
    @CsvSource({"m-1", "''", ","})
    void aMessageKeyedOtherwiseIsReaddressedAndDecidedOnce(String key) {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());

        router.put(Topics.CAMPAIGN_MESSAGES, key, toAino(Channel.EMAIL).build());

        assertThat(router.written(Topics.cleared(fi.lupa.permission.Channel.EMAIL)))
                .extracting(TestRecord::key)
                .containsExactly(AINO);
        assertThat(router.suppressed()).isEmpty();
        assertThat(router.deadLetters()).isEmpty();
        assertThat(router.counted("read")).isOne();
        assertThat(router.counted("cleared")).isOne();
    }

    @Test
    void aMessageToAnAddressGoesToTheCustomerItStandsForAndTheirWordCounts() {
        router.knows(spring().build());
        router.knows(sameAs(AINO_EMAIL, AINO));
        router.knows(aino().consentsToEmailAndMobile().state());

        router.routes(toAinosAddress());

        assertThat(router.cleared()).singleElement().satisfies(cleared -> {
            assertThat(cleared.getSubjectId()).isEqualTo(AINO);
            assertThat(cleared.getPersonal().getContactPoint()).isEqualTo("aino@example.fi");
        });
        router.knows(aino().says(Scope.EMAIL, Will.PROHIBIT).state());
        router.routes(toAinosAddress());
        assertThat(reasons()).containsExactly(Reason.CHANNEL_PROHIBITED, Reason.NO_CONSENT);
        assertThat(router.counted("read")).isEqualTo(2);
    }

    @Test
    void whoAreEachTheSameAsTheOtherAreNotSearchedForEver() {
        router.knows(spring().build());
        router.knows(sameAs(AINO_EMAIL, AINO_PHONE));
        router.knows(sameAs(AINO_PHONE, AINO_EMAIL));

        router.routes(toAinosAddress());

        assertThat(reasons()).containsExactly(Reason.STATE_UNAVAILABLE);
        assertThat(router.counted("read")).isOne();
    }

    @Test
    void aStopSaidForTheAddressStopsWhoeverIsReachedThere() {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
        router.put(
                Topics.CONSENT_STOPS,
                AINO_EMAIL,
                new ContactPointStop(
                        AINO_EMAIL,
                        People.aino()
                                .says(Scope.EMAIL, Will.WITHDRAW, AINO_EMAIL)
                                .state()
                                .getStatements()));

        router.routes(toAino(Channel.EMAIL).build());
        assertThat(reasons()).containsExactly(Reason.CONTACT_POINT_STOPPED);

        router.routes(toAino(Channel.MOBILE).build());
        assertThat(router.cleared()).extracting(MessageCleared::getChannel).containsExactly(Channel.MOBILE);
    }

    @Test
    void aSharedAddressIsNobodys() {
        router.knows(spring().build());
        router.knows(ConsentState.newBuilder(aino().consentsToEmailAndMobile().state())
                .setSubjectId(AINO_EMAIL)
                .setClaimedBy(List.of("C-1", "C-2"))
                .build());

        router.routes(toAinosAddress());

        assertThat(reasons()).containsExactly(Reason.AMBIGUOUS_RECIPIENT);
    }

    private static CampaignMessage toAinosAddress() {
        return toAino(Channel.EMAIL)
                .setSubjectId(AINO_EMAIL)
                .setPersonal(personal(null, "aino@example.fi", null))
                .build();
    }

    private static ConsentState sameAs(String subjectId, String other) {
        return ConsentState.newBuilder(aino().state())
                .setSubjectId(subjectId)
                .setSameAs(other)
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "C-1, , , customer",
        "' C-1 ', eero@example.fi, , customer",
        ", Aino@EXAMPLE.fi, , email",
        ", , 040 123 4567, phone"
    })
    void aRecipientIsFoundByTheStrongestIdentifier(String customerId, String email, String phone, String subject) {
        router.knows(spring().setPurpose(Purpose.SERVICE_NOTICE).build());
        Map<String, String> subjects = Map.of("customer", AINO, "email", AINO_EMAIL, "phone", AINO_PHONE);
        router.knows(ConsentState.newBuilder(aino().state())
                .setSubjectId(subjects.get(subject))
                .build());

        router.put(
                Topics.CAMPAIGN_MESSAGES,
                "m-1",
                toAino(Channel.POST)
                        .setSubjectId(null)
                        .setPersonal(personal(customerId, email, phone))
                        .build());

        assertThat(router.written(Topics.cleared(fi.lupa.permission.Channel.POST)))
                .extracting(TestRecord::key)
                .containsExactly(subjects.get(subject));
    }

    @ParameterizedTest
    @CsvSource({
        "EMAIL, aino@example.fi, , true",
        "EMAIL, eero@example.fi, , false",
        "MOBILE, , +358401234567, true",
        "MOBILE, , +358501234567, false",
        "PHONE, , +358501234567, false",
        "POST, eero@example.fi, +358501234567, true"
    })
    void anAddressAskedForMustBeTheSubjects(Channel channel, String email, String phone, boolean theirs) {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());

        router.routes(toAino(channel).setPersonal(personal(null, email, phone)).build());

        if (theirs) {
            assertThat(router.cleared()).hasSize(1);
        } else {
            assertThat(reasons()).contains(Reason.NO_CONTACT_POINT);
        }
    }

    @Test
    void aStateThatTheLawCannotReadPermitsNothing() {
        router.knows(spring().setPurpose(Purpose.SERVICE_NOTICE).build());
        ConsentState state = aino().says(Scope.EMAIL, Will.PROHIBIT).state();
        StatementInForce impossible = StatementInForce.newBuilder(
                        state.getStatements().get(0))
                .setAwaitsConfirmation(true)
                .build();
        router.knows(ConsentState.newBuilder(state)
                .setStatements(List.of(impossible))
                .build());

        router.routes(toAino(Channel.EMAIL).build());

        assertThat(reasons()).containsExactly(Reason.STATE_UNAVAILABLE);
    }

    @Test
    void aStateThatDoesNotTellTheAddressPermitsNothing() {
        router.knows(spring().build());
        ConsentState state = aino().consentsToEmailAndMobile().state();
        router.knows(ConsentState.newBuilder(state)
                .setPersonal((StatePersonalData) null)
                .build());
        router.routes(toAino(Channel.EMAIL).build());
        router.knows(ConsentState.newBuilder(state)
                .setPersonal(StatePersonalData.newBuilder().build())
                .build());
        router.routes(toAino(Channel.EMAIL).build());

        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.STATE_UNAVAILABLE), List.of(Reason.STATE_UNAVAILABLE));
        assertThat(router.deadLetters()).isEmpty();
    }

    @Test
    void aStateSealedUnderAnotherMasterKeyOrForAnotherSubjectPermitsNothing() throws Exception {
        router.knows(spring().build());
        ConsentState sealed = People.sealed(aino().consentsToEmailAndMobile().state());
        MasterKey other = MasterKey.read(MasterKey.generate(), null);
        router.put(
                Topics.CONSENT_STATE,
                AINO,
                ConsentState.newBuilder(sealed)
                        .setWrappedKey(other.newSubjectKey(AINO))
                        .build());
        router.routes(toAino(Channel.EMAIL).build());
        router.put(
                Topics.CONSENT_STATE,
                AINO,
                ConsentState.newBuilder(sealed)
                        .setWrappedKey(People.MASTER.newSubjectKey(AINO))
                        .build());
        router.routes(toAino(Channel.EMAIL).build());

        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.STATE_UNAVAILABLE), List.of(Reason.STATE_UNAVAILABLE));
    }

    static Stream<Topic<?>> partitionedInputs() {
        return Stream.of(Topics.CAMPAIGN_MESSAGES, Topics.CONSENT_STATE);
    }

    @ParameterizedTest
    @MethodSource("partitionedInputs")
    void whatIsNoEventGoesToTheDeadLettersAndTheRestGoesOn(Topic<?> topic) {
        router.knows(spring().build());
        router.put(topic, AINO, GARBAGE);
        router.knows(aino().consentsToEmailAndMobile().state());
        router.routes(toAino(Channel.EMAIL).build());

        assertThat(router.cleared()).hasSize(1);
        assertThat(router.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.getStage()).isEqualTo(FailedStage.READ);
            assertThat(letter.getTopic()).isEqualTo(topic.name());
            assertThat(letter.getPartition()).isZero();
            assertThat(letter.getOffset()).isZero();
            assertThat(letter.getService()).isEqualTo("campaign-router");
            assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(GARBAGE));
            assertThat(letter.getProblem()).doesNotContain("aino", "example.fi");
        });
    }

    static Stream<Arguments> unprocessable() {
        CampaignMessage.Builder message = toAino(Channel.EMAIL);
        return Stream.of(
                Arguments.of(null, "the record has no value"),
                Arguments.of(
                        message.setSubjectId(null)
                                .setPersonal((MessagePersonalData) null)
                                .build(),
                        "the message names no recipient"),
                Arguments.of(
                        message.setSubjectId(" ")
                                .setPersonal(personal(" ", null, ""))
                                .build(),
                        "the message names no recipient"),
                Arguments.of(
                        message.setSubjectId(null)
                                .setPersonal(personal(null, "aino at example.fi", null))
                                .build(),
                        "the recipient's email is not one: An email address has a name, an @ and a domain, as"
                                + " name@example.com."),
                Arguments.of(
                        message.setSubjectId(AINO)
                                .setPersonal(personal(null, "aino at example.fi", null))
                                .build(),
                        "the recipient's email is not one: An email address has a name, an @ and a domain, as"
                                + " name@example.com."));
    }

    @ParameterizedTest
    @MethodSource("unprocessable")
    void whatNamesNobodyGoesToTheDeadLettersAndTheRestGoesOn(CampaignMessage message, String problem) {
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());

        router.put(Topics.CAMPAIGN_MESSAGES, "m-1", message);

        assertThat(router.written(Topics.DEAD_LETTERS))
                .extracting(TestRecord::value)
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.getTopic()).isEqualTo(Topics.CAMPAIGN_MESSAGES.name());
                    assertThat(letter.getStage()).isEqualTo(FailedStage.PROCESS);
                    assertThat(letter.getProblem()).isEqualTo(problem);
                });
        assertThat(router.counted("read")).isOne();
        assertThat(router.counted("dead-lettered")).isOne();
        router.routes(toAino(Channel.EMAIL).build());
        assertThat(router.cleared()).hasSize(1);
    }

    @Test
    void aDeadLetterHoldsTheMessageAsItCame() {
        CampaignMessage nobodys = toAino(Channel.EMAIL)
                .setSubjectId(null)
                .setPersonal((MessagePersonalData) null)
                .build();
        byte[] value = new TopicSerdes()
                .of(Topics.CAMPAIGN_MESSAGES)
                .serializer()
                .serialize(Topics.CAMPAIGN_MESSAGES.name(), nobodys);

        router.put(Topics.CAMPAIGN_MESSAGES, "m-1", value);

        List<TestRecord<String, DeadLetter>> letters = router.written(Topics.DEAD_LETTERS);
        assertThat(letters).extracting(TestRecord::key).containsExactly("m-1");
        assertThat(letters).extracting(letter -> letter.value().getValue()).containsExactly(ByteBuffer.wrap(value));
    }

    /** Names of nodes and stores are names of topics and of folders on disk: another name is another, empty, state. */
    @Test
    void theTopologyIsFrozen() throws IOException {
        String description = RouterDriver.topology(
                        new Books(new SimpleMeterRegistry()),
                        new AudienceSizes(new SimpleMeterRegistry()),
                        () -> true,
                        Clock.systemUTC())
                .describe()
                .toString();

        assertThat(description)
                .as(
                        "The topology is not the one in src/test/resources/router-topology.txt. If a node or store was renamed"
                                + " without need, take its name back: under another name it starts empty. If the change is meant,"
                                + " say in CHANGELOG.md what a running installation has to do, and copy the description below into"
                                + " the file.")
                .isEqualTo(frozen("/router-topology.txt"));
    }

    private static String frozen(String resource) throws IOException {
        try (InputStream text = RouterTopologyTest.class.getResourceAsStream(resource)) {
            return new String(text.readAllBytes(), UTF_8);
        }
    }

    private List<Reason> reasons() {
        assertThat(router.cleared()).isEmpty();
        List<MessageSuppressed> suppressed = router.suppressed();
        assertThat(suppressed).hasSize(1);
        return suppressed.get(0).getReasons();
    }

    private static Reason[] reasonsIn(String words) {
        return Stream.of(words.split(" ", -1)).map(Reason::valueOf).toArray(Reason[]::new);
    }

    private static MessagePersonalData personal(String customerId, String email, String phone) {
        return MessagePersonalData.newBuilder()
                .setCustomerId(customerId)
                .setEmail(email)
                .setPhone(phone)
                .build();
    }

    private static String pointOf(Channel channel) {
        return switch (channel) {
            case EMAIL -> AINO_EMAIL;
            case MOBILE, PHONE -> AINO_PHONE;
            case POST -> AINO_POSTAL;
        };
    }

    private static String addressOf(Channel channel) {
        return aino().state().getPersonal().getContactPoints().get(pointOf(channel));
    }
}
