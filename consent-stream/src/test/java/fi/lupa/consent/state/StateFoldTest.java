package fi.lupa.consent.state;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.aino;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.Histories;
import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormSubmitted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** The law of {@link StateFold}: order and repetition do not matter, and only a change counts as one. */
class StateFoldTest {

    @Property
    void orderAndRepetitionDoNotMatter(@ForAll("histories") List<SpecificRecord> history, @ForAll Random random) {
        List<SpecificRecord> shuffled = new ArrayList<>(history);
        shuffled.addAll(history.subList(0, random.nextInt(history.size() + 1)));
        Collections.shuffle(shuffled, random);

        assertThat(Histories.withoutRevision(folded(null, shuffled)))
                .isEqualTo(Histories.withoutRevision(folded(null, history)));
    }

    @Property
    void whatIsHeardAgainChangesNothingNotEvenTheRevision(
            @ForAll("histories") List<SpecificRecord> history, @ForAll Random random) {
        ConsentState once = folded(null, history);
        List<SpecificRecord> again = new ArrayList<>(history);
        Collections.shuffle(again, random);

        assertThat(folded(once, again)).isEqualTo(once);
    }

    @Property
    void theRevisionGrowsByOneWithEveryChange(@ForAll("histories") List<SpecificRecord> history) {
        ConsentState before = null;
        for (SpecificRecord event : history) {
            ConsentState after = folded(before, List.of(event));
            boolean changed =
                    before == null || !Histories.withoutRevision(after).equals(Histories.withoutRevision(before));
            long revision = before == null ? 0 : before.getRevision();
            assertThat(after.getRevision()).isEqualTo(changed ? revision + 1 : revision);
            before = after;
        }
    }

    /** The form's history keeps the whole; a state that its topic does not take would hide every withdrawal after it. */
    @Test
    void aStateStaysSmallWhateverAFormHolds() {
        FormSubmitted form = aino().form();
        FormSubmitted longForm = FormSubmitted.newBuilder(form)
                .setPersonal(FormPersonalData.newBuilder(form.getPersonal())
                        .setCustomerId("C-1")
                        .setName("🌲".repeat(600_000))
                        .setOrganisation("x".repeat(600_000))
                        .build())
                .setTags(IntStream.range(0, 1_000)
                        .mapToObj(i -> i + "x".repeat(2_000))
                        .toList())
                .build();

        ConsentState state = after(null, longForm);

        assertThat(state.getPersonal().getName().getValue()).isEqualTo("🌲".repeat(1_000));
        assertThat(state.getPersonal().getOrganisation().getValue()).hasSize(1_000);
        assertThat(state.getTags()).hasSize(200).allMatch(tag -> tag.length() <= 1_000);
    }

    private static ConsentState folded(ConsentState before, List<SpecificRecord> history) {
        ConsentState state = before;
        for (SpecificRecord event : history) {
            state = event instanceof ConsentChanged changed
                    ? StateFold.after(state, Histories.SUBJECT, changed)
                    : after(state, (FormSubmitted) event);
        }
        return state;
    }

    private static ConsentState after(ConsentState state, FormSubmitted form) {
        FormIdentity identity = FormIdentity.of(form, IDS);
        return StateFold.after(state, Histories.SUBJECT, identity.normalised(form), identity);
    }

    @Provide
    Arbitrary<List<SpecificRecord>> histories() {
        return Histories.ofOneSubject();
    }
}
