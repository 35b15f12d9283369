package fi.lupa.standalone.replay.whatif;

import static fi.lupa.event.Channel.EMAIL;
import static fi.lupa.event.Channel.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.edge.identity.TimeZones;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.event.Alias;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.ContactMade;
import fi.lupa.event.Customership;
import fi.lupa.event.Door;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.Reason;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.event.Will;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Terms;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.standalone.replay.whatif.RemadeDecision.Why;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One person's decisions, made again on what was known then. Day 1 is a Monday; all is noon in Helsinki unless it is told. */
class SubjectDecisionsTest {

    private static final String AINO = "aino";
    private static final String ADDRESS = "aino@";
    private static final String NUMBER = "+358";

    static {
        EventClasses.trust();
    }

    @TempDir
    private Path folder;

    private final SubjectPast past = new SubjectPast();
    private final CampaignDefinitions definitions = new CampaignDefinitions();
    private final List<RecordedDecision> decided = new ArrayList<>();
    private final List<ContactMade> earlier = new ArrayList<>();
    private final Policy own = PolicyFile.shipped().read();

    @BeforeEach
    void aino() {
        past.know(known(AINO).build());
        definitions.add(spring(day(0)).build());
    }

    @Test
    void aWithdrawalBetweenTwoMessagesCountsForTheSecond() {
        says(AINO, Scope.EMAIL, Will.GRANT, day(1));
        cleared("m-1", EMAIL, day(2));
        says(AINO, Scope.EMAIL, Will.WITHDRAW, day(3));
        suppressed("m-2", EMAIL, day(4), Reason.CONSENT_WITHDRAWN, Reason.CONTACT_POINT_STOPPED);
        assertSame();
    }

    @Test
    void whatWasRecordedJustBeforeMayNotHaveBeenKnown() {
        says(AINO, Scope.EMAIL, Will.GRANT, day(1));
        says(AINO, Scope.EMAIL, Will.WITHDRAW, day(2).minusMillis(400));
        cleared("m-1", EMAIL, day(2));
        assertSame();
    }

    @Test
    void whatWasRecordedAMinuteBeforeMustHaveBeen() {
        says(AINO, Scope.EMAIL, Will.GRANT, day(1));
        says(AINO, Scope.EMAIL, Will.WITHDRAW, day(2).minusSeconds(60));
        cleared("m-1", EMAIL, day(2));
        assertThat(again(own)).extracting(RemadeDecision::why).containsExactly(Why.STATE);
    }

    @Test
    void whoMayBeCalledUntilTheySayNoMayNotWhereAConsentIsAsked() {
        asks("m-1", PHONE, null);
        cleared("m-1", PHONE, day(2));
        assertSame();
        assertThat(again(phoneOptIn()))
                .extracting(RemadeDecision::now)
                .containsExactly(new Outcome(Outcome.Kind.SUPPRESSED, Reason.NO_CONSENT));
    }

    @Test
    void capsCountWhatTheOtherPolicyWouldHaveCleared() {
        says(AINO, Scope.EMAIL, Will.GRANT, day(1));
        cleared("m-0", PHONE, day(2));
        cleared("m-1", EMAIL, day(2));
        cleared("m-2", EMAIL, day(3));
        cleared("m-3", EMAIL, day(4));
        assertSame();
        String caps = "caps: [{ purposes: [DIRECT_MARKETING], channels: [EMAIL, PHONE], most: 2, window: P7D }]";
        assertThat(again(other(yaml -> yaml.replace("caps: []", caps))))
                .extracting(remade -> remade.now().kind())
                .containsExactly(
                        Outcome.Kind.CLEARED, Outcome.Kind.CLEARED, Outcome.Kind.SUPPRESSED, Outcome.Kind.SUPPRESSED);
        assertThat(again(other(yaml -> optIn(yaml).replace("caps: []", caps))))
                .as("a call that would not have been made does not count")
                .extracting(remade -> remade.now().kind())
                .containsExactly(
                        Outcome.Kind.SUPPRESSED, Outcome.Kind.CLEARED, Outcome.Kind.CLEARED, Outcome.Kind.SUPPRESSED);
    }

    @Test
    void capsCountWhatWasClearedBeforeThePeriod() {
        says(AINO, Scope.EMAIL, Will.GRANT, day(1));
        earlier.add(made(AINO, "m-0", EMAIL, day(1).plusSeconds(60)));
        cleared("m-1", EMAIL, day(2));
        String caps = "caps: [{ purposes: [DIRECT_MARKETING], channels: [EMAIL], most: 1, window: P7D }]";
        assertThat(again(other(yaml -> yaml.replace("caps: []", caps))))
                .extracting(RemadeDecision::now)
                .containsExactly(new Outcome(Outcome.Kind.SUPPRESSED, Reason.FREQUENCY_CAP));
    }

