package fi.lupa.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The law of {@link Consents}: order, repetition and grouping do not matter. */
class ConsentsFoldTest {

    private static final Instant LATE = Instant.ofEpochSecond(10_000);

    @Property
    void orderDoesNotMatter(@ForAll("histories") List<Statement> history, @ForAll Random random) {
        List<Statement> shuffled = new ArrayList<>(history);
        Collections.shuffle(shuffled, random);
        assertThat(Consents.of(shuffled)).isEqualTo(Consents.of(history));
    }

    @Property
    void repetitionDoesNotMatter(@ForAll("histories") List<Statement> history, @ForAll Random random) {
        List<Statement> twice = new ArrayList<>(history);
        twice.addAll(history);
        Collections.shuffle(twice, random);
        assertThat(Consents.of(twice)).isEqualTo(Consents.of(history));
    }

    @Property
    void groupingDoesNotMatter(
            @ForAll("histories") List<Statement> a,
            @ForAll("otherHistories") List<Statement> b,
            @ForAll("thirdHistories") List<Statement> c) {
        Consents first = Consents.of(a);
        Consents second = Consents.of(b);
        Consents third = Consents.of(c);
        assertThat(first.join(second).join(third)).isEqualTo(first.join(second.join(third)));
        assertThat(first.join(second)).isEqualTo(second.join(first));
        assertThat(first.join(first)).isEqualTo(first);
        assertThat(first.join(second)).isEqualTo(Consents.of(both(a, b)));
    }

    @Property
    void whatIsSaidUnderANameOfSeveralPermitsNothing(
            @ForAll("histories") List<Statement> own,
            @ForAll("otherHistories") List<Statement> shared,
            @ForAll("scopes") Scope scope,
            @ForAll("points") String point) {
        Consents alone = Consents.of(own);
        Consents ofSeveral = Consents.of(shared).ofSeveral();
        Consents withNoes = alone.join(Consents.of(List.copyOf(ofSeveral.statements())));
        Consents asOne = alone.join(Consents.of(shared));

        ConsentStatus counts =
                alone.join(ofSeveral).standing(scope, point, LATE).status();

        List<ConsentStatus> both = List.of(
                withNoes.standing(scope, point, LATE).status(),
                asOne.standing(scope, point, LATE).status());
        assertThat(both).contains(counts);
        if (!both.equals(List.of(ConsentStatus.GRANTED, ConsentStatus.GRANTED))) {
            assertThat(counts).isNotEqualTo(ConsentStatus.GRANTED);
        }
        if (both.contains(ConsentStatus.PROHIBITED)) {
            assertThat(counts).isEqualTo(ConsentStatus.PROHIBITED);
        } else if (both.contains(ConsentStatus.WITHDRAWN)) {
            assertThat(counts).isEqualTo(ConsentStatus.WITHDRAWN);
        }
    }

    @Property
    void whatSeveralPermittedIsGroupedAnyhow(
            @ForAll("histories") List<Statement> own,
            @ForAll("otherHistories") List<Statement> shared,
            @ForAll("thirdHistories") List<Statement> more) {
        Consents first = Consents.of(own);
        Consents second = Consents.of(shared).ofSeveral();
        Consents third = Consents.of(more).ofSeveral();
        assertThat(first.join(second).join(third)).isEqualTo(third.join(first.join(second)));
        assertThat(first.join(second).join(third)).isEqualTo(first.join(second.join(third)));
        assertThat(second.ofSeveral()).isEqualTo(second);
        Consents joined = first.join(second);
        assertThat(Consents.of(joined.statements(), joined.permittedBySeveral()))
                .as("as it is kept")
                .isEqualTo(joined);
    }

    @Property
    void whatIsKnownEarlierNeverSpoilsWhatIsKnownLater(@ForAll("histories") List<Statement> history) {
        Consents all = Consents.of(history);
        for (int known = 0; known < history.size(); known++) {
            Consents earlier = Consents.of(history.subList(0, known));
            assertThat(earlier.join(all)).isEqualTo(all);
            assertThat(all.join(earlier)).isEqualTo(all);
        }
    }

