package fi.lupa.consent.topology;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.Histories;
import fi.lupa.consent.People;
import fi.lupa.consent.query.ConsentsView;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.SubjectLinked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Utils;

/** The law of the fold, through the whole topology: whatever order events come in, and however often, the state is one. */
class OrderTest {

    @Property(tries = 40)
    void orderAndRepetitionDoNotMatter(@ForAll("histories") List<SpecificRecord> history, @ForAll Random random)
            throws IOException {
        List<SpecificRecord> shuffled = new ArrayList<>(history);
        shuffled.addAll(history.subList(0, random.nextInt(history.size() + 1)));
        Collections.shuffle(shuffled, random);

        assertThat(outcome(shuffled)).isEqualTo(outcome(history));
    }

    /** As of now is now: what one name's file kept and what the whole history says are the same, shared names and all. */
    @Property(tries = 40)
    void whatIsInForceIsWhatTheHistorySays(@ForAll("uncorrected") List<SpecificRecord> history) throws IOException {
        heard(history, stream -> {
            for (String id : Histories.EVERYBODY) {
                ConsentState state = stream.state(id);
                if (state != null) {
                    ConsentsView asOf =
                            ConsentsView.asOf(state, stream.historyOf(id), People.POLICY, People.NOON, null);
                    ConsentsView now = ConsentsView.of(state, People.POLICY, People.NOON);
                    assertThat(asOf.statements()).isEqualTo(now.statements());
                    assertThat(asOf.scopes()).isEqualTo(now.scopes());
                }
            }
        });
    }

    /** What is in force for everybody, and what binds every address and number. */
    private static Map<String, Object> outcome(List<SpecificRecord> history) throws IOException {
        Map<String, Object> outcome = new TreeMap<>();
        heard(history, stream -> {
            for (String id : Histories.EVERYBODY) {
                ConsentState state = stream.state(id);
                outcome.put(id, state == null ? "unknown" : Histories.withoutRevision(state));
                outcome.put(id + " stops", stream.stops(id));
            }
        });
        return outcome;
    }

    private static void heard(List<SpecificRecord> history, Consumer<ConsentDriver> look) throws IOException {
        Path stateDir = Files.createTempDirectory("lupa");
        try (ConsentDriver stream = new ConsentDriver(stateDir)) {
            for (SpecificRecord event : history) {
                if (event instanceof FormSubmitted form) {
                    stream.sends(form);
                } else if (event instanceof ConsentChanged changed) {
                    stream.says(changed);
                } else {
                    stream.links((SubjectLinked) event);
                }
            }
            assertThat(stream.deadLetters()).isEmpty();
            look.accept(stream);
        } finally {
            Utils.delete(stateDir.toFile());
        }
    }

    @Provide
    Arbitrary<List<SpecificRecord>> uncorrected() {
        return Histories.ofManyNames().filter(history -> history.stream()
                .noneMatch(event -> event instanceof ConsentChanged said && said.getAbout() != null));
    }

    @Provide
    Arbitrary<List<SpecificRecord>> histories() {
        return Histories.ofManyNames();
    }
}
