package fi.lupa.campaign.message;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.IDS;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.spring;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.campaign.OpenDoor;
import fi.lupa.campaign.People;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.campaign.routing.Recipients;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.streams.OnlyInstance;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Scope;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.Will;
import fi.lupa.schemas.InternalSerde;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The question over HTTP, answered here or by the instance that holds the recipient, always as the router decides. */
class DecisionsDoorTest {

    private static final String DECISIONS = "/v1/decisions";

    private final Instance here = new Instance();
    private final Instance elsewhere = new Instance();
    private OpenDoor door;
    private OpenDoor otherDoor;

    @BeforeEach
    void open(@TempDir Path directory) {
        door = open(directory, here);
        otherDoor = open(directory, elsewhere);
    }

    @AfterEach
    void close() {
        door.close();
        otherDoor.close();
    }

    private static OpenDoor open(Path directory, Peers peers) {
        return new OpenDoor(
                directory,
                (access, writer) -> routes -> new DecisionsDoor(
                                access,
                                People.DECISIONS,
                                People.LINKS,
                                () -> List.of(spring().build()),
                                new Recipients(IDS),
                                IDS,
                                peers,
                                OpenDoor.AT_NOON)
                        .mount(routes));
    }

    /** An instance, with what it holds and whom it knows to be held elsewhere. */
    private static final class Instance extends OnlyInstance {

        private final HttpClient client = HttpClient.newHttpClient();
        private final KeyValueStore<String, StoredState> states = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore("states"),
                        Serdes.String(),
                        StoredState.serde(new InternalSerde<>(ConsentState.class)))
                .withLoggingDisabled()
                .build();
        private final Map<String, HostInfo> heldElsewhere = new HashMap<>();

        Instance() {
            states.init(new MockProcessorContext<>().getStateStoreContext(), states);
        }

        @Override
        public Optional<HostInfo> otherHolderOf(String store, String key) {
            return Optional.ofNullable(heldElsewhere.get(key));
        }

        @Override
        public List<HostInfo> othersWith(String store) {
            return List.copyOf(heldElsewhere.values());
        }

