package fi.lupa.campaign.routing;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.SPRING;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.eero;
import static fi.lupa.campaign.People.spring;
import static fi.lupa.campaign.People.toAino;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.Alias;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Cap;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactsMade;
import fi.lupa.event.HeldMessage;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Reason;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Neither again, nor too often, nor while the channel rests. It is noon on a Monday, in Helsinki two hours later. */
class PaceTest {

    private static final Instant EVENING = Instant.parse("2026-03-02T18:30:00Z");
    private static final Instant MORNING = Instant.parse("2026-03-03T07:00:00Z");

    private RouterDriver router;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        router = new RouterDriver(stateDir);
        router.knows(spring().build());
        router.knows(aino().consentsToEmailAndMobile().state());
    }

    @AfterEach
    void stop() {
        router.close();
    }

    @Test
    void aMessageIsClearedOnceInAWeek() {
        router.routes(message("m-1", Channel.EMAIL));
        router.routes(message("m-1", Channel.EMAIL));
        router.at(NOON.plus(Duration.ofDays(7).minusMillis(1)));
        router.routes(message("m-1", Channel.EMAIL));
        assertThat(router.cleared()).hasSize(1);
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.DUPLICATE), List.of(Reason.DUPLICATE));

        router.at(NOON.plus(Duration.ofDays(7)));
        router.routes(message("m-1", Channel.EMAIL));
        assertThat(router.cleared()).hasSize(1);
    }

    @Test
    void aMessageThatIsClearedAgainCountsTwice() {
        router.knows(spring().setCaps(List.of(new Cap(2, "P30D"))).build());
        router.routes(message("m-1", Channel.EMAIL));
        router.at(NOON.plus(Duration.ofDays(7)));
        router.routes(message("m-1", Channel.EMAIL));
        router.routes(message("m-2", Channel.EMAIL));

        assertThat(router.cleared()).hasSize(2);
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.FREQUENCY_CAP));
    }

    @Test
    void whatNoLongerCountsIsForgotten() {
        router.routes(message("m-1", Channel.EMAIL));

        router.at(NOON.plus(Contacted.KEPT));
        assertThat(contactsKept()).isOne();
        router.at(NOON.plus(Contacted.KEPT).plusSeconds(1));
        assertThat(contactsKept()).isZero();
    }

    private int contactsKept() {
        return router.peers()
                .read(RouterTopology.CONTACTS, QueryableStoreTypes.<String, ContactsMade>keyValueStore(), contacts -> {
                    List<String> keys = new ArrayList<>();
                    try (KeyValueIterator<String, ContactsMade> all = contacts.all()) {
                        all.forEachRemaining(entry -> keys.add(entry.key));
                    }
                    return keys.size();
                });
    }

    /** Of somebody erased meanwhile, it would be the only word of what was sent to them before. */
    @Test
    void whatComesBackOfASubjectsOwnIsNotTheirs() {
        router.routes(message("m-1", Channel.EMAIL));
        ContactMade made = router.values(Topics.CAMPAIGN_CONTACTS).get(0);
        router.put(Topics.CONSENT_STATE, made.getSubjectId(), (byte[]) null);
        assertThat(contactsKept()).isZero();

        router.put(Topics.CAMPAIGN_NOTES, made.getSubjectId(), made);

        assertThat(contactsKept()).isZero();
    }

    @Test
    void whatWasClearedIsToldWithoutAWordOfIt() {
        router.routes(message("m-1", Channel.EMAIL));

        List<TestRecord<String, ContactMade>> contacts = router.written(Topics.CAMPAIGN_CONTACTS);
        assertThat(contacts).singleElement().satisfies(contact -> {
            assertThat(contact.key()).isEqualTo(AINO);
            assertThat(contact.value().getSubjectId()).isEqualTo(AINO);
            assertThat(contact.value().getMessageId()).isEqualTo("m-1");
            assertThat(contact.value().getContactPointId()).isEqualTo(AINO_EMAIL);
            assertThat(contact.value().getClearedAt()).isEqualTo(NOON);
        });
    }

    @Test
    void ofTwoInOneMillisecondTheSecondIsOneTooMany() {
        router.knows(spring().setCaps(List.of(new Cap(1, "P1D"))).build());

        router.routes(message("m-1", Channel.EMAIL));
        router.routes(message("m-2", Channel.EMAIL));

        assertThat(router.cleared()).extracting(MessageCleared::getMessageId).containsExactly("m-1");
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.FREQUENCY_CAP));
        router.at(NOON.plus(Duration.ofDays(1)));
        router.routes(message("m-3", Channel.EMAIL));
        assertThat(router.cleared()).extracting(MessageCleared::getMessageId).containsExactly("m-3");
    }

    @Test
    void anAddressThatIsSharedIsCountedForAllWhoShareIt() {
        router.knows(spring().setCaps(List.of(new Cap(1, "P1D"))).build());
        String eero = eeroSharesAinosAddress();

        router.routes(
                toAino(Channel.EMAIL).setSubjectId(eero).setMessageId("m-1").build());
        router.routes(message("m-2", Channel.EMAIL));
        router.routes(message("m-3", Channel.MOBILE));

        assertThat(router.cleared()).extracting(MessageCleared::getMessageId).containsExactly("m-1", "m-3");
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getMessageId)
                .containsExactly("m-2");
    }

    private String eeroSharesAinosAddress() {
        ConsentState eero = eero().says(Scope.EMAIL, Will.GRANT, AINO_EMAIL).state();
        router.knows(ConsentState.newBuilder(eero)
                .setPossibleDuplicates(List.of(AINO))
                .build());
        return eero.getSubjectId();
    }

    @Test
    void oneIdForTwoWhoShareAnAddressIsTwoMessages() {
        router.knows(spring().build());
        String eero = eeroSharesAinosAddress();

        router.routes(
                toAino(Channel.EMAIL).setSubjectId(eero).setMessageId("m-1").build());
        router.routes(message("m-1", Channel.EMAIL));
        router.routes(message("m-1", Channel.EMAIL));

        assertThat(router.cleared()).extracting(MessageCleared::getSubjectId).containsExactly(eero, AINO);
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.DUPLICATE));
    }

    @Test
    void oneIdForTwoWhoAreOneIsOneMessage() {
        router.knows(spring().build());
        ConsentState eero = eero().says(Scope.POST, Will.LIFT).state();
        router.knows(eero);
        router.routes(toAino(Channel.POST)
                .setSubjectId(eero.getSubjectId())
                .setMessageId("m-1")
                .build());
        assertThat(router.cleared()).hasSize(1);

        router.knows(ConsentState.newBuilder(eero).setSameAs(AINO).build());
        router.knows(ConsentState.newBuilder(aino().consentsToEmailAndMobile().state())
                .setAlsoKnownAs(List.of(new Alias(eero.getSubjectId(), NOON, null)))
                .build());
        router.routes(message("m-1", Channel.EMAIL));

        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.DUPLICATE));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatWasSentUnderAnotherNameCountsOnceItIsTheSamePersonAndNobodyElse(boolean shared) {
        router.knows(spring().setCaps(List.of(new Cap(1, "P1D"))).build());
        ConsentState eero = eero().says(Scope.POST, Will.LIFT).state();
        router.knows(eero);
        router.routes(toAino(Channel.POST).setSubjectId(eero.getSubjectId()).build());
        assertThat(router.cleared()).hasSize(1);

        router.knows(ConsentState.newBuilder(eero).setSameAs(AINO).build());
        router.knows(ConsentState.newBuilder(aino().consentsToEmailAndMobile().state())
                .setAlsoKnownAs(List.of(new Alias(eero.getSubjectId(), NOON, shared ? NOON : null)))
                .build());
        router.routes(message("m-2", Channel.EMAIL));

        assertThat(router.cleared()).hasSize(shared ? 1 : 0);
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .isEqualTo(shared ? List.of() : List.of(List.of(Reason.FREQUENCY_CAP)));
    }

    @Test
    void aCallWaitsForTheMorningAndIsDecidedThen() {
        router.at(EVENING);
        router.routes(message("m-1", Channel.PHONE));
        router.routes(message("m-1", Channel.PHONE));
        assertThat(router.cleared()).isEmpty();
        assertThat(router.suppressed()).isEmpty();
        assertThat(router.waiting()).isEqualTo(2);

        router.at(MORNING.minusMillis(100));
        assertThat(router.cleared()).isEmpty();
        router.at(MORNING);
        assertThat(router.cleared()).extracting(MessageCleared::getDecidedAt).containsExactly(MORNING);
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.DUPLICATE));
        assertThat(router.waiting()).isZero();
    }

    @Test
    void whoForbidsCallsInTheNightIsNotCalledInTheMorning() {
        router.at(EVENING);
        router.routes(message("m-1", Channel.PHONE));
        router.knows(aino().says(Scope.PHONE, Will.PROHIBIT).state());
        router.at(MORNING);

        assertThat(router.cleared()).isEmpty();
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.CHANNEL_PROHIBITED));
    }

    @Test
    void whatWaitsForACampaignThatEndsDoesNotGoOut() {
        router.at(EVENING);
        router.routes(message("m-1", Channel.PHONE));
        router.knows(spring().setValidUntil(EVENING.plusSeconds(60)).build());
        router.at(MORNING);

        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getReasons)
                .containsExactly(List.of(Reason.CAMPAIGN_CLOSED));
    }

    @Test
    void whoIsErasedInTheNightIsNotCalledAndNothingOfThemCounts() {
        router.routes(message("m-0", Channel.EMAIL));
        router.at(EVENING);
        router.routes(message("m-1", Channel.PHONE));
        router.put(Topics.CONSENT_STATE, AINO, (byte[]) null);
        router.at(MORNING);

        assertThat(router.suppressed())
                .extracting(suppressed -> suppressed.getReasons().get(0))
                .containsExactly(Reason.UNKNOWN_SUBJECT);
        router.knows(aino().consentsToEmailAndMobile().state());
        router.routes(message("m-0", Channel.EMAIL));
        assertThat(router.cleared()).hasSize(2);
    }

    @Test
    void whatWaitsForSomebodyWhoIsAnotherByThenIsDecidedAsThatOne() {
        ConsentState eero = eero().state();
        router.knows(eero);
        router.at(EVENING);
        router.routes(toAino(Channel.PHONE).setSubjectId(eero.getSubjectId()).build());
        router.knows(ConsentState.newBuilder(eero).setSameAs(AINO).build());
        router.at(MORNING);

        assertThat(router.cleared()).extracting(MessageCleared::getSubjectId).containsExactly(AINO);
        assertThat(router.counted("read") + router.counted("released"))
                .isEqualTo(router.counted("cleared") + router.counted("held") + router.counted("readdressed"));
    }

    private static CampaignMessage message(String id, Channel channel) {
        return toAino(channel).setMessageId(id).setCampaignId(SPRING).build();
    }

    @Test
    void oneThatCannotBeReadAnyMoreIsRefusedAndTakesNoOtherAlong() {
        router.at(EVENING);
        for (int i = 0; i < 5; i++) {
            router.routes(CampaignMessage.newBuilder(message("m-" + i, Channel.PHONE))
                    .setPersonal(phone("+358401234567"))
                    .build());
        }
        assertThat(router.waiting()).isEqualTo(5);
        KeyValue<String, HeldMessage> first;
        try (KeyValueIterator<String, HeldMessage> all = router.held().all()) {
            first = all.next();
        }
        CampaignMessage noNumber = CampaignMessage.newBuilder(first.value.getMessage())
                .setPersonal(phone("+35840123456789012345"))
                .build();
        router.held()
                .put(
                        first.key,
                        HeldMessage.newBuilder(first.value).setMessage(noNumber).build());

        router.at(MORNING.plusSeconds(1));

        assertThat(router.waiting()).isZero();
        assertThat(router.cleared().size() + router.suppressed().size()).isEqualTo(5);
        assertThat(router.deadLetters()).isEmpty();
        assertThat(router.counted("released")).isEqualTo(5);
    }

    private static MessagePersonalData phone(String number) {
        return MessagePersonalData.newBuilder()
                .setPhone(number)
                .setParameters(Map.of())
                .build();
    }
}
