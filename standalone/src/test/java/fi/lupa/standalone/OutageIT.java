package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitHolds;
import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import fi.lupa.consent.ConsentStream;
import fi.lupa.edge.kafka.TopicSetup;
import fi.lupa.edge.service.RunningService;
import fi.lupa.edge.streams.StreamsRuntime;
import fi.lupa.schemas.registry.RegistryRefusedException;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A broker or registry that is away: waited for at start, told of later, and nothing promised that was not kept. */
class OutageIT {

    @TempDir
    private Path folder;

    @Test
    void whileTheBrokerIsAwayAFormIsRefusedAndAfterwardsTakenUnderTheSameId() {
        try (Server broker = Infrastructure.ownBroker();
                TestInstallation lupa =
                        new TestInstallation(broker.address(), Infrastructure.registryUrl(), "outage", folder)) {
            RunningService consent = lupa.consentStream();
            String eventId = UUID.randomUUID().toString();
            assertThat(post(lupa, consent, UUID.randomUUID().toString()).status())
                    .isEqualTo(202);

            broker.stop();
            Http.Answer refused = post(lupa, consent, eventId);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body().at("/detail").asText()).contains("send it again with the same id");

            broker.start();
            awaitHolds(() -> {
                Http.Answer taken = post(lupa, consent, eventId);
                assertThat(taken.status()).as("%s", taken.body()).isEqualTo(202);
            });
            awaitTrue(() -> lupa.values(Topics.FORMS_SUBMITTED).stream()
                    .anyMatch(form -> form.getEventId().toString().equals(eventId)));
            assertThat(lupa.values(Topics.FORMS_SUBMITTED))
                    .filteredOn(form -> form.getEventId().toString().equals(eventId))
                    .hasSize(1);
        }
    }

    /** To a broker that has just come back all topics are unknown for a moment. */
    @Test
    void topicsThatAreUnknownForAMomentAreWaitedFor() throws Exception {
        Logger runtime = (Logger) LoggerFactory.getLogger(StreamsRuntime.class);
        ListAppender<ILoggingEvent> failures = new ListAppender<>();
        failures.start();
        try (TestInstallation lupa = TestInstallation.named("moment", folder);
                Admin admin = Admin.create(Map.of("bootstrap.servers", lupa.brokers()))) {
            RunningService consent = lupa.consentStream();
            runtime.addAppender(failures);
            admin.deleteTopics(List.of(Topics.CAMPAIGN_CONTACTS.in(lupa.prefix())))
                    .all()
                    .get();
            awaitTrue(() -> !failures.list.isEmpty());
            new TopicSetup(admin, lupa.prefix()).create(Topics.DEFAULT_SPREAD, (short) 1);
            assertThat(post(lupa, consent, UUID.randomUUID().toString()).status())
                    .isEqualTo(202);
            awaitTrue(() -> lupa.values(Topics.FORMS_SUBMITTED).size() == 1);
        } finally {
            runtime.detachAppender(failures);
        }
    }

    @Test
    void aRegistryIsWaitedForAtStartAndNotMissedLater() throws Exception {
        try (Server registry = Infrastructure.ownRegistry();
                TestInstallation lupa = new TestInstallation(
                        Infrastructure.bootstrapServers(), registry.address(), "patient", folder)) {
            registry.stop();
            CompletableFuture<RunningService> starting = CompletableFuture.supplyAsync(lupa::consentStream);
            TimeUnit.SECONDS.sleep(3);
            assertThat(starting).isNotDone();
            registry.start();
            RunningService consent = starting.get(60, TimeUnit.SECONDS);
            assertThat(post(lupa, consent, UUID.randomUUID().toString()).status())
                    .isEqualTo(202);
            awaitTrue(() -> lupa.values(Topics.CONSENT_STATE).size() >= 1);
            int states = lupa.values(Topics.CONSENT_STATE).size();

            registry.stop();
            assertThat(post(lupa, consent, UUID.randomUUID().toString()).status())
                    .isEqualTo(202);
            awaitTrue(() -> lupa.values(Topics.CONSENT_STATE).size() > states);
        }
    }

    @Test
    void aSchemaThatDoesNotFitRefusesToStartAndNamesTheField() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("misfit", folder)) {
            Schemas.registerText(Infrastructure.registryUrl(), Topics.DEAD_LETTERS.subject(lupa.prefix()), """
                    {"type":"record","name":"DeadLetter","namespace":"fi.lupa.event","doc":"Old.",
                     "fields":[{"name":"topic","type":"int","doc":"Once a number."}]}""");
            assertThatThrownBy(() -> lupa.launch(new ConsentStream(), "--forms=" + lupa.forms()))
                    .isInstanceOf(RegistryRefusedException.class)
                    .hasMessageContaining("dead.letters-value")
                    .hasMessageContaining("topic");
        }
    }

    @Test
    void twoServicesThatStartTogetherOnAFreshRegistryBothStart() {
        try (Server registry = Infrastructure.ownRegistry();
                TestInstallation lupa = new TestInstallation(
                        Infrastructure.bootstrapServers(), registry.address(), "together", folder)) {
            CompletableFuture<RunningService> consent = CompletableFuture.supplyAsync(lupa::consentStream);
            CompletableFuture<RunningService> router = CompletableFuture.supplyAsync(lupa::campaignRouter);
            assertThat(consent.thenCombine(router, (one, other) -> List.of(one.name(), other.name())))
                    .succeedsWithin(Duration.ofMinutes(2))
                    .isEqualTo(List.of("consent-stream", "campaign-router"));
        }
    }

    private static Http.Answer post(TestInstallation lupa, RunningService consent, String eventId) {
        return Http.post(
                consent.url().resolve("/v1/forms/newsletter"),
                lupa.keys.site(),
                "application/x-www-form-urlencoded",
                "email=aino@example.com&email_consent=yes",
                "Idempotency-Key",
                eventId);
    }
}
