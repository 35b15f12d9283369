package fi.lupa.edge.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.annotation.RetentionPolicy;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    private final Json json = new Json();

    record Moment(Instant at) {}

    @Test
    void aMomentIsWritten() {
        Moment moment = json.fromJsonString("{\"at\": \"2026-03-02T14:00:00+02:00\"}", Moment.class);
        assertThat(moment.at()).isEqualTo(Instant.parse("2026-03-02T12:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1772452800", "1772452800000", "1.5", "true", "[2026,3,2]", "\"noon\""})
    void aMomentThatIsNotWrittenIsRefused(String at) {
        ProblemException refused = catchThrowableOfType(
                ProblemException.class, () -> json.fromJsonString("{\"at\": " + at + "}", Moment.class));
        assertThat(refused.problem().faults()).extracting(Fault::field).containsExactly("at");
    }

    record Said(RetentionPolicy word) {}

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"1\"", "\"\"", "true"})
    void aWordThatIsCountedIsRefused(String word) {
        ProblemException refused = catchThrowableOfType(
                ProblemException.class, () -> json.fromJsonString("{\"word\": " + word + "}", Said.class));
        assertThat(refused.problem().faults()).extracting(Fault::field).containsExactly("word");
    }
}