        @Override
        @SuppressWarnings("unchecked") // the door reads this one store
        public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
            return reading.apply((S) (store.equals(RouterTopology.CONTACTS) ? null : states));
        }

        @Override
        public CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body) {
            if (Relays.isRelayed(ctx)) {
                throw Peers.moving();
            }
            return client.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://" + holder.host() + ":" + holder.port() + ctx.path()))
                            .header(Relays.HEADER, OpenDoor.RELAYS.token(ctx))
                            .header(Header.AUTHORIZATION, ctx.header(Header.AUTHORIZATION))
                            .POST(BodyPublishers.ofByteArray(body))
                            .build(),
                    BodyHandlers.ofByteArray());
        }
    }

    @Test
    void aClearedRecipientIsAnsweredWithTheContactPointAndItsEnd() throws Exception {
        here.states.put(AINO, StoredState.of(aino().consentsToEmailAndMobile().state()));

        JsonNode answer = only(ask("\"campaignId\": \"spring\", \"channel\": \"EMAIL\"", "{\"customerId\": \"C-1\"}"));

        assertThat(answer.path("subjectId").asText()).isEqualTo(AINO);
        assertThat(answer.path("cleared").asBoolean()).isTrue();
        assertThat(answer.path("reasons")).isEmpty();
        assertThat(answer.path("contactPointId").asText()).isEqualTo(AINO_EMAIL);
        assertThat(answer.path("decidedAt").asText()).isEqualTo(NOON.toString());
        assertThat(answer.path("notAfter").asText()).isEqualTo("2026-03-03T12:00:00Z");
        assertThat(answer.path("policyVersion").asText()).isEqualTo(People.POLICY.version());
        assertThat(answer.path("consentRevision").asLong()).isEqualTo(7);
        assertThat(door.written).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"campaignId\": \"spring\", \"channel\": \"EMAIL\"|CHANNEL_PROHIBITED NO_CONSENT",
                "\"campaignId\": \"autumn\", \"channel\": \"EMAIL\"|UNKNOWN_CAMPAIGN",
                "\"purpose\": \"DIRECT_MARKETING\", \"channel\": \"MOBILE\"|NO_CONSENT",
                "\"purpose\": \"DIRECT_MARKETING\", \"channel\": \"POST\"|",
                "\"purpose\": \"SERVICE_NOTICE\", \"channel\": \"EMAIL\"|"
            })
    void aQuestionIsAboutACampaignOrAPurpose(String question, String reasons) throws Exception {
        here.states.put(
                AINO, StoredState.of(aino().says(Scope.EMAIL, Will.PROHIBIT).state()));

        JsonNode answer = only(ask(question, "{\"subjectId\": \"" + AINO + "\"}"));

        assertThat(reasonsOf(answer)).isEqualTo(reasons == null ? "" : reasons);
        assertThat(answer.path("cleared").asBoolean()).isEqualTo(reasons == null);
        assertThat(answer.path("notAfter").isNull()).isEqualTo(reasons != null);
        assertThat(answer.path("preferencesUrl").isNull()).isEqualTo(reasons != null);
        assertThat(answer.path("unsubscribeUrl").asText())
                .startsWith(question.contains("POST") ? "https://lupa.example.fi/unsubscribe/" : "null");
    }

    @Test
    void whoIsNotKnownIsRefused() throws Exception {
        assertThat(reasonsOf(only(ask(
                        "\"campaignId\": \"spring\", \"channel\": \"POST\"",
                        "{\"subjectId\": \"EerosIdInTwentyTwoChar\"}"))))
                .isEqualTo("UNKNOWN_SUBJECT");
    }

    @Test
    void anAddressAskedForMustBeTheSubjects() throws Exception {
        here.states.put(AINO, StoredState.of(aino().consentsToEmailAndMobile().state()));

        assertThat(reasonsOf(only(ask(
                        "\"campaignId\": \"spring\", \"channel\": \"EMAIL\"",
                        "{\"subjectId\": \"" + AINO + "\", \"email\": \"eero@example.fi\"}"))))
                .startsWith("NO_CONTACT_POINT");
    }

    @Test
    void aStateThatDoesNotTellTheAddressPermitsNothing() throws Exception {
        here.states.put(
                AINO,
                StoredState.of(ConsentState.newBuilder(
                                aino().consentsToEmailAndMobile().state())
                        .setPersonal((StatePersonalData) null)
                        .build()));

        assertThat(reasonsOf(
                        only(ask("\"campaignId\": \"spring\", \"channel\": \"EMAIL\"", "{\"customerId\": \"C-1\"}"))))
                .isEqualTo("STATE_UNAVAILABLE");
    }

    @Test
    void recipientsHeldElsewhereAreDecidedThereAndAnsweredInTheirPlace() throws Exception {
        here.heldElsewhere.put(AINO, new HostInfo("127.0.0.1", otherDoor.url().getPort()));
        elsewhere.states.put(
                AINO, StoredState.of(aino().consentsToEmailAndMobile().state()));

        HttpResponse<String> answer = ask(
                "\"campaignId\": \"spring\", \"channel\": \"EMAIL\"",
                "{\"subjectId\": \"EerosIdInTwentyTwoChar\"}, {\"customerId\": \"C-1\"}, {\"subjectId\": \"MaijaIdInTwentyTwoChar\"}");

        assertThat(decisions(answer).findValuesAsText("subjectId"))
                .containsExactly("EerosIdInTwentyTwoChar", AINO, "MaijaIdInTwentyTwoChar");
        assertThat(decisions(answer).findValuesAsText("cleared")).containsExactly("false", "true", "false");
    }

    @Test
    void aQuestionThatNobodyHoldsTheAnswerToIsNotPassedOnForEver() throws Exception {
        here.heldElsewhere.put(
                "EerosIdInTwentyTwoChar",
                new HostInfo("127.0.0.1", otherDoor.url().getPort()));
        elsewhere.heldElsewhere.put(
                "EerosIdInTwentyTwoChar", new HostInfo("127.0.0.1", door.url().getPort()));

        HttpResponse<String> answer = ask(
                "\"campaignId\": \"spring\", \"channel\": \"EMAIL\"", "{\"subjectId\": \"EerosIdInTwentyTwoChar\"}");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    @Test
    void everyFaultIsAnsweredAtOnce() throws Exception {
        HttpResponse<String> answer = ask(
                "\"campaignId\": \"spring\", \"purpose\": \"BENEFIT\"",
                "{\"subjectId\": \"EerosIdInTwentyTwoChar\"}, {\"email\": \"aino at example.fi\", \"phone\": \"040 12\"}, {}, null");

        refused(answer, 400, "Ask about a campaignId or about a purpose, one of the two.");
        assertThat(Json.MAPPER.readTree(answer.body()).path("faults").findValuesAsText("field"))
                .containsExactly(
                        "channel", "recipients[1].email", "recipients[1].phone", "recipients[2]", "recipients[3]");
        assertThat(answer.body()).doesNotContain("aino");
    }

    @ParameterizedTest
    @CsvSource({"0, 400", "1, 200", "1000, 200", "1001, 400"})
    void aQuestionIsAboutOneToAThousandRecipients(int recipients, int status) throws Exception {
        String asked = IntStream.range(0, recipients)
                .mapToObj(i -> "{\"subjectId\": \"%022d\"}".formatted(i))
                .collect(Collectors.joining(", "));

        assertThat(ask("\"campaignId\": \"spring\", \"channel\": \"POST\"", asked)
                        .statusCode())
                .isEqualTo(status);
    }

    @Test
    void aKeyToOneCampaignAsksForNoOtherAndForNoPurpose() throws Exception {
        here.states.put(AINO, StoredState.of(aino().consentsToEmailAndMobile().state()));
        String aino = "\"channel\": \"EMAIL\", \"recipients\": [{\"customerId\": \"C-1\"}]}";

        assertThat(door.as("spring", "POST", DECISIONS, "{\"campaignId\": \"spring\", " + aino)
                        .statusCode())
                .isEqualTo(200);
        refused(door.as("spring", "POST", DECISIONS, "{\"campaignId\": \"autumn\", " + aino), 403, "certain campaigns");
        refused(
                door.as("spring", "POST", DECISIONS, "{\"purpose\": \"SERVICE_NOTICE\", " + aino),
                403,
                "certain campaigns");
    }

    /** A page that anybody with its link changes is the person's. */
    @Test
    void staffAreToldAndGetNoLinkToThePersonsChoices() throws Exception {
        here.states.put(AINO, StoredState.of(aino().consentsToEmailAndMobile().state()));

        JsonNode answer = only(door.as(
                "customer-service",
                "POST",
                DECISIONS,
                "{\"campaignId\": \"spring\", \"channel\": \"EMAIL\", \"recipients\": [{\"customerId\": \"C-1\"}]}"));

        assertThat(answer.path("cleared").asBoolean()).isTrue();
        assertThat(answer.path("preferencesUrl").isNull()).isTrue();
        assertThat(answer.path("unsubscribeUrl").isNull()).isTrue();
    }

    @Test
    void onlyACampaignSystemAsks() throws Exception {
        String question =
                "{\"campaignId\": \"spring\", \"channel\": \"POST\", \"recipients\": [{\"subjectId\": \"EerosIdInTwentyTwoChar\"}]}";
        refused(door.asNobody("POST", DECISIONS, question), 401, "A valid key or token is needed");
        refused(door.asMarketer("POST", DECISIONS, question), 403, "may not do this");
        refused(door.asOperator("POST", DECISIONS, question), 403, "may not do this");
        refused(door.asWebsite("POST", DECISIONS, question), 403, "may not do this");
    }

    private HttpResponse<String> ask(String question, String recipients) throws Exception {
        return door.asCampaignSystem("POST", DECISIONS, "{" + question + ", \"recipients\": [" + recipients + "]}");
    }

    private static JsonNode decisions(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body()).path("decisions");
    }

    private static JsonNode only(HttpResponse<String> answer) throws Exception {
        assertThat(decisions(answer)).hasSize(1);
        return decisions(answer).get(0);
    }

    private static String reasonsOf(JsonNode answer) {
        return IntStream.range(0, answer.path("reasons").size())
                .mapToObj(i -> answer.path("reasons").get(i).asText())
                .collect(Collectors.joining(" "));
    }

    private static void refused(HttpResponse<String> answer, int status, String says) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.body()).contains(says);
    }
}
