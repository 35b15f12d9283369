package fi.lupa.campaign.audience;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.AINO_PHONE;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.eero;
import static fi.lupa.campaign.People.spring;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.campaign.OpenDoor;
import fi.lupa.campaign.People;
import fi.lupa.campaign.routing.RouterDriver;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.event.Alias;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignLaunched;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Customership;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Purpose;
import fi.lupa.event.QuietHours;
import fi.lupa.event.Reason;
import fi.lupa.event.Scope;
import fi.lupa.event.Segment;
import fi.lupa.event.SentForm;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A campaign that names whom it is for: counted, launched, and its messages made, each once. */
class LaunchesDoorTest {

    private static final String EERO = eero().state().getSubjectId();

    /** The ids between which a launch comes to everybody else's. */
    private static final String FIRST_OF_ALL = "-000000000000000000001";

    private static final String LAST_OF_ALL = "zzzzzzzzzzzzzzzzzzzzzz";

    private final List<CampaignDefined> campaigns = new ArrayList<>();
    private final List<CampaignDefined> toldElsewhere = new ArrayList<>();
    private RouterDriver router;
    private OpenDoor door;

    @BeforeEach
    void open(@TempDir Path directory) {
        router = new RouterDriver(directory.resolve("state"));
        door = new OpenDoor(
                directory,
                (access, writer) -> routes -> new LaunchesDoor(
                                access,
                                People.DECISIONS,
                                router.audienceSizes(),
                                () -> campaigns,
                                router.peers(),
                                readAtOnce(writer),
                                OpenDoor.holding(this::onKafka),
                                router.clock())
                        .mount(routes));
    }

    /** What was written here, what is known here, and what another instance was told a moment ago. */
    private Stream<OpenDoor.Written> onKafka() {
        return Stream.concat(
                door.written.stream(),
                Stream.concat(campaigns.stream(), toldElsewhere.stream())
                        .map(defined ->
                                new OpenDoor.Written(Topics.CAMPAIGN_DEFINITIONS, defined.getCampaignId(), defined)));
    }

    @Test
    void whatIsLaunchedIsTheNewestDefinitionWhoeverWasToldOfIt() throws Exception {
        define(Segment.newBuilder().build(), Channel.EMAIL);
        toldElsewhere.add(CampaignDefined.newBuilder(campaigns.get(0))
                .setTemplate("corrected-letter")
                .build());

        launch();

        assertThat(door.written).singleElement().satisfies(written -> assertThat(
                        ((CampaignLaunched) written.event()).getCampaign().getTemplate())
                .isEqualTo("corrected-letter"));
    }

    @AfterEach
    void close() {
        door.close();
        router.close();
    }

    @Test
    void aPreviewCountsWhatALaunchWouldComeTo() throws Exception {
        define(Segment.newBuilder().setTags(List.of("golf")).build(), Channel.EMAIL, Channel.MOBILE);
        router.knows(tagged(aino().consentsToEmailAndMobile().state(), "golf"));
        router.knows(tagged(eero().says(Scope.MOBILE, Will.GRANT, AINO_PHONE).state(), "golf"));
        router.knows(tagged(customer("3", voice -> {}), "golf"));
        router.knows(tagged(
                customer(
                        "4",
                        state -> state.setStatements(aino().says(Scope.MARKETING_USE, Will.PROHIBIT)
                                .state()
                                .getStatements())),
                "golf"));
        router.knows(customer("5", state -> {}));

        JsonNode preview = preview();

        assertThat(preview.path("subjects").asInt()).isEqualTo(5);
        assertThat(preview.path("matched").asInt()).isEqualTo(4);
        assertThat(preview.path("keptOut").asInt()).isEqualTo(1);
        assertThat(preview.path("cleared").toString()).isEqualTo("{\"EMAIL\":1,\"MOBILE\":1}");
        assertThat(preview.path("suppressed").toString()).isEqualTo("{\"NO_CONSENT\":1}");
        assertThat(preview.path("unknownTags")).isEmpty();
        assertThat(router.values(Topics.CAMPAIGN_MESSAGES)).isEmpty();
    }

    @Test
    void aSegmentThatNamesAnUnknownTagSaysSoAndReachesNobody() throws Exception {
        define(
                Segment.newBuilder()
                        .setTags(List.of("gofl"))
                        .setForms(List.of("newsletter"))
                        .build(),
                Channel.EMAIL);
        router.knows(tagged(aino().consentsToEmailAndMobile().state(), "golf"));

        JsonNode preview = preview();

        assertThat(preview.path("matched").asInt()).isZero();
        assertThat(preview.path("unknownTags").toString()).isEqualTo("[\"gofl\"]");
        assertThat(preview.path("unknownForms").toString()).isEqualTo("[\"newsletter\"]");
        launch();
        assertThat(progress().path("done").asBoolean()).isTrue();
        assertThat(progress().path("messages").asInt()).isZero();
    }

