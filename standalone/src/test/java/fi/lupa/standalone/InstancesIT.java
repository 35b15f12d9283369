package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.service.RunningService;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances of each service: whichever is asked, the one that holds the person answers. */
class InstancesIT {

    @TempDir
    private Path folder;

    @Test
    void everyInstanceAnswersForEverybody() {
        try (TestInstallation lupa = TestInstallation.named("instances", folder)) {
            List<RunningService> consents = List.of(lupa.consentStream(), lupa.consentStream());
            List<RunningService> routers = List.of(lupa.campaignRouter(), lupa.campaignRouter());
            List<String> outcomes = IntStream.range(0, 20)
                    .mapToObj(i -> Http.post(
                                    consents.get(i % 2).url().resolve("/v1/forms/newsletter"),
                                    lupa.keys.site(),
                                    "application/x-www-form-urlencoded",
                                    "email=person" + i + "@example.com&email_consent=yes")
                            .response()
                            .headers()
                            .firstValue("Location")
                            .orElseThrow())
                    .toList();
            for (RunningService instance : consents) {
                for (int i = 0; i < 20; i++) {
                    URI outcome = instance.url().resolve(outcomes.get(i));
                    awaitTrue(() -> Http.get(outcome, lupa.keys.operator()).status() == 200);
                    URI subject = instance.url().resolve("/v1/subjects?email=person" + i + "@example.com");
                    awaitTrue(() -> Http.get(subject, lupa.keys.operator()).status() == 200);
                    String id = Http.get(subject, lupa.keys.operator())
                            .body()
                            .at("/subjectId")
                            .asText();
                    Http.Answer answer =
                            Http.get(instance.url().resolve("/v1/subjects/" + id + "/consents"), lupa.keys.campaign());
                    assertThat(answer.body().at("/scopes/0/status").asText()).isEqualTo("GRANTED");
                }
            }
            String everybody = IntStream.range(0, 20)
                    .mapToObj(i -> "{\"email\":\"person" + i + "@example.com\"}")
                    .reduce((a, b) -> a + "," + b)
                    .orElseThrow();
            for (RunningService instance : routers) {
                awaitTrue(() -> {
                    Http.Answer answer = Http.postJson(
                            instance.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                            {"purpose": "DIRECT_MARKETING", "channel": "EMAIL", "recipients": [%s]}""".formatted(everybody));
                    return answer.status() == 200
                            && answer.body().at("/decisions").size() == 20
                            && answer.body().at("/decisions").findValues("cleared").stream()
                                    .allMatch(cleared -> cleared.asBoolean());
                });
            }
            theWholeAudienceIsOneInstances(lupa, routers);
        }
    }

    /** Each instance holds some; what is asked of one is told of all. */
    private static void theWholeAudienceIsOneInstances(TestInstallation lupa, List<RunningService> routers) {
        URI first = routers.get(0).url();
        assertThat(Http.put(first.resolve("/v1/campaigns/spring"), lupa.keys.marketer(), """
                                {"name": "Spring", "purpose": "DIRECT_MARKETING", "channels": ["EMAIL"],
                                 "processor": {"name": "Postittaja Oy", "country": "FI"},
                                 "segment": {}, "template": "spring-letter"}""")
                        .status())
                .isEqualTo(200);
        for (RunningService asked : routers) {
            awaitTrue(() -> {
                Http.Answer sizes = Http.get(asked.url().resolve("/v1/audiences"), lupa.keys.marketer());
                return sizes.body().at("/channels/0/members").asInt() == 20
                        && sizes.body().path("counted").asBoolean();
            });
            Http.Answer export = Http.get(asked.url().resolve("/v1/audiences/email"), lupa.keys.campaign());
            assertThat(export.response().body().lines()).hasSize(21).doesNotHaveDuplicates();
            String id = export.response().headers().firstValue("Lupa-Export-Id").orElseThrow();
            for (RunningService other : routers) {
                Http.Answer again = Http.postJson(
                        other.url().resolve("/v1/audiences/exports/" + id + "/recheck"), lupa.keys.campaign(), "");
                assertThat(again.body().path("members").asInt()).isEqualTo(20);
                assertThat(again.body().path("mayStill").asInt()).isEqualTo(20);
            }
            awaitTrue(() -> Http.get(asked.url().resolve("/v1/campaigns/spring/preview"), lupa.keys.marketer())
                            .body()
                            .at("/cleared/EMAIL")
                            .asInt()
                    == 20);
        }
        assertThat(Http.postJson(first.resolve("/v1/campaigns/spring/launch"), lupa.keys.marketer(), "")
                        .status())
                .isEqualTo(202);
        for (RunningService asked : routers) {
            awaitTrue(() -> {
                Http.Answer progress =
                        Http.get(asked.url().resolve("/v1/campaigns/spring/launch"), lupa.keys.marketer());
                return progress.body().path("done").asBoolean()
                        && progress.body().path("messages").asInt() == 20;
            });
        }
        awaitTrue(() -> lupa.values(Topics.cleared(Channel.EMAIL)).size() == 20);
    }
}
