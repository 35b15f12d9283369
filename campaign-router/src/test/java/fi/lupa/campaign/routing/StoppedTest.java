package fi.lupa.campaign.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.ContactPointStop;
import fi.lupa.schemas.InternalSerde;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** Whoever was stopped is not ruled out, whenever that was. */
class StoppedTest {

    private final Stopped stopped = new Stopped();

    @Test
    void beforeItBeginsNobodyIsRuledOut() {
        assertThat(stopped.rulesOut("point")).isFalse();
    }

    @Test
    void whatWasSaidBeforeAndAfterItBeganCounts() {
        KeyValueStore<String, ContactPointStop> stops = stops(100);
        stopped.begin(stops);
        IntStream.range(100, 1_100_000).forEach(i -> {
            stops.put("point-" + i, stop(i));
            stopped.add("point-" + i);
        });
        assertThat(IntStream.range(0, 1_100_000)).noneMatch(i -> stopped.rulesOut("point-" + i));
        assertThat(IntStream.range(1_100_000, 1_110_000).filter(i -> stopped.rulesOut("point-" + i)))
                .hasSizeGreaterThan(9_800);
    }

    @Test
    void anotherStartBeginsWithWhatIsThereThen() {
        stopped.begin(stops(10));
        stopped.begin(stops(20));
        assertThat(IntStream.range(0, 20)).noneMatch(i -> stopped.rulesOut("point-" + i));
    }

    private static KeyValueStore<String, ContactPointStop> stops(int count) {
        KeyValueStore<String, ContactPointStop> stops = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(RouterTopology.STOPS),
                        Serdes.String(),
                        new InternalSerde<>(ContactPointStop.class))
                .withLoggingDisabled()
                .build();
        stops.init(new MockProcessorContext<Void, Void>().getStateStoreContext(), stops);
        IntStream.range(0, count).forEach(i -> stops.put("point-" + i, stop(i)));
        return stops;
    }

    private static ContactPointStop stop(int number) {
        return new ContactPointStop("point-" + number, List.of());
    }
}