    @Test
    void aLaunchMakesOneMessageForEverybodyInTheSegmentAndTheGateDecides() throws Exception {
        define(
                Segment.newBuilder()
                        .setCustomerships(List.of(Customership.CUSTOMER))
                        .setWithoutForms(List.of("complaint"))
                        .setFormsWithin("P30D")
                        .build(),
                Channel.EMAIL,
                Channel.MOBILE);
        router.knows(aino().consentsToEmailAndMobile().state());
        router.knows(ConsentState.newBuilder(eero().consentsToEmailAndMobile().state())
                .setForms(List.of(new SentForm("complaint", NOON.minus(Duration.ofDays(3)))))
                .build());
        router.knows(customer("3", state -> {}));

        launch();

        assertThat(router.cleared()).extracting(MessageCleared::getSubjectId).containsExactly(AINO);
        assertThat(router.suppressed())
                .extracting(MessageSuppressed::getSubjectId)
                .containsExactly("0000000000000000000003");
        List<CampaignMessage> messages = router.values(Topics.CAMPAIGN_MESSAGES);
        assertThat(messages).hasSize(2);
        assertThat(messages.get(0).getTemplate()).isEqualTo("spring-letter");
        assertThat(messages.get(0).getPersonal().getParameters()).containsEntry("code", "KEVAT");
        JsonNode progress = progress();
        assertThat(progress.path("done").asBoolean()).isTrue();
        assertThat(progress.path("subjects").asInt()).isEqualTo(3);
        assertThat(progress.path("messages").asInt()).isEqualTo(2);
    }

    /** Between preview and launch, and between launch and decision: the newest word counts. */
    @Test
    void whoWithdrawsBetweenPreviewAndLaunchGetsNothing() throws Exception {
        define(Segment.newBuilder().build(), Channel.EMAIL);
        router.knows(aino().consentsToEmailAndMobile().state());
        assertThat(preview().path("cleared").path("EMAIL").asInt()).isEqualTo(1);
        router.knows(aino().says(Scope.EMAIL, Will.WITHDRAW, AINO_EMAIL).state());
        launch();
        assertThat(router.cleared()).isEmpty();
        assertThat(router.suppressed()).hasSize(1);
    }

    @Test
    void twoLaunchesOfOneCampaignAreOne() throws Exception {
        define(Segment.newBuilder().build(), Channel.EMAIL);
        for (int i = 0; i < 1_200; i++) {
            router.knows(customer(Integer.toString(i), state -> {}));
        }
        assertThat(post().statusCode()).isEqualTo(202);
        CampaignLaunched first = (CampaignLaunched) door.written.get(0).event();
        // Of another instance, that had not heard of it.
        router.put(
                Topics.CAMPAIGN_LAUNCHES,
                first.getCampaign().getCampaignId(),
                CampaignLaunched.newBuilder(first).setLaunchedBy("another").build());
        pass();
        assertThat(progress().path("done").asBoolean()).isFalse();
        assertThat(post().statusCode()).isEqualTo(409);
        pass();
        pass();
        pass();
        assertThat(progress().path("done").asBoolean()).isTrue();
        assertThat(progress().path("messages").asInt()).isEqualTo(1_200);
        assertThat(router.values(Topics.CAMPAIGN_MESSAGES))
                .extracting(CampaignMessage::getSubjectId)
                .doesNotHaveDuplicates()
                .hasSize(1_200);
        assertThat(router.suppressed()).hasSize(1_200);
    }

    /** Of those who are one person, the one who stands for them is counted, as in the number it is out of. */
    @Test
    void aLaunchHasNeverLookedAtMoreThanThereAre() throws Exception {
        define(Segment.newBuilder().build(), Channel.EMAIL);
        router.knows(aino().consentsToEmailAndMobile().state());
        router.knows(customer("3", state -> state.setSameAs(AINO)));
        router.knows(customer("4", state -> state.setClaimedBy(List.of(AINO, EERO))));
        launch();
        assertThat(progress().path("done").asBoolean()).isTrue();
        assertThat(progress().path("subjects").asInt()).isEqualTo(1);
        assertThat(progress().path("ofSubjects").asInt()).isEqualTo(1);
        assertThat(progress().path("messages").asInt()).isEqualTo(1);
    }

