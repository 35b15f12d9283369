package fi.lupa.campaign.routing;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.AINO_PHONE;
import static fi.lupa.campaign.People.AINO_POSTAL;
import static fi.lupa.campaign.People.IDS;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.id;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.campaign.OpenDoor;
import fi.lupa.campaign.People;
import fi.lupa.campaign.message.DecisionsDoor;
import fi.lupa.edge.http.Json;
import fi.lupa.event.AudienceMember;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.Will;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Reason;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audiences' topics, from the states, the stops and the hour. */
class AudienceTest {

    private static final List<String> POINTS = List.of(AINO_EMAIL, AINO_PHONE, AINO_POSTAL);

    private RouterDriver router;
    private Instant now = NOON;

    /** What a consumer of the audiences' topics holds. */
    private final Map<Channel, Map<String, AudienceMember>> held = new HashMap<>();

    @BeforeEach
    void start(@TempDir Path stateDir) {
        router = new RouterDriver(stateDir);
    }

    @AfterEach
    void stop() {
        router.close();
    }

    @Test
    void aMemberIsTakenOutTheMomentThePermissionEnds() {
        router.knows(aino().consentsToEmailAndMobile().state());
        assertThat(held(Channel.EMAIL)).containsOnlyKeys(AINO);
        AudienceMember member = held(Channel.EMAIL).get(AINO);
        assertThat(member.getPersonal().getContactPoint()).isEqualTo("aino@example.fi");
        assertThat(member.getPersonal().getName()).isNull();
        assertThat(member.getConsentRevision()).isEqualTo(7);

        router.knows(aino().says(Scope.EMAIL, Will.WITHDRAW, AINO_EMAIL)
                .says(Scope.MOBILE, Will.GRANT, AINO_PHONE)
                .state());

        assertThat(held(Channel.EMAIL)).isEmpty();
        assertThat(held(Channel.MOBILE)).containsOnlyKeys(AINO);
    }

    @Test
    void anErasedSubjectIsInNoAudience() {
        router.knows(aino().consentsToEmailAndMobile().state());
        router.put(Topics.CONSENT_STATE, AINO, (byte[]) null);
        for (Channel channel : Channel.values()) {
            assertThat(held(channel)).isEmpty();
        }
        pass(Duration.ofMillis(100));
        assertThat(router.sizes().subjects()).isZero();

        router.put(Topics.CONSENT_STATE, AINO, (byte[]) null);
        assertThat(router.written(Topics.audience(Channel.PHONE)))
                .as("told again with the state's")
                .hasSize(1);
    }

    @Test
    void whoIsFoundToBeAnotherIsContactedAsThatOne() {
        router.knows(aino().consentsToEmailAndMobile().state());
        router.knows(ConsentState.newBuilder(aino().consentsToEmailAndMobile().state())
                .setSameAs("another")
                .build());
        assertThat(held(Channel.EMAIL)).isEmpty();
    }

    @Test
    void aStopOfSomebodyElseTakesOutWhoeverIsReachedThere() {
        router.knows(aino().consentsToEmailAndMobile().state());
        router.put(Topics.CONSENT_STOPS, AINO_EMAIL, stop(AINO_EMAIL, Scope.EMAIL, Will.PROHIBIT, NOON));
        pass(Duration.ofMillis(100));
        assertThat(held(Channel.EMAIL)).isEmpty();
        assertThat(held(Channel.MOBILE)).containsOnlyKeys(AINO);

        router.put(Topics.CONSENT_STOPS, AINO_EMAIL, (byte[]) null);
        pass(Duration.ofMillis(100));
        assertThat(held(Channel.EMAIL)).containsOnlyKeys(AINO);
    }

    @Test
    void aPermissionThatEndsByItselfEndsWithoutAWord() {
        ConsentState state = aino().consentsToEmailAndMobile().state();
        router.knows(ConsentState.newBuilder(state)
                .setStatements(List.of(
                        StatementInForce.newBuilder(state.getStatements().get(0))
                                .setValidUntil(NOON.plusSeconds(60))
                                .build()))
                .build());
        pass(Duration.ofMillis(59_900));
        assertThat(held(Channel.EMAIL)).containsOnlyKeys(AINO);
        pass(Duration.ofMillis(200));
        assertThat(held(Channel.EMAIL)).isEmpty();
    }

    @Test
    void theSizesAddUpWithTheReasonsWhyTheRestIsNotIn() {
        router.knows(aino().consentsToEmailAndMobile().state());
        router.knows(People.eero().says(Scope.PHONE, Will.PROHIBIT).state());
        pass(Duration.ofMillis(100));

        AudienceSizes.Sizes sizes = router.sizes();

        assertThat(sizes.counted()).isTrue();
        assertThat(sizes.subjects()).isEqualTo(2);
        assertThat(sizes.members(Channel.EMAIL)).isEqualTo(1);
        assertThat(sizes.notIn().get(Channel.EMAIL)).isEqualTo(Map.of(Reason.NO_CONSENT, 1L));
        assertThat(sizes.notIn().get(Channel.PHONE)).isEqualTo(Map.of(Reason.CHANNEL_PROHIBITED, 1L));
    }

    /** Nobody notices when the router starts again, under another policy perhaps: what differs is told, and nothing else. */
    @Test
    void everybodyIsLookedAtAfterAStart() {
        router.knows(aino().consentsToEmailAndMobile().state());
        held(Channel.EMAIL);
        pass(Duration.ofMillis(100));
        assertThat(router.written(Topics.audience(Channel.EMAIL))).isEmpty();
        assertThat(router.sizes().members(Channel.EMAIL)).isEqualTo(1);
    }

