package fi.lupa.consent.state;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.ainoWrites;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.Histories;
import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.PostalAddress;
import fi.lupa.event.Scope;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.Will;
import fi.lupa.permission.Policy;
import java.io.IOException;
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

/** The law of {@link SubjectFiles}: order and repetition do not matter, and only a change counts as one. */
class SubjectFilesTest {

    private static final Policy POLICY = PolicyFile.shipped().read();

    private static final SubjectFile NOBODY = SubjectFiles.empty(Histories.SUBJECT);

    @Property
    void orderAndRepetitionDoNotMatter(@ForAll("histories") List<SpecificRecord> history, @ForAll Random random) {
        List<SpecificRecord> shuffled = new ArrayList<>(history);
        shuffled.addAll(history.subList(0, random.nextInt(history.size() + 1)));
        Collections.shuffle(shuffled, random);

        assertThat(published(shuffled)).isEqualTo(published(history));
    }

    @Property
    void whatIsHeardAgainChangesNothingNotEvenTheRevision(
            @ForAll("histories") List<SpecificRecord> history, @ForAll Random random) {
        SubjectFile once = folded(NOBODY, history);
        List<SpecificRecord> again = new ArrayList<>(history);
        Collections.shuffle(again, random);

        assertThat(folded(once, again)).isEqualTo(once);
    }

    @Property
    void theRevisionGrowsByOneWithEveryChange(@ForAll("histories") List<SpecificRecord> history) {
        SubjectFile before = NOBODY;
        for (SpecificRecord event : history) {
            SubjectFile after = folded(before, List.of(event));
            ConsentState then = PublishedState.of(before, POLICY);
            ConsentState now = PublishedState.of(after, POLICY);
            boolean changed = !Histories.withoutRevision(now).equals(Histories.withoutRevision(then));
            assertThat(now.getRevision()).isEqualTo(then.getRevision() + (changed ? 1 : 0));
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

        ConsentState state = PublishedState.of(after(NOBODY, longForm), POLICY);

        assertThat(state.getPersonal().getName().getValue()).isEqualTo("🌲".repeat(1_000));
        assertThat(state.getPersonal().getOrganisation().getValue()).hasSize(1_000);
        assertThat(state.getTags()).hasSize(200).allMatch(tag -> tag.length() <= 1_000);
    }

    /** Anybody can post a form with somebody's address on it, and another street each time. */
    @Test
    void aStateStaysSmallHoweverManyAddressesAreTypedAndEveryNoInItStands() throws IOException {
        SubjectFile file = SubjectFiles.after(
                NOBODY, ainoWrites(Scope.EMAIL, Will.PROHIBIT).build());
        boolean reachedNowhere = false;
        for (int i = 0; i < 2_000; i++) {
            file = folded(file, List.of(livesAt("街".repeat(190) + i)));
            ConsentState state = PublishedState.of(file, POLICY);
            reachedNowhere |= state.getContactPoints().isEmpty();
            assertThat(state.getStatements())
                    .filteredOn(said -> said.getScope() == Scope.EMAIL)
                    .extracting(StatementInForce::getWill)
                    .containsExactly(Will.PROHIBIT);
        }
        assertThat(reachedNowhere).isTrue();
        assertThat(file.toByteBuffer().remaining()).isLessThan(500_000);
    }

    private static FormSubmitted livesAt(String street) {
        FormSubmitted form = aino().says(Scope.POST, Will.GRANT).form();
        return FormSubmitted.newBuilder(form)
                .setPersonal(FormPersonalData.newBuilder(form.getPersonal())
                        .setAddress(PostalAddress.newBuilder()
                                .setStreet(street)
                                .setPostalCode("00100")
                                .setCity("Helsinki")
                                .build())
                        .build())
                .build();
    }

    private static SubjectFile folded(SubjectFile before, List<SpecificRecord> history) {
        SubjectFile file = before;
        for (SpecificRecord event : history) {
            file = PublishedState.revised(file, after(file, event), POLICY);
        }
        return file;
    }

    private static SubjectFile after(SubjectFile file, SpecificRecord event) {
        if (event instanceof ConsentChanged changed) {
            return SubjectFiles.after(file, changed);
        }
        FormSubmitted form = (FormSubmitted) event;
        FormIdentity identity = FormIdentity.of(form, IDS);
        return SubjectFiles.after(file, identity.normalised(form), identity);
    }

    private static ConsentState published(List<SpecificRecord> history) {
        return Histories.withoutRevision(PublishedState.of(folded(NOBODY, history), POLICY));
    }

    @Provide
    Arbitrary<List<SpecificRecord>> histories() {
        return Histories.ofOneSubject();
    }
}
