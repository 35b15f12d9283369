package fi.lupa.campaign.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.People;
import fi.lupa.event.Channel;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactsMade;
import fi.lupa.event.Purpose;
import fi.lupa.schemas.InternalSerde;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** What was cleared before a start is known at once, and told from what is new however far it has been looked through. */
class ContactedTest {

    private static final Clock CLOCK = Clock.fixed(People.NOON, ZoneOffset.UTC);
    private static final Instant LONG_AGO = People.NOON.minus(Contacted.KEPT).minus(Duration.ofDays(1));

    private final MockProcessorContext<String, SpecificRecord> context = new MockProcessorContext<>();
    private final KeyValueStore<String, ContactsMade> store = Stores.keyValueStoreBuilder(
                    Stores.inMemoryKeyValueStore(RouterTopology.CONTACTS),
                    Serdes.String(),
                    new InternalSerde<>(ContactsMade.class))
            .withLoggingDisabled()
            .build();
    private Contacted contacted;

    @Test
    void isKnownFromTheStartOn() {
        start(12_000);
        for (int look = 0; look < 4; look++) {
            assertThat(IntStream.range(0, 12_000)).allMatch(this::wasCleared);
            assertThat(IntStream.range(12_000, 24_000)).noneMatch(this::wasCleared);
            look();
        }
    }

    @Test
    void isKnownHoweverMuchComes() {
        start(10);
        look();
        for (int message = 10; message < 21_000; message++) {
            contacted.new Beside(point -> null).count(made(message, People.NOON));
            // Before the first filter is full, and after: each a look at some of what there is by then.
            if (message == 2_000 || message == 7_000) {
                look();
            }
        }
        for (int look = 0; look < 5; look++) {
            look();
        }
        assertThat(IntStream.range(0, 21_000)).allMatch(this::wasCleared);
        assertThat(IntStream.range(21_000, 31_000)).noneMatch(this::wasCleared);
    }

    @Test
    void onceAllIsKnownTheStoreIsNotAskedForWhatIsNew() {
        start(10);
        Contacted before = contacted;
        look();
        new Contacted(context).count("aino", made(10, People.NOON));
        contacted = before;
        assertThat(wasCleared(9)).isTrue();
        assertThat(wasCleared(10)).isFalse();
    }

    @Test
    void whatNoLongerCountsGoes() {
        start(10);
        contacted.new Beside(point -> null).count(made(10, LONG_AGO));
        look();
        assertThat(store.approximateNumEntries()).isEqualTo(10);
    }

    private void start(int messages) {
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        contacted = new Contacted(context);
        IntStream.range(0, messages).forEach(message -> contacted.count("aino", made(message, People.NOON)));
        contacted = new Contacted(context, keys -> new KeyFilter(keys, 5_000));
        contacted.lookThrough(CLOCK);
    }

    private void look() {
        context.scheduledPunctuators().forEach(look -> look.getPunctuator().punctuate(0));
    }

    private boolean wasCleared(int message) {
        return contacted.new Beside(point -> null).wasCleared("aino", "aino", "spring", "m-" + message, Instant.EPOCH);
    }

    private static ContactMade made(int message, Instant at) {
        return ContactMade.newBuilder()
                .setMessageId("m-" + message)
                .setCampaignId("spring")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannel(Channel.EMAIL)
                .setSubjectId("aino")
                .setContactPointId("point")
                .setClearedAt(at)
                .build();
    }
}