    /** At every quiet moment, whatever was said before: {@code audience.x} is whom {@code POST /v1/decisions} says yes for. */
    @Test
    void anAudienceIsExactlyThoseWhomTheDecisionsPermit(@TempDir Path directory) throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        List<String> subjects = new ArrayList<>(POINTS.subList(0, 2));
        for (int i = 0; i < 6; i++) {
            subjects.add(id(IDS.contactPoints().customerId("C-" + i)));
        }
        int members = 0;
        int tombstones = 0;
        try (OpenDoor door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new DecisionsDoor(
                                access,
                                People.DECISIONS,
                                People.LINKS,
                                List::of,
                                new Recipients(IDS),
                                IDS,
                                router.peers(),
                                router.clock())
                        .mount(routes))) {
            for (int round = 0; round < 300; round++) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    happens(random, subjects.get(random.nextInt(subjects.size())), round);
                }
                pass(Duration.ofMillis(100 + random.nextInt(3) * random.nextInt(3_600_000)));
                for (Channel channel : Channel.values()) {
                    int before = held.getOrDefault(channel, Map.of()).size();
                    Set<String> in = held(channel).keySet();
                    tombstones += in.size() < before ? 1 : 0;
                    members += in.size();
                    assertThat(new TreeSet<>(in))
                            .as("round %d, %s", round, channel)
                            .isEqualTo(permitted(door, channel, subjects));
                    assertThat(router.sizes().members(channel)).isEqualTo(in.size());
                }
            }
        }
        assertThat(members).as("memberships compared").isGreaterThan(1_000);
        assertThat(tombstones).as("memberships that ended").isGreaterThan(50);
    }

    private void happens(SplittableRandom random, String subjectId, int round) {
        switch (random.nextInt(8)) {
            case 0 -> router.put(Topics.CONSENT_STATE, subjectId, (byte[]) null);
            case 1 -> {
                String point = POINTS.get(random.nextInt(POINTS.size()));
                router.put(Topics.CONSENT_STOPS, point, stop(point, scope(random), will(random), now));
            }
            case 2 -> router.put(Topics.CONSENT_STOPS, POINTS.get(random.nextInt(POINTS.size())), (byte[]) null);
            default -> {
                List<StatementInForce> said = new ArrayList<>();
                for (int i = random.nextInt(5); i >= 0; i--) {
                    String point = random.nextInt(3) == 0 ? null : POINTS.get(random.nextInt(POINTS.size()));
                    StatementInForce.Builder one = StatementInForce.newBuilder(said(scope(random), will(random), point))
                            .setEventId(new UUID(round, i))
                            .setOccurredAt(now.minusSeconds(random.nextInt(100_000)));
                    if (random.nextInt(3) == 0) {
                        one.setValidUntil(now.plusSeconds(random.nextInt(10_000)));
                    }
                    said.add(one.build());
                }
                router.knows(ConsentState.newBuilder(aino().state())
                        .setSubjectId(subjectId)
                        .setStatements(said)
                        .setRevision(round)
                        .build());
            }
        }
    }

    private static Scope scope(SplittableRandom random) {
        return Scope.values()[random.nextInt(6)];
    }

    private static Will will(SplittableRandom random) {
        return List.of(Will.GRANT, Will.GRANT, Will.GRANT, Will.WITHDRAW, Will.PROHIBIT, Will.LIFT)
                .get(random.nextInt(6));
    }

    private static StatementInForce said(Scope scope, Will will, String contactPointId) {
        return StatementInForce.newBuilder(aino().says(scope, will, contactPointId)
                        .state()
                        .getStatements()
                        .get(0))
                .build();
    }

    private static ContactPointStop stop(String contactPointId, Scope scope, Will will, Instant at) {
        return ContactPointStop.newBuilder()
                .setContactPointId(contactPointId)
                .setStops(List.of(StatementInForce.newBuilder(said(scope, will, contactPointId))
                        .setOccurredAt(at)
                        .setDoor(Door.UNSUBSCRIBE_LINK)
                        .build()))
                .build();
    }

    private void pass(Duration time) {
        now = now.plus(time);
        router.at(now);
    }

    private Map<String, AudienceMember> held(Channel channel) {
        Map<String, AudienceMember> members = held.computeIfAbsent(channel, first -> new HashMap<>());
        for (TestRecord<String, AudienceMember> record : router.written(Topics.audience(channel))) {
            if (record.value() == null) {
                members.remove(record.key());
            } else {
                members.put(record.key(), record.value());
            }
        }
        return members;
    }

    private static Set<String> permitted(OpenDoor door, Channel channel, List<String> subjects) throws Exception {
        String recipients = subjects.stream()
                .map(subjectId -> "{\"subjectId\": \"" + subjectId + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        String body = door.asCampaignSystem(
                        "POST",
                        "/v1/decisions",
                        "{\"purpose\": \"DIRECT_MARKETING\", \"channel\": \"%s\", \"recipients\": %s}"
                                .formatted(channel, recipients))
                .body();
        Set<String> permitted = new TreeSet<>();
        for (JsonNode decision : Json.MAPPER.readTree(body).path("decisions")) {
            if (decision.path("cleared").asBoolean()) {
                permitted.add(decision.path("subjectId").asText());
            }
        }
        return permitted;
    }
}
