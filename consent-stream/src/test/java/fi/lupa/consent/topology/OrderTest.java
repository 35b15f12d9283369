package fi.lupa.consent.topology;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.Histories;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormSubmitted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Utils;

/** The law of the fold, through the whole topology: whatever order events come in, and however often, the state is one. */
class OrderTest {

    @Property(tries = 25)
    void orderAndRepetitionDoNotMatter(@ForAll("histories") List<SpecificRecord> history, @ForAll Random random)
            throws IOException {
        List<SpecificRecord> shuffled = new ArrayList<>(history);
        shuffled.addAll(history.subList(0, random.nextInt(history.size() + 1)));
        Collections.shuffle(shuffled, random);

        assertThat(state(shuffled)).isEqualTo(state(history));
    }

    private static ConsentState state(List<SpecificRecord> history) throws IOException {
        Path stateDir = Files.createTempDirectory("lupa");
        try (ConsentDriver stream = new ConsentDriver(stateDir)) {
            for (SpecificRecord event : history) {
                if (event instanceof FormSubmitted form) {
                    stream.sends(form);
                } else {
                    stream.says((ConsentChanged) event);
                }
            }
            assertThat(stream.deadLetters()).isEmpty();
            return Histories.withoutRevision(stream.state(Histories.SUBJECT));
        } finally {
            Utils.delete(stateDir.toFile());
        }
    }

    @Provide
    Arbitrary<List<SpecificRecord>> histories() {
        return Histories.ofOneSubject();
    }
}