    @Test
    void atNightAMessageWouldWaitAndOneThatIsGoneMayHaveExpired() {
        says(AINO, Scope.EMAIL, Will.GRANT, day(1));
        asks("m-1", EMAIL, null);
        cleared("m-1", EMAIL, day(2).minusSeconds(10 * 3_600));
        cleared("m-2", EMAIL, day(2).minusSeconds(10 * 3_600 - 1));
        assertSame();
        List<RemadeDecision> again = again(other(yaml -> yaml.replace("quietHours:\n", """
                quietHours:
                  - purposes: [DIRECT_MARKETING]
                    channels: [EMAIL]
                    opens: "08:00"
                    closes: "21:00"
                    weekdaysOnly: false
                """)));
        assertThat(again.get(0).now()).isEqualTo(new Outcome(Outcome.Kind.WAITING, Reason.QUIET_HOURS));
        assertThat(again.get(0).byZone())
                .as("an address tells no time zone, to anybody")
                .isFalse();
        assertThat(again.get(1).why()).isEqualTo(Why.MESSAGE);
    }

    @Test
    void whereANumberIsMayDecideAndHowOftenIsTold() {
        asks("m-1", PHONE, null);
        asks("m-2", PHONE, null);
        cleared("m-1", PHONE, day(2));
        cleared("m-2", PHONE, day(3).plusSeconds(2 * 3_600));
        assertThat(again(own))
                .as("by the rules of then, they are where it was no time of rest")
                .extracting(RemadeDecision::byZone)
                .containsExactly(false, false);
        List<RemadeDecision> again = again(other(yaml -> yaml.replace("opens: \"09:00\"", "opens: \"12:30\"")
                .replace("closes: \"20:00\"", "closes: \"23:30\"")));
        assertThat(again)
                .extracting(remade -> remade.now().kind())
                .containsExactly(Outcome.Kind.WAITING, Outcome.Kind.CLEARED);
        assertThat(told(again))
                .contains("           2    which tried may decide otherwise: where their phone number is");
        assertThat(told(again(phoneOptIn()))).as("none may be called anywhere").doesNotContain("phone number");
    }

    @Test
    void whatWasDecidedForANumberElsewhereIsToldToBe() {
        cleared("m-1", PHONE, day(2).minusSeconds(7 * 3_600));
        List<RemadeDecision> again = again(own);
        assertThat(again).extracting(RemadeDecision::why).containsExactly(Why.ZONE);
        assertThat(told(again))
                .contains("           1    the phone number is elsewhere than in the policy's time zone");
    }

    @Test
    void theWorldIsRoundToTheHour() {
        assertThat(DecisionBasis.NUMBERS.stream()
                        .flatMap(number -> TimeZones.of(number).stream())
                        .map(zone -> zone.getRules().getOffset(day(0)).getTotalSeconds() / 3_600)
                        .distinct()
                        .sorted())
                .containsExactly(-10, -8, -7, -6, -5, -4, -3, -1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13);
    }

    private static String told(List<RemadeDecision> again) {
        PolicyDifference difference = new PolicyDifference("tried", null);
        again.forEach(difference::count);
        StringWriter told = new StringWriter();
        difference.tell(new PrintWriter(told, true));
        return told.toString();
    }

    @Test
    void whatIsSentAgainIsADuplicateOnlyOfWhatWouldHaveBeenCleared() {
        cleared("m-1", PHONE, day(2));
        suppressed("m-1", PHONE, day(3), Reason.DUPLICATE);
        assertSame();
        assertThat(again(phoneOptIn()))
                .extracting(remade -> remade.now().reason())
                .containsExactly(Reason.NO_CONSENT, Reason.NO_CONSENT);
    }

    @Test
    void aMergeHalfWayBringsItsConsentAndItsContactsFromThenOn() {
        past.know(known(AINO)
                .setAlsoKnownAs(List.of(new Alias("aino-too", day(5), null)))
                .build());
        past.know(known("aino-too").setSameAs(AINO).build());
        says("aino-too", Scope.EMAIL, Will.GRANT, day(1));
        decided.add(RecordedDecision.cleared(made("aino-too", "m-0", EMAIL, day(2)), own.version()));
        suppressed("m-1", EMAIL, day(3), Reason.NO_CONSENT);
        cleared("m-2", EMAIL, day(7));
        assertSame();
        String caps = "caps: [{ purposes: [DIRECT_MARKETING], channels: [EMAIL], most: 1, window: P7D }]";
        assertThat(again(other(yaml -> yaml.replace("caps: []", caps))))
                .extracting(remade -> remade.now().reason())
                .containsExactly(null, Reason.NO_CONSENT, Reason.FREQUENCY_CAP);
    }

