package fi.lupa.permission;

import static fi.lupa.permission.People.NOON;
import static fi.lupa.permission.People.aino;
import static fi.lupa.permission.People.campaign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
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

    private static Instant notAfter(Campaign campaign, Instant expiresAt) {
        return ((Verdict.Cleared) POLICY.decide(
                        new Enquiry(Channel.EMAIL, null, expiresAt), campaign, aino().subject(), Stops.NONE, NOON))
                .notAfter();
    }
}
