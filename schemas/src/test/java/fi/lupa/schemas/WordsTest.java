package fi.lupa.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.schemas.mapping.Words;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The vocabulary of the law and of the events is one: what the law can say, an event can carry. */
class WordsTest {

    @ParameterizedTest
    @MethodSource("vocabulary")
    <A extends Enum<A>, B extends Enum<B>> void theLawAndTheEventsUseTheSameWords(Class<A> law, Class<B> event) {
        assertThat(Arrays.stream(law.getEnumConstants()).map(word -> Words.same(word, event)))
                .hasSize(law.getEnumConstants().length);
        List<String> onlyInEvents = Arrays.stream(event.getEnumConstants())
                .map(Enum::name)
                .filter(word -> Arrays.stream(law.getEnumConstants())
                        .noneMatch(own -> own.name().equals(word)))
                .toList();
        assertThat(onlyInEvents).as("for readers of yesterday").isSubsetOf("OTHER");
    }

    static List<Arguments> vocabulary() {
        return List.of(
                Arguments.of(fi.lupa.permission.Channel.class, fi.lupa.event.Channel.class),
                Arguments.of(fi.lupa.permission.Scope.class, fi.lupa.event.Scope.class),
                Arguments.of(fi.lupa.permission.Will.class, fi.lupa.event.Will.class),
                Arguments.of(fi.lupa.permission.Door.class, fi.lupa.event.Door.class),
                Arguments.of(fi.lupa.permission.Purpose.class, fi.lupa.event.Purpose.class),
                Arguments.of(fi.lupa.permission.SubjectKind.class, fi.lupa.event.SubjectKind.class),
                Arguments.of(fi.lupa.permission.ContactKind.class, fi.lupa.event.ContactKind.class),
                Arguments.of(fi.lupa.permission.TransferBasis.class, fi.lupa.event.TransferBasis.class),
                Arguments.of(fi.lupa.permission.Reason.class, fi.lupa.event.Reason.class));
    }
}
