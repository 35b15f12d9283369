package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.TransferBasis;
import fi.lupa.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two routers, each with a copy of the other's state, one of which is gone from one moment to the next. */
class FailoverFT {

    /** {@code -Dlupa.faults.people=} */
    private static final int PEOPLE = Integer.getInteger("lupa.faults.people", 1_000_000);

    private static final int MESSAGES = 3_000;
    private static final int LOST_AFTER = 1_000;
    private static final long EVERY_MILLIS = 20;
    private static final Duration AT_MOST = Duration.ofSeconds(10);
    private static final Duration COPYING = Duration.ofMinutes(10);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void theOtherDecidesWithinTenSecondsWhateverWasOnItsWay() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("failover", folder);
                ServiceUnderFire consent =
                        new ServiceUnderFire(lupa, "consent-stream", folder, "--forms=" + lupa.forms());
                ServiceUnderFire first = new ServiceUnderFire(lupa, "campaign-router", folder, "--standby-replicas=1");
                ServiceUnderFire second = first.another()) {
            consent.start();
            awaitTrue(consent::isReady);
            String ids = know(lupa, consent);
            first.start();
            TestInstallation.awaitTrue(COPYING, first::isReady);
            second.start();
            awaitTrue(second::isReady);
            TestInstallation.awaitTrue(COPYING, () -> hasCopied(second));

            Instant[] sent = new Instant[MESSAGES];
            lupa.writeAll(Topics.CAMPAIGN_MESSAGES, IntStream.range(0, MESSAGES).mapToObj(number -> {
                if (number == LOST_AFTER) {
                    first.close();
                }
                pause();
                sent[number] = Instant.now();
                return message(lupa, ids, number);
            }));

            awaitTrue(() -> lupa.values(Topics.CAMPAIGN_SUPPRESSED).size() >= MESSAGES);
            List<MessageSuppressed> outcomes = lupa.values(Topics.CAMPAIGN_SUPPRESSED);
            Duration longest = outcomes.stream()
                    .map(outcome ->
                            Duration.between(sent[Integer.parseInt(outcome.getMessageId())], outcome.getDecidedAt()))
                    .max(Duration::compareTo)
                    .orElseThrow();
            System.out.printf(
                    "%,d people; the longest that a message waited when the other took over: %d ms%n",
                    PEOPLE, longest.toMillis());
            assertThat(outcomes.stream().map(MessageSuppressed::getMessageId))
                    .doesNotHaveDuplicates()
                    .hasSize(MESSAGES);
            assertThat(longest).isLessThan(AT_MOST);
        }
    }

    /** Somebody sends in a form, and all others are as that somebody is; tells what their ids begin with. */
    private static String know(TestInstallation lupa, ServiceUnderFire consent) {
        assertThat(Http.post(
                                consent.url().resolve("/v1/forms/newsletter"),
                                lupa.keys.site(),
                                "application/x-www-form-urlencoded",
                                "email=person%40example.com&email_consent=yes")
                        .status())
                .isEqualTo(202);
        awaitTrue(() -> lupa.values(Topics.CONSENT_STATE).stream()
                .anyMatch(state -> !state.getStatements().isEmpty()));
        List<ConsentState> known = lupa.values(Topics.CONSENT_STATE);
        ConsentState one = known.get(known.size() - 1);
        String ids = one.getSubjectId().substring(8);
        lupa.writeAll(
                Topics.CONSENT_STATE,
                IntStream.range(0, PEOPLE)
                        .mapToObj(number -> new TestInstallation.Raw(
                                subjectId(ids, number),
                                lupa.bytes(
                                        Topics.CONSENT_STATE,
                                        ConsentState.newBuilder(one)
                                                .setSubjectId(subjectId(ids, number))
                                                .build()))));
        lupa.write(
                Topics.CAMPAIGN_DEFINITIONS,
                "spring",
                CampaignDefined.newBuilder()
                        .setCampaignId("spring")
                        .setName("Spring")
                        .setPurpose(Purpose.DIRECT_MARKETING)
                        .setChannels(List.of(Channel.EMAIL))
                        .setProcessor(new Processor("Postittaja Oy", "FI", TransferBasis.NONE))
                        .setValidFrom(Instant.EPOCH)
                        .setDefinedAt(Instant.EPOCH)
                        .setDefinedBy("faults")
                        .build());
        return ids;
    }

    /** Nobody of them has the address that is sealed in their state: every message is suppressed, after all of its work. */
    private static TestInstallation.Raw message(TestInstallation lupa, String ids, int number) {
        String subjectId = subjectId(ids, (int) (number * 7_919L % PEOPLE));
        return new TestInstallation.Raw(
                subjectId,
                lupa.bytes(
                        Topics.CAMPAIGN_MESSAGES,
                        CampaignMessage.newBuilder()
                                .setMessageId(Integer.toString(number))
                                .setCampaignId("spring")
                                .setChannel(Channel.EMAIL)
                                .setSubjectId(subjectId)
                                .setRequestedAt(Instant.now())
                                .build()));
    }

    private static String subjectId(String ids, int number) {
        return ids + "%08d".formatted(number);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether nothing is left that its copies lag behind by. */
    private static boolean hasCopied(ServiceUnderFire router) {
        List<Double> lags = Http.get(router.url().resolve("/metrics"), null)
                .response()
                .body()
                .lines()
                .filter(line -> line.startsWith("kafka_consumer_fetch_manager_records_lag{"))
                .filter(line -> line.contains("restore-consumer"))
                .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        return !lags.isEmpty() && lags.stream().allMatch(lag -> lag == 0);
    }
}