    /** Whose yes was answered and has not come here yet would be passed, and a launch does not come back. */
    @Test
    void aLaunchWaitsUntilEverybodyIsHeard() throws Exception {
        define(Segment.newBuilder().build(), Channel.EMAIL);
        router.knows(aino().consentsToEmailAndMobile().state());
        router.heard(false);
        launch();
        assertThat(progress().path("done").asBoolean()).isFalse();
        assertThat(router.values(Topics.CAMPAIGN_MESSAGES)).isEmpty();

        router.knows(eero().consentsToEmailAndMobile().state());
        router.heard(true);
        pass();
        assertThat(progress().path("done").asBoolean()).isTrue();
        assertThat(router.cleared()).extracting(MessageCleared::getSubjectId).containsExactlyInAnyOrder(AINO, EERO);
    }

    @Test
    void anAudienceOfZeroIsLaunchedAndDone() throws Exception {
        define(Segment.newBuilder().build(), Channel.EMAIL);
        assertThat(preview().path("subjects").asInt()).isZero();
        launch();
        assertThat(progress().path("done").asBoolean()).isTrue();
    }

    @Test
    void whatIsNotReadyIsNotLaunched() throws Exception {
        assertThat(post().statusCode()).isEqualTo(404);
        campaigns.add(spring().build());
        refused("names no segment");
        campaigns.set(0, spring().setSegment(Segment.newBuilder().build()).build());
        refused("names no template");
        define(Segment.newBuilder().build(), Channel.EMAIL);
        CampaignDefined ready = campaigns.get(0);
        campaigns.set(
                0,
                CampaignDefined.newBuilder(ready)
                        .setValidFrom(NOON.plusSeconds(60))
                        .build());
        refused("begins at 2026-03-02T12:01:00Z");
        campaigns.set(0, CampaignDefined.newBuilder(ready).setValidUntil(NOON).build());
        refused("has ended");
        assertThat(door.written).isEmpty();
    }

    /** X is written to, is found to be Y, and the launch comes to Y. */
    @Test
    void whoIsFoundToBeAnotherInTheMiddleOfALaunchHasOneMessage() throws Exception {
        define(Segment.newBuilder().build(), Channel.EMAIL);
        ConsentState first = under(FIRST_OF_ALL);
        router.knows(first);
        for (int i = 0; i < 700; i++) {
            router.knows(customer(Integer.toString(i), state -> {}));
        }
        launch();
        assertThat(progress().path("done").asBoolean()).isFalse();
        assertThat(router.cleared()).hasSize(1);

        merge(first, under(LAST_OF_ALL));
        pass();
        pass();

        assertThat(progress().path("done").asBoolean()).isTrue();
        assertThat(progress().path("messages").asInt()).isEqualTo(702);
        assertThat(router.cleared()).isEmpty();
    }

    @Test
    void whoIsFoundToBeAnotherWhileBothMessagesWaitHasOneMessage() throws Exception {
        define(Segment.newBuilder().build(), Channel.EMAIL);
        CampaignDefined quiet = CampaignDefined.newBuilder(campaigns.get(0))
                .setQuietHours(List.of(new QuietHours(Channel.EMAIL, "20:00", "21:00", false)))
                .build();
        campaigns.set(0, quiet);
        router.knows(quiet);
        ConsentState first = under(FIRST_OF_ALL);
        ConsentState last = under(LAST_OF_ALL);
        router.knows(first);
        router.knows(last);
        launch();
        assertThat(router.waiting()).isEqualTo(2);

        merge(first, last);
        for (int second = 1; second <= 3; second++) {
            router.at(NOON.plus(Duration.ofHours(6)).plusSeconds(second));
        }

        assertThat(router.cleared()).hasSize(1);
        assertThat(router.waiting()).isZero();
    }

