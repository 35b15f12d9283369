package fi.lupa.consent.intake;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.event.Collection;
import fi.lupa.event.FormSubmitted;
import fi.lupa.schemas.InternalSerde;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whatever is posted is understood, and then can be written, or every fault of it is told. */
class FormReaderFuzzTest {

    private static final FormDeclarations FORMS = FormReaderTest.forms();
    private static final InternalSerde<FormSubmitted> SERDE = new InternalSerde<>(FormSubmitted.class);
    private static final String[] FIELDS = {
        "number",
        "email",
        "phone",
        "name",
        "organisation",
        "street",
        "postal_code",
        "city",
        "country",
        "when",
        "speaks",
        "email_consent",
        "mobile_consent",
        "_eventId",
        "_occurredAt",
        "_language",
        "source",
        "interest"
    };

    @FuzzTest(maxDuration = "1h")
    void aFormIsUnderstoodOrItsFaultsAreTold(FuzzedDataProvider data) {
        Map<String, List<String>> posted = new LinkedHashMap<>();
        for (int i = 0; i < 20 && data.remainingBytes() > 0; i++) {
            String field = data.consumeBoolean() ? data.pickValue(FIELDS) : data.consumeString(20);
            posted.computeIfAbsent(field, first -> new ArrayList<>()).add(data.consumeString(60));
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
