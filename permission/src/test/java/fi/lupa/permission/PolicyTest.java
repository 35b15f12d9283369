package fi.lupa.permission;

import static fi.lupa.permission.People.NOON;
import static fi.lupa.permission.People.aino;
import static fi.lupa.permission.People.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PolicyTest {

    private static final Enquiry BY_EMAIL = new Enquiry(Channel.EMAIL, null, null);

    private static final Policy POLICY = new Policy(ShippedTerms.read());

    @Test
    void aRuleThatFailsRefuses() {
        Subject unreadable = new Subject(
                "subject", SubjectKind.PERSON, null, aino().subject().contactPoints(), false, 7);
        Verdict verdict = POLICY.decide(BY_EMAIL, campaign(Purpose.DIRECT_MARKETING), unreadable, Stops.NONE, NOON);
        assertThat(((Verdict.Suppressed) verdict).reasons()).containsExactly(Reason.STATE_UNAVAILABLE);
    }

    @Test
    void incompleteTermsAreNone() {
        Terms shipped = ShippedTerms.read();
        Map<Purpose, Terms.PurposeTerms> purposes = new HashMap<>(shipped.purposes());
        purposes.remove(Purpose.BENEFIT);
        assertThatThrownBy(() -> new Terms(
                        shipped.version(),
                        purposes,
                        shipped.topics(),
                        shipped.alsoProhibits(),
                        shipped.essentialOnly(),
                        shipped.transfers(),
                        shipped.staleAfter(),
                        shipped.confirmWithin(),
                        shipped.consentValidFor(),
                        shipped.clearedOnceWithin(),
                        shipped.timeZone(),
                        shipped.caps(),
                        shipped.quietHours()))
                .hasMessage("nothing is said of BENEFIT");
    }

    @Test
    void aClearedMessageGoesStaleAtTheEarliestOfChannelMessageAndCampaign() {
        Campaign open = campaign(Purpose.SERVICE_NOTICE);
        assertThat(notAfter(open, null)).isEqualTo(NOON.plus(Duration.ofHours(24)));
        assertThat(notAfter(open, NOON.plusSeconds(60))).isEqualTo(NOON.plusSeconds(60));
        Campaign ending = new Campaign(
                open.id(),
                open.purpose(),
                open.channels(),
                open.processorCountry(),
                open.transferBasis(),
                open.validFrom(),
                NOON.plusSeconds(30));
        assertThat(notAfter(ending, NOON.plusSeconds(60))).isEqualTo(NOON.plusSeconds(30));
    }

    @Test
    void nothingIsCarriedLaterThanTheConsentItGoesByEnds() {
        Instant ends = NOON.plusSeconds(90);
        Consents forATime = Consents.of(List.of(granted(Door.LETTER, NOON.minusSeconds(60), ends)));
        Consents fromAList = Consents.of(List.of(granted(Door.IMPORT, NOON.minusSeconds(70), null)));

        assertThat(cleared(forATime).notAfter()).isEqualTo(ends);
        assertThat(cleared(fromAList).notAfter()).isAfter(ends);
        assertThat(cleared(fromAList.join(forATime.ofSeveral())).notAfter())
                .as("with the end of what several permitted the silence is broken")
                .isEqualTo(ends);
    }

    /** A list's consent beside one of several: what the list fills is silence, and no prohibition of another channel's. */
    @Test
    void whatSeveralPermittedIsNoNewerWordAgainstAProhibition() {
        Consents said = Consents.of(List.of(
                        People.statement(Scope.PHONE, Will.PROHIBIT, null, NOON.minusSeconds(60)),
                        People.statement(Scope.MOBILE, Will.GRANT, "phone", NOON.minusSeconds(80))))
                .join(Consents.of(List.of(People.statement(Scope.MOBILE, Will.GRANT, "phone", NOON.minusSeconds(30))))
                        .ofSeveral());
        Verdict.Suppressed verdict = (Verdict.Suppressed) POLICY.decide(
                new Enquiry(Channel.MOBILE, null, null),
                campaign(Purpose.DIRECT_MARKETING),
                who(said),
                Stops.NONE,
                NOON);
        assertThat(verdict.reasons()).containsExactly(Reason.CHANNEL_PROHIBITED);
    }

    private static Statement granted(Door door, Instant at, Instant validUntil) {
        return new Statement(
                UUID.randomUUID(), Scope.EMAIL, Will.GRANT, "email", at, at, door, false, null, validUntil, null);
    }

    private static Subject who(Consents said) {
        Subject aino = aino().subject();
        return new Subject(aino.id(), aino.kind(), said, aino.contactPoints(), aino.shared(), aino.revision());
    }

    private static Verdict.Cleared cleared(Consents said) {
        return (Verdict.Cleared)
                POLICY.decide(BY_EMAIL, campaign(Purpose.DIRECT_MARKETING), who(said), Stops.NONE, NOON);
    }

    @Test
    void everyReasonSpeaksForTheStatementBehindIt() {
        Subject subject = aino().says(Scope.EMAIL, Will.GRANT, "email", NOON.minusSeconds(60))
                .says(Scope.EMAIL, Will.WITHDRAW, "email", NOON.minusSeconds(30))
                .says(Scope.MARKETING_USE, Will.PROHIBIT, null, NOON.minusSeconds(20))
                .subject();
        Verdict.Suppressed verdict = (Verdict.Suppressed)
                POLICY.decide(BY_EMAIL, campaign(Purpose.DIRECT_MARKETING), subject, Stops.NONE, NOON);
        assertThat(verdict.refusals())
                .extracting(refusal -> refusal.because().occurredAt())
                .containsExactly(NOON.minusSeconds(30), NOON.minusSeconds(20));
        assertThat(verdict.consentRevision()).isEqualTo(7);
    }

    @Test
    void aTopicThatHasToBeChosenComesToThoseWhoHaveChosenIt() {
        Policy policy = new Policy(ShippedTerms.with(
                Map.of("tastings", new Terms.Topic(Terms.Answer.OPT_IN, Map.of("en", "Tastings"))), Map.of()));
        Campaign tastings = new Campaign(
                "tastings",
                Purpose.DIRECT_MARKETING,
                "tastings",
                Set.of(Channel.POST),
                "FI",
                TransferBasis.NONE,
                NOON.minusSeconds(60),
                null,
                List.of(),
                List.of());
        assertThat(reasons(policy, tastings, aino())).containsExactly(Reason.TOPIC_NOT_WANTED);
        assertThat(reasons(policy, tastings, aino().saysOfTopic("tastings", Will.REFUSE, NOON)))
                .containsExactly(Reason.TOPIC_NOT_WANTED);
        assertThat(reasons(policy, tastings, aino().saysOfTopic("tastings", Will.LIFT, NOON)))
                .containsExactly(Reason.TOPIC_NOT_WANTED);
        assertThat(reasons(policy, tastings, aino().saysOfTopic("tastings", Will.GRANT, NOON)))
                .isEmpty();
    }

    private static List<Reason> reasons(Policy policy, Campaign campaign, People.Voice who) {
        Verdict verdict =
                policy.decide(new Enquiry(Channel.POST, null, null), campaign, who.subject(), Stops.NONE, NOON);
        return verdict instanceof Verdict.Suppressed suppressed ? suppressed.reasons() : List.of();
    }

    private static Instant notAfter(Campaign campaign, Instant expiresAt) {
        return ((Verdict.Cleared) POLICY.decide(
                        new Enquiry(Channel.EMAIL, null, expiresAt), campaign, aino().subject(), Stops.NONE, NOON))
                .notAfter();
    }

    /** Consents that grow old, are to be confirmed, or end: between now and the moment named nothing changes by itself. */
    @Test
    void noAnswerBecomesAnotherBeforeTheMomentThatIsNamed() {
        Terms shipped = ShippedTerms.read();
        Policy policy = new Policy(new Terms(
                shipped.version(),
                shipped.purposes(),
                shipped.topics(),
                shipped.alsoProhibits(),
                shipped.essentialOnly(),
                shipped.transfers(),
                shipped.staleAfter(),
                Duration.ofDays(2),
                Map.of(Channel.EMAIL, Period.ofDays(9), Channel.PHONE, Period.ofDays(4)),
                shipped.clearedOnceWithin(),
                shipped.timeZone(),
                shipped.caps(),
                shipped.quietHours()));
        Campaign campaign = campaign(Purpose.DIRECT_MARKETING);
        SplittableRandom random = new SplittableRandom(5);
        int changed = 0;
        for (int i = 0; i < 3_000; i++) {
            Subject subject = new Subject(
                    "subject",
                    SubjectKind.PERSON,
                    Consents.of(some(random, random.nextInt(6))),
                    aino().subject().contactPoints(),
                    false,
                    7);
            Consents stops = Consents.of(some(random, random.nextInt(2)));
            Stops beside = point -> stops;
            Instant next = policy.changesBySelf(subject, beside, NOON);
            Instant last = next == null ? NOON.plus(Duration.ofDays(40)) : next.minusMillis(1);
            for (Channel channel : Channel.values()) {
                Enquiry enquiry = new Enquiry(channel, null, null);
                List<Refusal> now = refusals(policy.decide(enquiry, campaign, subject, beside, NOON));
                assertThat(refusals(policy.decide(enquiry, campaign, subject, beside, last)))
                        .as("of %s on %s at %s", subject.consents(), channel, last)
                        .isEqualTo(now);
                boolean another = next != null
                        && !refusals(policy.decide(enquiry, campaign, subject, beside, next))
                                .equals(now);
                changed += another ? 1 : 0;
            }
        }
        assertThat(changed).as("moments at which an answer did change").isGreaterThan(100);
    }

    private static List<Refusal> refusals(Verdict verdict) {
        return verdict instanceof Verdict.Suppressed suppressed ? suppressed.refusals() : List.of();
    }

    private static List<Statement> some(SplittableRandom random, int count) {
        List<Statement> said = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Will will = Will.values()[random.nextInt(Will.LIFT.ordinal() + 1)];
            ContactKind kind = ContactKind.values()[random.nextInt(3)];
            Instant at = NOON.minus(Duration.ofHours(random.nextInt(24 * 12)));
            said.add(new Statement(
                    new UUID(i, random.nextLong()),
                    Scope.values()[random.nextInt(Scope.values().length)],
                    will,
                    random.nextInt(4) == 0 ? null : People.Voice.id(kind),
                    at,
                    at,
                    Door.FORM,
                    will == Will.GRANT && random.nextInt(3) == 0,
                    null,
                    random.nextInt(3) == 0 ? NOON.plus(Duration.ofHours(random.nextInt(240) - 48)) : null,
                    null));
        }
        return said;
    }

    @Test
    void whoProhibitedMarketingUseIsInNoSegmentWhateverItIsFor() {
        Subject asked =
                aino().says(Scope.MARKETING_USE, Will.PROHIBIT, null, NOON).subject();
        assertThat(POLICY.keepsFromSegments(asked, NOON).reason()).isEqualTo(Reason.MARKETING_USE_PROHIBITED);
        assertThat(POLICY.keepsFromSegments(aino().subject(), NOON)).isNull();
    }
}
