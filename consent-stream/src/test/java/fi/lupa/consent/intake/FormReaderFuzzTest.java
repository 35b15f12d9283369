package fi.lupa.consent.intake;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.event.Collection;
import fi.lupa.event.FormSubmitted;
import fi.lupa.schemas.InternalSerde;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is posted is understood, and then can be written, or every fault of it is told. */
class FormReaderFuzzTest {

    private static final FormDeclarations FORMS = FormReaderTest.forms();
    private static final InternalSerde<FormSubmitted> SERDE = new InternalSerde<>(FormSubmitted.class);

    static Stream<String> bodies() {
        return Stream.of(
                "email=a@example.com&email_consent=yes",
                "number=C-1&email= A@EXAMPLE.fi &phone=040 123 4567&name= A B &organisation=C Oy&street=D 1"
                        + "&postal_code=00100&city=Helsinki&country=FI&speaks=fi&interest=newsletter&source=fair"
                        + "&email_consent=yes&mobile_consent=&when=2026-01-01T00:00:00Z",
                "_eventId=551c8e28-c66c-4ec0-b8ec-ab7d1e4f4197&_occurredAt=2026-01-01T00:00:00Z&_language=sv&email=a");
    }

    /** @param body fields as a form sends them, but for how it encodes them */
    @MethodSource("bodies")
    @FuzzTest(maxDuration = "1h")
    void aFormIsUnderstoodOrItsFaultsAreTold(@NotNull String body) {
        Map<String, List<String>> posted = new LinkedHashMap<>();
        for (String field : body.split("&")) {
            String[] parts = field.split("=", 2);
            posted.computeIfAbsent(parts[0], first -> new ArrayList<>()).add(parts[parts.length - 1]);
        }
        try {
            FormSubmitted form = new FormReader(
                            FORMS.find("registration").orElseThrow(), new PostedFields(posted), IDS, NOON)
                    .read(null, Collection.WEBSITE_SERVER);
            assertThat(SERDE.deserializer().deserialize("", SERDE.serializer().serialize("", form)))
                    .isEqualTo(form);
        } catch (ProblemException e) {
            assertThat(e.problem().status()).isEqualTo(400);
        }
    }
}
