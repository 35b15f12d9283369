package fi.lupa.campaign.routing;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.spring;
import static fi.lupa.campaign.People.toAino;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.FailedStage;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.QuietHours;
import fi.lupa.permission.Reason;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.utils.Utils;

/** The books balance: read + released = cleared + suppressed + dead-lettered + held + readdressed, by the meters and by the topics alike. */
class BooksTest {

    /** What may come in. */
    enum Kind {
        CLEARED,
        SUPPRESSED,
        AGAIN,
        WAITS,
        WAITS_IN_VAIN,
        TO_A_STRANGER,
        KEYED_OTHERWISE,
        FOR_NOBODY,
        NULL,
        GARBAGE,
        BAD_ADDRESS,
        BAD_ADDRESS_KEYED_OTHERWISE;

        private void sendTo(RouterDriver router) {
            CampaignMessage.Builder message = toAino(Channel.POST);
            MessagePersonalData bad =
                    MessagePersonalData.newBuilder().setEmail("aino").build();
            switch (this) {
                case CLEARED -> router.routes(message.build());
                case SUPPRESSED -> router.routes(message.setCampaignId("none").build());
                case AGAIN -> router.routes(message.setMessageId("again").build());
                case WAITS -> router.routes(message.setCampaignId("evening").build());
                case WAITS_IN_VAIN ->
                    router.routes(message.setCampaignId("evening")
                            .setMessageId("again")
                            .build());
                case TO_A_STRANGER ->
                    router.routes(message.setSubjectId("stranger").build());
                case KEYED_OTHERWISE -> router.put(Topics.CAMPAIGN_MESSAGES, "m-1", message.build());
                case FOR_NOBODY ->
                    router.put(
                            Topics.CAMPAIGN_MESSAGES,
                            "m-1",
                            message.setSubjectId(null).build());
                case NULL -> router.put(Topics.CAMPAIGN_MESSAGES, AINO, (byte[]) null);
                case GARBAGE -> router.put(Topics.CAMPAIGN_MESSAGES, AINO, "garbage".getBytes(UTF_8));
                case BAD_ADDRESS ->
                    router.routes(
                            message.setChannel(Channel.EMAIL).setPersonal(bad).build());
                case BAD_ADDRESS_KEYED_OTHERWISE ->
                    router.put(
                            Topics.CAMPAIGN_MESSAGES,
                            "m-1",
                            message.setChannel(Channel.EMAIL).setPersonal(bad).build());
            }
        }
    }

    @Property(tries = 20)
    void balanceOverAnyMixture(@ForAll @Size(max = 40) List<Kind> mixture) throws IOException {
        Path stateDir = Files.createTempDirectory("lupa");
        try (RouterDriver router = new RouterDriver(stateDir)) {
            router.knows(spring().build());
            router.knows(spring().setCampaignId("evening")
                    .setQuietHours(List.of(new QuietHours(Channel.POST, "17:00", "20:00", false)))
                    .build());
            router.knows(aino().state());
            router.put(Topics.CONSENT_STATE, AINO, "no message, and so in no book".getBytes(UTF_8));

            mixture.forEach(kind -> kind.sendTo(router));

            assertThat(router.counted("read")).isEqualTo(mixture.size());
            assertThat(router.waiting()).isEqualTo(router.counted("held"));
            assertThat(decided(router) + router.waiting()).isEqualTo(mixture.size());

            router.at(NOON.plus(Duration.ofHours(4)));

            assertThat(router.counted("read")).isEqualTo(mixture.size());
            assertThat(router.counted("released")).isEqualTo(router.counted("held"));
            assertThat(router.waiting()).isZero();
            assertThat(decided(router)).isEqualTo(mixture.size());
            assertThat(router.cleared()).hasSize(router.counted("cleared"));
            assertThat(router.suppressed()).hasSize(router.counted("suppressed"));
            assertThat(router.deadLetters())
                    .filteredOn(letter -> letter.getTopic().equals(Topics.CAMPAIGN_MESSAGES.name()))
                    .hasSize(router.counted("dead-lettered"));
        } finally {
            Utils.delete(stateDir.toFile());
        }
    }

    private static int decided(RouterDriver router) {
        return router.counted("cleared") + router.counted("suppressed") + router.counted("dead-lettered");
    }

    @Example
    void whatWasDecidedAndCouldNotBeWrittenIsCountedOnce() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Books books = new Books(meters);

        books.taken(false);
        books.suppressed(Reason.NO_CONSENT);
        books.deadLettered("fi.campaign.messages", FailedStage.WRITE);
        books.taken(false);
        books.cleared(fi.lupa.permission.Channel.EMAIL);
        books.deadLettered("fi.campaign.readdressed", FailedStage.WRITE);
        books.deadLettered("fi.campaign.readdressed", FailedStage.READ);

        assertThat(counted(meters, "read")).isEqualTo(3);
        assertThat(counted(meters, "cleared")).isOne();
        assertThat(counted(meters, "suppressed")).isOne();
        assertThat(counted(meters, "dead-lettered")).isOne();
        assertThat(counted(meters, "unwritten")).isEqualTo(2);
    }

    private static double counted(SimpleMeterRegistry meters, String outcome) {
        return meters.get("lupa.messages").tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }
}