    /** Between the launch on Friday night and Monday's first hour she forbids to be chosen by what is known of her. */
    @Test
    void whoForbidsMeanwhileToBeChosenGetsNoMessageOfALaunchThatChose() throws Exception {
        define(Segment.newBuilder().setTags(List.of("golf")).build(), Channel.EMAIL);
        CampaignDefined quiet = CampaignDefined.newBuilder(campaigns.get(0))
                .setPurpose(Purpose.CUSTOMER_COMMUNICATION)
                .setQuietHours(List.of(new QuietHours(Channel.EMAIL, "20:00", "21:00", false)))
                .build();
        campaigns.set(0, quiet);
        router.knows(quiet);
        router.knows(tagged(aino().state(), "golf"));
        launch();
        assertThat(router.waiting()).isEqualTo(1);

        router.knows(tagged(aino().says(Scope.MARKETING_USE, Will.PROHIBIT).state(), "golf"));
        router.at(NOON.plus(Duration.ofHours(6)).plusSeconds(1));

        assertThat(router.cleared()).isEmpty();
        assertThat(router.suppressed()).singleElement().satisfies(refused -> assertThat(refused.getReasons())
                .containsExactly(Reason.MARKETING_USE_PROHIBITED));
    }

    /** The door launches none such; whoever writes to the topic might. */
    @Test
    void aCampaignWithoutAChannelReachesNobodyAndHoldsUpNoOther() throws Exception {
        define(Segment.newBuilder().build(), Channel.EMAIL);
        router.knows(aino().consentsToEmailAndMobile().state());
        CampaignDefined nowhere = CampaignDefined.newBuilder(campaigns.get(0))
                .setCampaignId("nowhere")
                .setChannels(List.of())
                .build();
        router.put(
                Topics.CAMPAIGN_LAUNCHES,
                "nowhere",
                CampaignLaunched.newBuilder()
                        .setCampaign(nowhere)
                        .setLaunchedAt(NOON)
                        .setLaunchedBy("marketing")
                        .build());

        launch();

        assertThat(progress().path("done").asBoolean()).isTrue();
        assertThat(router.cleared()).hasSize(1);
    }

    private static ConsentState under(String subjectId) {
        return ConsentState.newBuilder(aino().consentsToEmailAndMobile().state())
                .setSubjectId(subjectId)
                .build();
    }

    private void merge(ConsentState one, ConsentState into) {
        router.knows(ConsentState.newBuilder(one).setSameAs(into.getSubjectId()).build());
        router.knows(ConsentState.newBuilder(into)
                .setAlsoKnownAs(List.of(new Alias(one.getSubjectId(), NOON, null)))
                .build());
    }

    private void refused(String why) throws Exception {
        HttpResponse<String> answer = post();
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains(why);
    }

    private void define(Segment segment, Channel... channels) {
        CampaignDefined campaign = spring().setSegment(segment)
                .setChannels(List.of(channels))
                .setTemplate("spring-letter")
                .setParameters(Map.of("code", "KEVAT"))
                .build();
        campaigns.clear();
        campaigns.add(campaign);
        router.knows(campaign);
    }

    private static ConsentState customer(String number, Consumer<ConsentState.Builder> said) {
        ConsentState.Builder state = ConsentState.newBuilder(aino().state())
                .setSubjectId("%22s".formatted(number).replace(' ', '0'));
        said.accept(state);
        return state.build();
    }

    private static ConsentState tagged(ConsentState state, String... tags) {
        return ConsentState.newBuilder(state).setTags(List.of(tags)).build();
    }

    private JsonNode preview() throws Exception {
        HttpResponse<String> answer = door.asMarketer("GET", "/v1/campaigns/spring/preview", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private HttpResponse<String> post() throws Exception {
        return door.asMarketer("POST", "/v1/campaigns/spring/launch", "");
    }

    private void launch() throws Exception {
        HttpResponse<String> answer = post();
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(answer.headers().firstValue("Location")).contains("/v1/campaigns/spring/launch");
        pass();
    }

    /** What is written the router reads before its writer hears that it is. */
    private EventWriter readAtOnce(EventWriter writer) {
        return new EventWriter() {
            @Override
            public <V extends SpecificRecord> CompletableFuture<RecordMetadata> send(
                    Topic<V> topic, String key, V event) {
                CompletableFuture<RecordMetadata> sent = writer.send(topic, key, event);
                router.put(topic, key, event);
                return sent;
            }
        };
    }

    private void pass() {
        router.at(router.clock().instant().plusMillis(100));
    }

    private JsonNode progress() throws Exception {
        HttpResponse<String> answer = door.asMarketer("GET", "/v1/campaigns/spring/launch", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    @Test
    void aTimeThatReachesBackBeforeAllTimesStopsNoLaunch() throws Exception {
        define(
                Segment.newBuilder()
                        .setForms(List.of("x"))
                        .setFormsWithin("P1000000000000D")
                        .build(),
                Channel.EMAIL);
        router.knows(aino().consentsToEmailAndMobile().state());
        launch();
        assertThat(progress().path("done").asBoolean()).isTrue();
    }
}
