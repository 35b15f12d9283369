package fi.lupa.edge.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.permission.Campaign;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Consents;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Door;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Stops;
import fi.lupa.permission.Subject;
import fi.lupa.permission.SubjectKind;
import fi.lupa.permission.Terms;
import fi.lupa.permission.Terms.Answer;
import fi.lupa.permission.TransferBasis;
import fi.lupa.permission.Verdict;
import fi.lupa.permission.Will;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A policy as a lawyer edits it: the shipped one changed in a line, decided by, or refused with everything that is wrong. */
class PolicyFileTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    @TempDir
    private Path directory;

    private String file;

    @BeforeEach
    void startFromTheShippedOne() throws IOException {
        try (InputStream shipped = Terms.class.getResourceAsStream("policy.yaml")) {
            file = new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theShippedPolicyIsTheSixteenRules() {
        Terms terms = PolicyFile.shipped().read().terms();

        assertThat(terms.version()).isEqualTo("lupa-2026-4");
        for (Channel channel : Channel.values()) {
            boolean electronic = channel == Channel.EMAIL || channel == Channel.MOBILE;
            Terms.PurposeTerms marketing = terms.purposes().get(Purpose.DIRECT_MARKETING);
            assertThat(marketing.answer(SubjectKind.PERSON, channel))
                    .isEqualTo(electronic ? Answer.OPT_IN : Answer.OPT_OUT);
            assertThat(marketing.answer(SubjectKind.ORGANISATION, channel)).isEqualTo(Answer.OPT_OUT);
        }
        assertThat(terms.transfers().homeArea()).hasSize(30).contains("FI", "NO");
        assertThat(terms.confirmWithin()).isEqualTo(Duration.ofHours(72));
        assertThat(terms.consentValidFor()).isEmpty();
        assertThat(terms.quietHours())
                .containsExactly(new Terms.QuietHours(
                        Set.of(Purpose.DIRECT_MARKETING, Purpose.MARKET_RESEARCH),
                        Set.of(Channel.PHONE),
                        LocalTime.of(9, 0),
                        LocalTime.of(20, 0),
                        true));
    }

    @Test
    void aCopyOfTheShippedPolicyIsTheShippedPolicy() throws IOException {
        assertThat(read().terms()).isEqualTo(PolicyFile.shipped().read().terms());
    }

    @Test
    void aChangedPolicyDecidesOtherwiseAndSaysItsVersion() throws IOException {
        assertThat(reasons(PolicyFile.shipped().read(), SubjectKind.PERSON, Channel.PHONE, "FI"))
                .isEmpty();
        change("PHONE: opt-out, POST: opt-out }    # R1", "PHONE: opt-in, POST: opt-out }    # R1");

        Verdict verdict = decide(read(), SubjectKind.PERSON, Channel.PHONE, "FI");

        assertThat(((Verdict.Suppressed) verdict).reasons()).containsExactly(Reason.NO_CONSENT);
        assertThat(verdict.policyVersion()).isEqualTo("oma-1");
    }

    @Test
    void withoutItsExceptionAnOrganisationIsAskedLikeAPerson() throws IOException {
        assertThat(reasons(PolicyFile.shipped().read(), SubjectKind.ORGANISATION, Channel.EMAIL, "FI"))
                .isEmpty();
        change("    organisation: { EMAIL: opt-out, MOBILE: opt-out } ", "   ");

        assertThat(reasons(read(), SubjectKind.ORGANISATION, Channel.EMAIL, "FI"))
                .containsExactly(Reason.NO_CONSENT);
    }

    @Test
    void aCountryNewlyFoundAdequateIsOne() throws IOException {
        assertThat(reasons(PolicyFile.shipped().read(), SubjectKind.PERSON, Channel.POST, "KE"))
                .containsExactly(Reason.TRANSFER_NOT_PERMITTED);
        change("KR, NZ", "KE, KR, NZ");

        assertThat(reasons(read(), SubjectKind.PERSON, Channel.POST, "KE")).isEmpty();
    }

    @Test
    void aGroundThatIsNoLongerAcceptedIsNone() throws IOException {
        change("    - ADEQUACY_DECISION               # riittävyyspäätös\n", "");

        assertThat(reasons(read(), SubjectKind.PERSON, Channel.POST, "CH"))
                .containsExactly(Reason.TRANSFER_NOT_PERMITTED);
    }

    @Test
    void aConsentEndsWhereThePolicyEndsIt() throws IOException {
        change("consentValidFor: {}", "consentValidFor: { EMAIL: P2Y }");
        Consents said = Consents.none().with(says(Scope.EMAIL, Will.GRANT, ContactKind.EMAIL.name()));
        Subject aino = subject(SubjectKind.PERSON, said);
        Instant ends = Instant.parse("2028-03-02T12:00:00Z");

        assertThat(reasons(decide(read(), aino, Channel.EMAIL, "FI", ends.minusMillis(1))))
                .isEmpty();
        assertThat(reasons(decide(read(), aino, Channel.EMAIL, "FI", ends))).containsExactly(Reason.NO_CONSENT);
        assertThat(reasons(decide(PolicyFile.shipped().read(), aino, Channel.EMAIL, "FI", ends)))
                .isEmpty();
    }

    @Test
    void aProhibitionReachesAsFarAsThePolicyLetsIt() throws IOException {
        Subject aino = subject(SubjectKind.PERSON, Consents.none().with(says(Scope.EMAIL, Will.PROHIBIT, null)));
        assertThat(reasons(decide(PolicyFile.shipped().read(), aino, Channel.POST, "FI", NOON)))
                .isEmpty();
        change("  PHONE: [MOBILE]", "  PHONE: [MOBILE]\n  EMAIL: [POST]");

        assertThat(reasons(decide(read(), aino, Channel.POST, "FI", NOON))).containsExactly(Reason.CHANNEL_PROHIBITED);
    }

    @Test
    void whoGetsTheEssentialOnlyIsThePolicysToSay() throws IOException {
        Subject aino = subject(SubjectKind.PERSON, Consents.none().with(says(Scope.EMAIL, Will.PROHIBIT, null)));
        assertThat(PolicyFile.shipped().read().essentialOnly(aino, NOON)).isFalse();
        change("[PHONE, POST, EMAIL, MARKET_RESEARCH, MARKETING_USE]", "[EMAIL]");

        assertThat(read().essentialOnly(aino, NOON)).isTrue();
        assertThat(reasons(decide(read(), aino, Channel.POST, "FI", NOON))).containsExactly(Reason.ESSENTIAL_ONLY);
    }

    @Test
    void norwayNeedsNoQuotationMarks() throws IOException {
        change("\"NO\"", "NO");

        assertThat(read().terms().transfers().homeArea()).contains("NO");
    }

    @Test
    void whatIsLeftOutByDefaultCanBeSaid() throws IOException {
        change("consentValidFor: {}", "consentValidFor: { EMAIL: P2Y }");
        change("caps: []", "caps:\n  - { purposes: [BENEFIT], channels: [EMAIL], most: 4, window: P7D }");

        Terms terms = read().terms();

        assertThat(terms.consentValidFor()).containsExactly(Map.entry(Channel.EMAIL, Period.ofYears(2)));
        assertThat(terms.caps())
                .containsExactly(new Terms.Cap(Set.of(Purpose.BENEFIT), Set.of(Channel.EMAIL), 4, Duration.ofDays(7)));
    }

    @Test
    void aWrongFileIsRefusedWithAllItsFaults() throws IOException {
        assertThat(faults("""
                version: oma 1
                purposes:
                  DIRECT_MARKETING:
                    finnish: suoramarkkinointi
                    person: { EMAIL: optin, MOBIL: opt-in, PHONE: opt-out }
                    organisation: { EMAIL: never }
                    prohibitedBy: [CHANNEL, MARKETINGUSE]
                  MARKET_RESEARCH:
                    person: { EMAIL: opt-out, MOBILE: opt-out, PHONE: opt-out, POST: opt-out }
                  CUSTOMER_COMUNICATION:
                    finnish: asiakasviestintä
                  SERVICE_ADVERTISING: always
                  BENEFIT:
                    finnish: etuviestintä
                    person: { EMAIL: always, MOBILE: always, PHONE: always, POST: always }
                    prohibitedBy: [CHANNEL]
                  SERVICE_NOTICE:
                    finnish: tiedotteet
                    person: { EMAIL: always, MOBILE: always, PHONE: always, POST: always }
                    prohibitedBy: CHANNEL
                topics:
                  News: { answer: always, name: { fi: Uutiset, xx: News } }
                  offers: { answers: opt-in }
                alsoProhibits:
                  PHONE: [MOBILE, PHONE]
                essentialOnly:
                  whenProhibited: []
                  stillSent: [SERVICE_NOTE]
                transfers:
                  homeArea: [FI, UK, EL, Sweden]
                  adequate: [FI, XX]
                  bases: [NONE, STANDARD_CLAUSES]
                staleAfter: { EMAIL: 24h, MOBILE: PT0S, PHONE: PT24H }
                confirmWithin: three days
                consentValidFor: { POST: P2Y, EMAIL: PT1H }
                clearedOnceWithin: P32D
                timeZone: Helsinki
                cap: []
                quietHours:
                  - { purposes: [], channels: [PHONE], opens: "20:00", closes: "09:00", weekdaysOnly: maybe }
                  - { purposes: [BENEFIT, SERVICE_NOTICE], channels: [PHONE], open: "9:00", closes: "25:00" }
                """))
                .containsExactly(
                        "The file has the unknown \"cap\"; did you mean caps?",
                        "The file says nothing of caps; take it from Lupa's own.",
                        "version is not a name of letters, digits, dots, hyphens and underscores, at most 64.",
                        "purposes has the unknown \"CUSTOMER_COMUNICATION\"; did you mean CUSTOMER_COMMUNICATION?",
                        "purposes.DIRECT_MARKETING.person has the unknown \"MOBIL\"; did you mean MOBILE?",
                        "purposes.DIRECT_MARKETING.person.EMAIL has the unknown \"optin\"; did you mean opt-in?",
                        "purposes.DIRECT_MARKETING.person has no answer for MOBILE; write opt-in, opt-out or always.",
                        "purposes.DIRECT_MARKETING.person has no answer for POST; write opt-in, opt-out or always.",
                        "purposes.DIRECT_MARKETING.organisation.EMAIL has the unknown \"never\"; there is "
                                + "opt-in, opt-out, always.",
                        "purposes.DIRECT_MARKETING.prohibitedBy has the unknown \"MARKETINGUSE\"; did you mean "
                                + "MARKETING_USE?",
                        "purposes.MARKET_RESEARCH has no finnish; write the privacy notice's word for it.",
                        "purposes.MARKET_RESEARCH is opt-out and no prohibition binds it; name one in "
                                + "prohibitedBy, or write always.",
                        "purposes.SERVICE_ADVERTISING is not a list of names, each with a colon and what is said "
                                + "of it.",
                        "purposes.BENEFIT is always on every channel, which no prohibition stops; write opt-out, "
                                + "or empty prohibitedBy.",
                        "purposes.SERVICE_NOTICE.prohibitedBy is not a list; write [A, B].",
                        "purposes has no answer for CUSTOMER_COMMUNICATION; say for it what is needed on every "
                                + "channel.",
                        "topics.News is not a name of small letters, digits and hyphens, at most 32.",
                        "topics.News.answer has the unknown \"always\"; there is opt-in, opt-out.",
                        "topics.News.name has \"xx\", which is no language, two letters of ISO 639-1, with a name in "
                                + "it.",
                        "topics.offers has the unknown \"answers\"; did you mean answer?",
                        "topics.offers.answer has the unknown \"\"; there is opt-in, opt-out.",
                        "topics.offers has no name for people; write one by language, as { en: Newsletter }.",
                        "alsoProhibits.PHONE names the channel itself; a prohibition stops its own channel "
                                + "without that.",
                        "essentialOnly names nothing in whenProhibited, so that everybody without a consent "
                                + "would get the essential only; name the prohibitions.",
                        "essentialOnly.stillSent has the unknown \"SERVICE_NOTE\"; did you mean SERVICE_NOTICE?",
                        "transfers.homeArea has the unknown \"UK\"; did you mean GB?",
                        "transfers.homeArea has the unknown \"EL\"; did you mean GR?",
                        "transfers.homeArea has the unknown \"Sweden\"; write a country's two letters of ISO 3166-1.",
                        "transfers.adequate has the unknown \"XX\"; write a country's two letters of ISO 3166-1.",
                        "transfers.bases has the unknown \"NONE\"; there is ADEQUACY_DECISION, "
                                + "STANDARD_CONTRACTUAL_CLAUSES, BINDING_CORPORATE_RULES, EXPLICIT_CONSENT.",
                        "transfers.bases has the unknown \"STANDARD_CLAUSES\"; there is ADEQUACY_DECISION, "
                                + "STANDARD_CONTRACTUAL_CLAUSES, BINDING_CORPORATE_RULES, EXPLICIT_CONSENT.",
                        "transfers.adequate names FI, which is in the home area; keep one.",
                        "staleAfter.EMAIL is \"24h\", not a length of time; write for example PT24H or P7D.",
                        "staleAfter.MOBILE is \"PT0S\", not a length of time; write for example PT24H or P7D.",
                        "staleAfter has no answer for POST; write a length of time, as PT24H.",
                        "confirmWithin is \"three days\", not a length of time; write for example PT24H or P7D.",
                        "consentValidFor.EMAIL is \"PT1H\", not a number of days or more; write for example P2Y "
                                + "or P90D.",
                        "consentValidFor.POST ends consents that no purpose asks for; leave it out.",
                        "consentValidFor.EMAIL ends consents that no purpose asks for; leave it out.",
                        "clearedOnceWithin is longer than 31 days; shorten it.",
                        "timeZone is \"Helsinki\", no time zone; write for example Europe/Helsinki.",
                        "quietHours[1] does not name its purposes and channels; write at least one of each.",
                        "quietHours[1] closes before it opens; write the earlier time in opens.",
                        "quietHours[1].weekdaysOnly is neither true nor false.",
                        "quietHours[2] has the unknown \"open\"; did you mean opens?",
                        "quietHours[2] binds SERVICE_NOTICE, which neither waits nor is one too many; leave it out.",
                        "quietHours[2].opens is \"\", not a time of day; write for example \"09:00\".",
                        "quietHours[2].closes is \"25:00\", not a time of day; write for example \"09:00\".");
    }

    @Test
    void ofTwoEntriesOfOneNameNeitherIsTaken() throws IOException {
        change("    finnish: markkinatutkimus\n", "    finnish: markkinatutkimus\n    finnish: kysely\n");
        change("confirmWithin: PT72H", "confirmWithin: PT72H\nversion: oma-2\nconfirmWithin: PT1H");

        assertThat(faults(file))
                .containsExactly(
                        "purposes.MARKET_RESEARCH.finnish is written twice, again at line N; keep one.",
                        "version is written twice, again at line N; keep one.",
                        "confirmWithin is written twice, again at line N; keep one.");
    }

    @Test
    void anotherPolicyUnderTheShippedOnesVersionIsRefused() throws IOException {
        file = file.replace("confirmWithin: PT72H", "confirmWithin: PT48H");

        assertThat(faults(file))
                .containsExactly(
                        "version is \"lupa-2026-4\", the version of Lupa's own policy, and this one is another;"
                                + " give it its own.");
    }

    @Test
    void aFileThatIsNoneIsRefused() throws IOException {
        assertThat(faults("")).containsExactly("The file holds no policy; start from the one that comes with Lupa.");
        assertThat(faults("[]")).containsExactly("The file holds no policy; start from the one that comes with Lupa.");
        assertThat(faults("purposes: [")).singleElement().asString().contains("is not YAML at line 1");
        assertThat(faults("version: a\npurposes: {}\ncaps:\n  - most: \"1\n"))
                .singleElement()
                .asString()
                .contains("is not YAML at line 5");
        assertThat(faults(file + "\n---\nversion: oma-2\n"))
                .containsExactly("The file holds a second document after \"---\"; keep one.");
        assertThat(catchThrowableOfType(InvalidSettings.class, () -> PolicyFile.at(directory.resolve("none.yaml"))
                        .read()))
                .hasMessageContaining("cannot be read");
        Path latin1 = Files.write(directory.resolve("latin1.yaml"), file.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(catchThrowableOfType(
                        InvalidSettings.class, () -> PolicyFile.at(latin1).read()))
                .hasMessageContaining("in UTF-8");
    }

    @Test
    void theSettingsNameTheFaultsOfThePolicyAmongTheirOwn() throws IOException {
        PolicySettings settings = new PolicySettings();
        assertThat(settings.faults()).isEmpty();
        assertThat(settings.policy().version()).isEqualTo("lupa-2026-4");
        Path wrong = Files.writeString(directory.resolve("policy.yaml"), "");
        new picocli.CommandLine(new Deciding(settings)).parseArgs("--policy", wrong.toString());
        assertThat(settings.faults()).singleElement().asString().startsWith(wrong + ": ");
    }

    @picocli.CommandLine.Command
    private record Deciding(@picocli.CommandLine.Mixin PolicySettings policy) {}

    /** Changes a line, and the version with it. */
    private void change(String line, String to) {
        assertThat(file).containsOnlyOnce(line);
        file = file.replace(line, to).replace("version: lupa-2026-4", "version: oma-1");
    }

    private Policy read() throws IOException {
        return PolicyFile.at(Files.writeString(directory.resolve("policy.yaml"), file))
                .read();
    }

    private List<String> faults(String yaml) throws IOException {
        Path policy = Files.writeString(directory.resolve("policy.yaml"), yaml);
        return catchThrowableOfType(
                        InvalidSettings.class, () -> PolicyFile.at(policy).read())
                .faults()
                .stream()
                .map(fault -> fault.replace(policy + ": ", "").replaceAll("at line \\d\\d+", "at line N"))
                .toList();
    }

    private static List<Reason> reasons(Policy policy, SubjectKind kind, Channel channel, String country) {
        return reasons(decide(policy, kind, channel, country));
    }

    private static List<Reason> reasons(Verdict verdict) {
        return verdict instanceof Verdict.Suppressed suppressed ? suppressed.reasons() : List.of();
    }

    /** To somebody who has said nothing. */
    private static Verdict decide(Policy policy, SubjectKind kind, Channel channel, String country) {
        return decide(policy, subject(kind, Consents.none()), channel, country, NOON);
    }

    /** Direct marketing by a processor that names an adequacy decision. */
    private static Verdict decide(Policy policy, Subject subject, Channel channel, String country, Instant at) {
        Campaign campaign = new Campaign(
                "spring",
                Purpose.DIRECT_MARKETING,
                Set.of(Channel.values()),
                country,
                TransferBasis.ADEQUACY_DECISION,
                Instant.EPOCH,
                null);
        return policy.decide(new Enquiry(channel, null, null), campaign, subject, Stops.NONE, at);
    }

    private static Subject subject(SubjectKind kind, Consents said) {
        return new Subject(
                "subject",
                kind,
                said,
                Arrays.stream(ContactKind.values())
                        .map(reached -> new ContactPoint(reached, reached.name(), NOON, NOON, false))
                        .toList(),
                false,
                1);
    }

    private static Statement says(Scope scope, Will will, String contactPoint) {
        return new Statement(
                UUID.randomUUID(), scope, will, contactPoint, NOON, NOON, Door.FORM, false, "2023-07-01", null, null);
    }
}