    @Test
    void aConsentUnderAnAddressCountsUntilASecondCustomerGivesTheAddress() {
        past.know(known(AINO)
                .setAlsoKnownAs(List.of(new Alias(ADDRESS, day(0), day(5))))
                .build());
        says(ADDRESS, Scope.EMAIL, Will.GRANT, day(1));
        cleared("m-1", EMAIL, day(2));
        cleared("m-2", EMAIL, day(5).plusMillis(400));
        suppressed("m-3", EMAIL, day(6), Reason.NO_CONSENT);
        assertSame();
    }

    @Test
    void whoWasErasedSinceIsNotJudgedAgain() {
        cleared("m-1", PHONE, day(2));
        assertThat(all().again(definitions, by(own), one -> true))
                .extracting(RemadeDecision::why)
                .containsExactly(Why.ERASED);
    }

    @Test
    void aCampaignThatWasRedefinedSinceIsNoLongerKnown() {
        CampaignDefinitions since = new CampaignDefinitions();
        since.add(spring(day(3)).build());
        cleared("m-1", PHONE, day(2));
        cleared("m-2", PHONE, day(4));
        assertThat(all().again(since, by(own), one -> false))
                .extracting(RemadeDecision::why)
                .containsExactly(Why.CAMPAIGN, null);
    }

    @Test
    void theOlderDefinitionIsKnownWhileItIsLeft() {
        definitions.add(spring(day(3)).setChannels(List.of(EMAIL)).build());
        cleared("m-1", PHONE, day(2));
        suppressed("m-2", PHONE, day(4), Reason.CHANNEL_NOT_IN_CAMPAIGN);
        assertSame();
    }

    @Test
    void whatAnotherPolicyDecidedIsMadeAgainByThatOne() {
        Policy before = phoneOptIn();
        decided.add(RecordedDecision.suppressed(
                MessageSuppressed.newBuilder(refused("m-1", PHONE, day(2), Reason.NO_CONSENT))
                        .setPolicyVersion(before.version())
                        .build()));
        assertThat(again(own)).extracting(RemadeDecision::why).containsExactly(Why.POLICY);
        RemadeDecision.By both = new RemadeDecision.By(
                Map.of(own.version(), decisions(own), before.version(), decisions(before)), decisions(own));
        assertThat(all().again(definitions, both, one -> false))
                .extracting(RemadeDecision::now)
                .containsExactly(new Outcome(Outcome.Kind.CLEARED, null));
    }

    @Test
    void aRecipientOfWhomNothingWasKnownStaysUnknown() {
        decided.add(RecordedDecision.suppressed(
                MessageSuppressed.newBuilder(refused("m-1", EMAIL, day(2), Reason.UNKNOWN_SUBJECT))
                        .setConsentRevision(null)
                        .build()));
        assertSame();
    }

    @Test
    void whoseStateIsGoneIsNotJudgedAgain() {
        decided.add(RecordedDecision.cleared(made("eero", "m-1", EMAIL, day(2)), own.version()));
        assertThat(again(own)).extracting(RemadeDecision::why).containsExactly(Why.STATE);
    }

    @Test
    void ofTwoAddressesTheOneThatMayHaveBeenAskedForIsTriedAndNeverGuessed() {
        past.know(known(AINO)
                .setContactPoints(List.of(
                        new KnownContactPoint(ContactKind.EMAIL, "newer@", day(0), day(0).plusSeconds(1), false),
                        new KnownContactPoint(ContactKind.EMAIL, ADDRESS, day(0), day(0), false)))
                .build());
        says(AINO, Scope.EMAIL, Will.REFUSE, day(1));
        suppressed("m-1", EMAIL, day(2), Reason.NO_CONSENT);
        assertSame();
        says(AINO, Scope.EMAIL, Will.PROHIBIT, day(3));
        suppressed("m-2", EMAIL, day(4), Reason.NO_CONSENT);
        suppressed("m-3", EMAIL, day(4), Reason.CHANNEL_PROHIBITED, Reason.CONTACT_POINT_STOPPED, Reason.NO_CONSENT);
        assertSame();
        assertThat(again(other(yaml -> yaml.replace(
                        "person:       { EMAIL: opt-in, MOBILE: opt-in, PHONE: opt-out, POST: opt-out }    # R1, R2",
                        "person:       { EMAIL: opt-out, MOBILE: opt-in, PHONE: opt-out, POST: opt-out }"))))
                .extracting(RemadeDecision::now)
                .containsExactly(
                        new Outcome(Outcome.Kind.CLEARED, null),
                        new Outcome(Outcome.Kind.CLEARED, null),
                        new Outcome(Outcome.Kind.SUPPRESSED, Reason.CHANNEL_PROHIBITED));
    }

