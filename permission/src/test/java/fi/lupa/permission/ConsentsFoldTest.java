package fi.lupa.permission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The law of {@link Consents}: order, repetition and grouping do not matter. */
class ConsentsFoldTest {

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
            @ForAll("histories") List<Statement> b,
            @ForAll("histories") List<Statement> c) {
        Consents first = Consents.of(a);
        Consents second = Consents.of(b);
        Consents third = Consents.of(c);
        assertThat(first.join(second).join(third)).isEqualTo(first.join(second.join(third)));
        assertThat(first.join(second)).isEqualTo(second.join(first));
        assertThat(first.join(first)).isEqualTo(first);
        List<Statement> all = new ArrayList<>(a);
        all.addAll(b);
        assertThat(first.join(second)).isEqualTo(Consents.of(all));
    }

    @Property
    void oneByOneIsTheSameAsAllAtOnce(@ForAll("histories") List<Statement> history) {
        Consents folded = Consents.none();
        for (Statement statement : history) {
            folded = folded.with(statement);
        }
        assertThat(folded).isEqualTo(Consents.of(history));
        assertThat(Consents.of(folded.statements())).isEqualTo(folded);
    }

    @Property
    void theNewestWordOnAWholeScopeCounts(@ForAll("histories") List<Statement> history, @ForAll("scopes") Scope scope) {
        Instant later = Instant.ofEpochSecond(1_000);
        Consents prohibited = Consents.of(history).with(People.statement(scope, Will.PROHIBIT, null, later));
        assertThat(prohibited.standing(scope, "a").is(ConsentStatus.PROHIBITED)).isTrue();
        Consents lifted = prohibited.with(People.statement(scope, Will.LIFT, null, later.plusSeconds(1)));
        assertThat(lifted.standing(scope, "a").status()).isEqualTo(ConsentStatus.NEVER_ASKED);
    }

    @Provide
    Arbitrary<Scope> scopes() {
        return Arbitraries.of(Scope.class);
    }

    /** Few scopes, addresses and instants, so that statements meet, also at the same instant and under the same id. */
    @Provide
    Arbitrary<List<Statement>> histories() {
        Arbitrary<UUID> ids = Arbitraries.longs().between(1, 6).map(n -> new UUID(0, n));
        Arbitrary<Instant> instants = Arbitraries.longs().between(0, 4).map(Instant::ofEpochSecond);
        Arbitrary<String> points = Arbitraries.of("a", "b").injectNull(0.4);
        return Combinators.combine(
                        ids,
                        Arbitraries.of(Scope.EMAIL, Scope.MOBILE, Scope.MARKETING_USE),
                        Arbitraries.of(Will.class),
                        points,
                        instants,
                        instants,
                        Arbitraries.of(Door.FORM, Door.LETTER),
                        Arbitraries.of(true, false))
                .as((id, scope, will, point, at, recorded, door, awaits) ->
                        new Statement(id, scope, will, point, at, recorded, door, awaits && will == Will.GRANT, null))
                .list()
                .ofMaxSize(12);
    }
}
