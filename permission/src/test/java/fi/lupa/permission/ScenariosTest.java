package fi.lupa.permission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every file under {@code decisions/<reason>/} is one case of the shipped policy, named by its file: given what was said, when a
 * message is asked for, then the verdict. A file that does not parse fails.
 */
class ScenariosTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .registerModule(new JavaTimeModule())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private static final Policy POLICY = new Policy(ShippedTerms.read());

    record Scenario(String rule, Given given, When when, Then then) {}

    record Given(
            SubjectKind subject,
            List<ContactKind> reachable,
            List<Said> said,
            List<Said> stops,
            List<WasCleared> cleared,
            List<ZoneId> zones,
            boolean shared,
            Boolean unknown) {}

    /** What was said; {@code name} lets a later INVALIDATE say {@code about} which statement it is. */
    record Said(
            Scope scope,
            String topic,
            Will will,
            String to,
            String at,
            String recordedAt,
            String until,
            Door door,
            boolean awaitsConfirmation,
            String name,
            String about) {}

    /** What was cleared before, unless otherwise said for the same person, of the same campaign and purpose. */
    record WasCleared(
            String message,
            String campaign,
            Purpose purpose,
            Channel channel,
            String to,
            boolean forAnother,
            String at) {}

    record Capped(int most, Duration window) {}

    /** Rest outside these hours. */
    record Hours(Channel channel, LocalTime opens, LocalTime closes) {}

    record When(
            String message,
            Purpose purpose,
            String topic,
            Channel channel,
            String to,
            String at,
            String expiresAt,
            List<Channel> channels,
            String from,
            String until,
            String country,
            TransferBasis basis,
            List<Capped> caps,
            List<Hours> hours,
            Boolean unknownCampaign) {}

    record Then(String cleared, Instant held, List<Reason> refused) {}

    @TestFactory
    Stream<DynamicTest> decisions() throws Exception {
        return files().map(file ->
                DynamicTest.dynamicTest(file.getParent().getFileName() + "/" + file.getFileName(), () -> decide(file)));
    }

    @Test
    void everyReasonThatThePolicyGivesHasAFolderAndEveryRuleAScenario() throws Exception {
        Set<String> folders = new java.util.TreeSet<>();
        Set<String> rules = new java.util.TreeSet<>();
        for (Path file : files().toList()) {
            folders.add(file.getParent().getFileName().toString());
            rules.add(YAML.readValue(file.toFile(), Scenario.class).rule());
        }
        assertThat(folders)
                .contains(
                        "cleared",
                        "UNKNOWN_CAMPAIGN",
                        "CAMPAIGN_CLOSED",
                        "CHANNEL_NOT_IN_CAMPAIGN",
                        "UNKNOWN_SUBJECT",
                        "ERASED_SUBJECT",
                        "NO_CONTACT_POINT",
                        "NO_CONSENT",
                        "CONSENT_PENDING",
                        "CONTACT_POINT_STOPPED",
                        "AMBIGUOUS_RECIPIENT",
                        "CONSENT_WITHDRAWN",
                        "CHANNEL_PROHIBITED",
                        "MARKETING_USE_PROHIBITED",
                        "TOPIC_NOT_WANTED",
                        "MARKET_RESEARCH_PROHIBITED",
                        "ESSENTIAL_ONLY",
                        "TRANSFER_NOT_PERMITTED",
                        "EXPIRED",
                        "DUPLICATE",
                        "FREQUENCY_CAP",
                        "QUIET_HOURS");
        assertThat(rules).contains("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R9", "R10", "R11", "R14", "topics");
    }

    private static void decide(Path file) throws IOException {
        Scenario scenario = YAML.readValue(file.toFile(), Scenario.class);
        When when = scenario.when();
        Verdict verdict = POLICY.decide(
                new Enquiry(when.channel(), when.to(), instant(when.expiresAt()), when.message()),
                Boolean.TRUE.equals(when.unknownCampaign()) ? null : campaign(when),
                Boolean.TRUE.equals(scenario.given().unknown()) ? null : subject(scenario.given()),
                contactPoint -> consents(scenario.given().stops()),
                timing(scenario),
                instant(when.at()));
        if (scenario.then().held() != null) {
            assertThat(verdict).isInstanceOf(Verdict.Held.class);
            assertThat(((Verdict.Held) verdict).until())
                    .isEqualTo(scenario.then().held());
        } else if (scenario.then().refused() == null) {
            assertThat(verdict).isInstanceOf(Verdict.Cleared.class);
            assertThat(((Verdict.Cleared) verdict).contactPoint().id())
                    .isEqualTo(scenario.then().cleared());
        } else {
            assertThat(verdict).isInstanceOf(Verdict.Suppressed.class);
            assertThat(((Verdict.Suppressed) verdict).reasons())
                    .isEqualTo(scenario.then().refused());
            assertThat(file.getParent().getFileName())
                    .as("the folder names the decisive reason")
                    .hasToString(scenario.then().refused().get(0).name());
        }
    }

    private static Campaign campaign(When when) {
        return new Campaign(
                "spring",
                when.purpose(),
                when.topic(),
                when.channels() == null ? EnumSet.allOf(Channel.class) : EnumSet.copyOf(when.channels()),
                when.country() == null ? "FI" : when.country(),
                when.basis() == null ? TransferBasis.NONE : when.basis(),
                when.from() == null ? Instant.EPOCH : instant(when.from()),
                instant(when.until()),
                some(when.caps())
                        .map(cap -> new Campaign.Cap(cap.most(), cap.window()))
                        .toList(),
                some(when.hours())
                        .map(hours -> new Terms.QuietHours(
                                Set.of(when.purpose()), Set.of(hours.channel()), hours.opens(), hours.closes(), false))
                        .toList());
    }

    private static Timing timing(Scenario scenario) {
        return new Timing() {
            @Override
            public boolean cleared(String campaignId, String messageId, Instant after) {
                return some(scenario.given().cleared())
                        .anyMatch(cleared -> messageId.equals(cleared.message())
                                && campaignId.equals(cleared.campaign() == null ? "spring" : cleared.campaign())
                                && instant(cleared.at()).isAfter(after));
            }

            @Override
            public List<Contact> contacts(Instant after) {
                return some(scenario.given().cleared())
                        .filter(cleared -> instant(cleared.at()).isAfter(after))
                        .map(cleared -> new Contact(
                                cleared.campaign() == null ? "spring" : cleared.campaign(),
                                cleared.purpose() == null ? scenario.when().purpose() : cleared.purpose(),
                                cleared.channel() == null ? scenario.when().channel() : cleared.channel(),
                                cleared.to(),
                                !cleared.forAnother(),
                                instant(cleared.at())))
                        .toList();
            }

            @Override
            public Set<ZoneId> zones(ContactPoint point) {
                return some(scenario.given().zones()).collect(Collectors.toSet());
            }
        };
    }

    private static <T> Stream<T> some(List<T> some) {
        return some == null ? Stream.empty() : some.stream();
    }

    private static Subject subject(Given given) {
        List<ContactKind> reachable = given.reachable() == null ? List.of(ContactKind.values()) : given.reachable();
        return new Subject(
                "subject",
                given.subject(),
                consents(given.said()),
                reachable.stream()
                        .map(kind -> new ContactPoint(kind, People.Voice.id(kind), Instant.EPOCH, Instant.EPOCH, false))
                        .toList(),
                given.shared(),
                1);
    }

    private static Consents consents(List<Said> said) {
        return Consents.of((said == null ? List.<Said>of() : said)
                .stream().map(ScenariosTest::statement).toList());
    }

    private static Statement statement(Said said) {
        Instant at = instant(said.at());
        return new Statement(
                named(said.name() == null ? UUID.randomUUID().toString() : said.name()),
                said.scope(),
                said.topic(),
                said.will(),
                said.to(),
                at,
                said.recordedAt() == null ? at : instant(said.recordedAt()),
                said.door() == null ? Door.FORM : said.door(),
                said.awaitsConfirmation(),
                "2023-07-01",
                instant(said.until()),
                said.about() == null ? null : named(said.about()));
    }

    private static UUID named(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
    }

    private static Instant instant(String text) {
        return text == null ? null : Instant.parse(text);
    }

    private static Stream<Path> files() throws IOException, URISyntaxException {
        Path root = Path.of(ScenariosTest.class.getResource("/decisions").toURI());
        try (Stream<Path> walk = Files.walk(root)) {
            return walk.filter(Files::isRegularFile).sorted().toList().stream();
        }
    }
}