    @Property
    void oneByOneIsTheSameAsAllAtOnceWhereNothingWasAMistake(@ForAll("histories") List<Statement> history) {
        List<Statement> uncorrected =
                history.stream().filter(said -> said.about() == null).toList();
        Consents folded = Consents.none();
        for (Statement statement : uncorrected) {
            folded = folded.with(statement);
        }
        assertThat(folded).isEqualTo(Consents.of(uncorrected));
        assertThat(Consents.of(folded.statements())).isEqualTo(folded);
    }

    @Property
    void whatIsKnownToBeAMistakeIsNotTakenWhenItComesLate(
            @ForAll("histories") List<Statement> history, @ForAll("certain") Statement mistake) {
        Consents corrected = Consents.of(history).with(correction(mistake));
        assertThat(corrected.with(mistake)).isEqualTo(corrected);
    }

    @Property
    void aMistakeCountsAsIfItHadNeverBeenSaid(
            @ForAll("histories") List<Statement> history,
            @ForAll("certain") Statement mistake,
            @ForAll("scopes") Scope scope,
            @ForAll("points") String point) {
        Standing without = Consents.of(history).standing(scope, point, LATE);
        Standing corrected = Consents.of(both(history, List.of(mistake, correction(mistake))))
                .standing(scope, point, LATE);
        if (!corrected.is(ConsentStatus.INVALIDATED)) {
            assertThat(corrected).isEqualTo(without);
        } else {
            assertThat(without.status()).isIn(ConsentStatus.NEVER_ASKED, ConsentStatus.INVALIDATED);
        }
    }

    @Property
    void theNewestWordOnAWholeScopeCounts(@ForAll("histories") List<Statement> history, @ForAll("scopes") Scope scope) {
        Instant later = Instant.ofEpochSecond(1_000);
        Consents prohibited = Consents.of(history).with(People.statement(scope, Will.PROHIBIT, null, later));
        assertThat(prohibited.standing(scope, "a", LATE).is(ConsentStatus.PROHIBITED))
                .isTrue();
        Consents lifted = prohibited.with(People.statement(scope, Will.LIFT, null, later.plusSeconds(1)));
        assertThat(lifted.standing(scope, "a", LATE).status()).isEqualTo(ConsentStatus.NEVER_ASKED);
    }

    @Property
    void aWordOnATopicLeavesEveryScopeAsItStands(
            @ForAll("histories") List<Statement> history,
            @ForAll("scopes") Scope scope,
            @ForAll("points") String point) {
        assertThat(uncorrected(history, said -> true).standing(scope, point, LATE))
                .isEqualTo(uncorrected(history, said -> said.topic() == null).standing(scope, point, LATE));
    }

    @Property
    void aTopicHearsOfNothingButItself(@ForAll("histories") List<Statement> history) {
        assertThat(uncorrected(history, said -> true).standing("news", LATE))
                .isEqualTo(uncorrected(history, said -> "news".equals(said.topic()))
                        .standing("news", LATE));
    }

    private static Consents uncorrected(List<Statement> history, Predicate<Statement> which) {
        return Consents.of(history.stream()
                .filter(said -> said.about() == null)
                .filter(which)
                .toList());
    }

    @Property
    void anImportAddsAndNeverChangesWhatWasSaidHere(
            @ForAll("histories") List<Statement> history,
            @ForAll("imports") Statement imported,
            @ForAll("scopes") Scope scope,
            @ForAll("points") String point) {
        Consents before = Consents.of(history);
        Standing standing = before.standing(scope, point, LATE);
        if (before.said(scope, point, LATE) != null || standing.is(ConsentStatus.REFUSED)) {
            assertThat(before.with(imported).standing(scope, point, LATE)).isEqualTo(standing);
        }
    }