    /** Made again by the same policy, each decision is as it was. */
    private void assertSame() {
        assertThat(again(own)).allSatisfy(remade -> {
            assertThat(remade.why()).isNull();
            assertThat(remade.differs()).isFalse();
        });
    }

    private List<RemadeDecision> again(Policy policy) {
        return all().again(definitions, by(policy), one -> false);
    }

    private SubjectDecisions all() {
        return new SubjectDecisions(past, earlier, decided);
    }

    private RemadeDecision.By by(Policy policy) {
        return new RemadeDecision.By(Map.of(own.version(), decisions(own)), decisions(policy));
    }

    private static Decisions decisions(Policy policy) {
        return new Decisions(policy, null);
    }

    private Policy phoneOptIn() {
        return other(SubjectDecisionsTest::optIn);
    }

    private static String optIn(String yaml) {
        return yaml.replace(
                "person:       { EMAIL: opt-in, MOBILE: opt-in, PHONE: opt-out, POST: opt-out }    # R1, R2",
                "person:       { EMAIL: opt-in, MOBILE: opt-in, PHONE: opt-in, POST: opt-out }");
    }

    private Policy other(UnaryOperator<String> change) {
        try (var own = Terms.class.getResourceAsStream("policy.yaml")) {
            String yaml = new String(own.readAllBytes(), StandardCharsets.UTF_8);
            String changed = change.apply(yaml);
            assertThat(changed).isNotEqualTo(yaml);
            Path file = folder.resolve("policy.yaml");
            Files.writeString(file, changed.replaceFirst("(?m)^version: .*$", "version: tried"));
            return PolicyFile.at(file).read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instant day(int day) {
        return Instant.parse("2026-11-01T10:00:00Z").plusSeconds(day * 86_400L);
    }

    private static ConsentState.Builder known(String id) {
        return ConsentState.newBuilder()
                .setSubjectId(id)
                .setKind(SubjectKind.PERSON)
                .setKindSince(day(0))
                .setCustomership(Customership.CUSTOMER)
                .setRevision(1)
                .setContactPoints(List.of(
                        new KnownContactPoint(ContactKind.EMAIL, ADDRESS, day(0), day(0), false),
                        new KnownContactPoint(ContactKind.PHONE, NUMBER, day(0), day(0), false)));
    }

    private static CampaignDefined.Builder spring(Instant at) {
        return CampaignDefined.newBuilder()
                .setCampaignId("spring")
                .setName("Spring")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannels(List.of(EMAIL, PHONE))
                .setProcessor(Processor.newBuilder()
                        .setName("Postittaja Oy")
                        .setCountry("FI")
                        .setTransferBasis(TransferBasis.NONE)
                        .build())
                .setValidFrom(day(0))
                .setDefinedAt(at)
                .setDefinedBy("test");
    }

    private void says(String id, Scope scope, Will will, Instant at) {
        ConsentChanged said = ConsentChanged.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId(id)
                .setScope(scope)
                .setWill(will)
                .setContactPointId(ADDRESS)
                .setOccurredAt(at)
                .setRecordedAt(at)
                .setDoor(Door.LETTER)
                .build();
        past.say(said);
        past.stop(said);
    }

    private void asks(String messageId, Channel channel, Instant expiresAt) {
        past.ask(
                CampaignMessage.newBuilder()
                        .setMessageId(messageId)
                        .setCampaignId("spring")
                        .setChannel(channel)
                        .setExpiresAt(expiresAt)
                        .setRequestedAt(day(0))
                        .build(),
                false);
    }

    private void cleared(String messageId, Channel channel, Instant at) {
        decided.add(RecordedDecision.cleared(made(AINO, messageId, channel, at), own.version()));
    }

    private static ContactMade made(String id, String messageId, Channel channel, Instant at) {
        return ContactMade.newBuilder()
                .setMessageId(messageId)
                .setCampaignId("spring")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannel(channel)
                .setSubjectId(id)
                .setContactPointId(channel == EMAIL ? ADDRESS : NUMBER)
                .setClearedAt(at)
                .build();
    }

    private void suppressed(String messageId, Channel channel, Instant at, Reason... reasons) {
        decided.add(RecordedDecision.suppressed(refused(messageId, channel, at, reasons)));
    }

    private MessageSuppressed refused(String messageId, Channel channel, Instant at, Reason... reasons) {
        return MessageSuppressed.newBuilder()
                .setMessageId(messageId)
                .setCampaignId("spring")
                .setChannel(channel)
                .setSubjectId(AINO)
                .setReasons(List.of(reasons))
                .setDecidedAt(at)
                .setPolicyVersion(own.version())
                .setConsentRevision(1L)
                .build();
    }
}