    @Property
    void anUnconfirmedConsentPermitsNothingAndUndoesNothing(
            @ForAll("histories") List<Statement> history,
            @ForAll("unconfirmed") Statement unconfirmed,
            @ForAll("scopes") Scope scope,
            @ForAll("points") String point) {
        Consents before = Consents.of(history);
        ConsentStatus then = before.standing(scope, point, LATE).status();
        ConsentStatus now =
                before.with(unconfirmed).standing(scope, point, LATE).status();
        assertThat(now == ConsentStatus.GRANTED).isEqualTo(then == ConsentStatus.GRANTED);
        assertThat(now == ConsentStatus.PROHIBITED).isEqualTo(then == ConsentStatus.PROHIBITED);
    }

    private static <T> List<T> both(List<T> a, List<T> b) {
        List<T> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }

    private static Statement correction(Statement mistake) {
        Instant later = mistake.recordedAt().plusSeconds(1);
        return new Statement(
                UUID.randomUUID(),
                mistake.scope(),
                mistake.topic(),
                Will.INVALIDATE,
                mistake.contactPoint(),
                later,
                later,
                Door.PHONE_CALL,
                false,
                null,
                null,
                mistake.eventId());
    }

    @Provide
    Arbitrary<Scope> scopes() {
        return Arbitraries.of(Scope.EMAIL, Scope.MOBILE, Scope.MARKETING_USE);
    }

    @Provide
    Arbitrary<String> points() {
        return Arbitraries.of("a", "b").injectNull(0.3);
    }

    /** What a statement is about: a scope, for an address or not, or a topic. */
    private record Matter(Scope scope, String topic, String point) {}

    private Arbitrary<Matter> matters() {
        return Arbitraries.oneOf(
                Combinators.combine(scopes(), points()).as((scope, point) -> new Matter(scope, null, point)),
                Arbitraries.of("news", "offers").map(topic -> new Matter(Scope.MARKETING_USE, topic, null)));
    }

    @Provide
    Arbitrary<List<Statement>> histories() {
        return histories(0);
    }

    @Provide
    Arbitrary<List<Statement>> otherHistories() {
        return histories(10);
    }

    @Provide
    Arbitrary<List<Statement>> thirdHistories() {
        return histories(20);
    }

    @Provide
    Arbitrary<Statement> certain() {
        return statements(30, Door.LETTER).filter(said -> said.about() == null && !said.awaitsConfirmation());
    }

    @Provide
    Arbitrary<Statement> imports() {
        return statements(40, Door.IMPORT)
                .filter(said -> !said.awaitsConfirmation())
                .filter(said -> said.will() == Will.GRANT || said.will() == Will.CONFIRM || said.will() == Will.LIFT);
    }

    @Provide
    Arbitrary<Statement> unconfirmed() {
        return statements(50, Door.FORM).filter(Statement::awaitsConfirmation);
    }

    private Arbitrary<List<Statement>> histories(long firstId) {
        return statements(firstId, Door.FORM, Door.LETTER, Door.IMPORT).list().ofMaxSize(12);
    }

    /** Few scopes, addresses and instants, so that statements meet, also at the same instant and under the same id. */
    private Arbitrary<Statement> statements(long firstId, Door... doors) {
        Arbitrary<UUID> ids = Arbitraries.longs().between(firstId, firstId + 5).map(n -> new UUID(0, n));
        Arbitrary<Instant> instants = Arbitraries.longs().between(0, 4).map(Instant::ofEpochSecond);
        Arbitrary<Statement> said = Combinators.combine(
                        ids, matters(), Arbitraries.of(Will.class), instants, Arbitraries.of(doors), ids)
                .as((id, matter, will, at, door, about) -> new Statement(
                        id,
                        matter.scope(),
                        matter.topic(),
                        will,
                        matter.point(),
                        at,
                        at,
                        door,
                        false,
                        null,
                        null,
                        will == Will.INVALIDATE ? about : null));
        return Combinators.combine(said, Arbitraries.of(true, false))
                .as((one, awaits) -> one.will() == Will.GRANT && awaits ? awaiting(one) : one);
    }

    private static Statement awaiting(Statement said) {
        return new Statement(
                said.eventId(),
                said.scope(),
                said.topic(),
                said.will(),
                said.contactPoint(),
                said.occurredAt(),
                said.recordedAt(),
                said.door(),
                true,
                null,
                null,
                null);
    }
}
