package fi.lupa.consent.intake;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.groups.Tuple.tuple;

import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.event.Collection;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.event.PostalAddress;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A posted form by its declaration: what is understood, what is kept, and what is refused, all of it at once. */
class FormReaderTest {

    private static final FormDeclarations FORMS = forms();

    static FormDeclarations forms() {
        try {
            return FormDeclarations.load(
                    Path.of(FormReaderTest.class.getResource("/forms.yaml").toURI()), Set.of("newsletter"));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyFieldFindsItsPlace() {
        FormSubmitted form = read(
                "registration",
                "number=C-1",
                "email= Aino@EXAMPLE.fi ",
                "phone=040 123 4567",
                "name= Aino Virtanen ",
                "organisation=Kauppa Oy",
                "position=buyer",
                "street=Mannerheimintie 1",
                "postal_code=00100",
                "city=Helsinki",
                "country=FI",
                "reference=PO-7",
                "vat=FI12345678",
                "when=2026-03-02T11:59:00Z",
                "speaks=SV-fi",
                "source=spring",
                "interest=golf",
                "interest=sauna",
                "shoe=42",
                "colours=red",
                "colours=blue");

        assertThat(form.getPersonal())
                .isEqualTo(FormPersonalData.newBuilder()
                        .setCustomerId("C-1")
                        .setEmail("aino@example.fi")
                        .setPhone("+358401234567")
                        .setName("Aino Virtanen")
                        .setOrganisation("Kauppa Oy")
                        .setPosition("buyer")
                        .setAddress(PostalAddress.newBuilder()
                                .setStreet("Mannerheimintie 1")
                                .setPostalCode("00100")
                                .setCity("Helsinki")
                                .setCountry("FI")
                                .build())
                        .setBilling(Map.of("reference", "PO-7", "vat", "FI12345678"))
                        .setFields(Map.of("shoe", "42", "colours", "red\nblue"))
                        .build());
        assertThat(form.getFormId()).isEqualTo("registration");
        assertThat(form.getFormType()).isEqualTo(FormType.REGISTRATION);
        assertThat(form.getSite()).isEqualTo("www.example.fi");
        assertThat(form.getSubjectKind()).isEqualTo(SubjectKind.PERSON);
        assertThat(form.getOccurredAt()).isEqualTo("2026-03-02T11:59:00Z");
        assertThat(form.getReceivedAt()).isEqualTo(NOON);
        assertThat(form.getLanguage()).isEqualTo("sv");
        assertThat(form.getCampaignId()).isEqualTo("spring");
        assertThat(form.getTags()).containsExactly("golf", "sauna");
        assertThat(form.getCollection()).isEqualTo(Collection.WEBSITE_SERVER);
    }

    @Test
    void theDeclarationSpeaksWhereTheFormIsSilent() {
        FormSubmitted form = read("newsletter", "sähköposti=aino@example.fi");

        assertThat(form.getOccurredAt()).isEqualTo(NOON);
        assertThat(form.getNoticeVersion()).isEqualTo("2023-07-01");
        assertThat(form.getTags()).containsExactly("news");
        assertThat(form.getLanguage()).isNull();
        assertThat(form.getPersonal().getAddress()).isNull();
        assertThat(form.getStatements()).isEmpty();
        assertThat(read("company", "email=info@example.fi").getSubjectKind()).isEqualTo(SubjectKind.ORGANISATION);
    }

    @Test
    void theDoorsOwnFieldsAreNotKept() {
        FormSubmitted form = read(
                "newsletter",
                "sähköposti=aino@example.fi",
                "_key=lupa_site_secret",
                "_eventId=7b1d6a52-2f0b-4c56-8a10-5f2f4a1d9e00",
                "_occurredAt=2026-03-02T11:00:00Z",
                "_language=fi",
                "_utm=mail");

        assertThat(form.getPersonal().getFields()).containsExactly(Map.entry("_utm", "mail"));
        assertThat(form.getEventId()).hasToString("7b1d6a52-2f0b-4c56-8a10-5f2f4a1d9e00");
        assertThat(form.getOccurredAt()).isEqualTo("2026-03-02T11:00:00Z");
        assertThat(form.getLanguage()).isEqualTo("fi");
    }

    @Test
    void everyFaultIsNamedAtOnce() {
        assertThat(faults(
                        "registration",
                        "number=" + "x".repeat(129),
                        "email=aino at example.fi",
                        "phone=040 12",
                        "when=yesterday",
                        "speaks=suomi",
                        "_eventId=1",
                        "phone_ok=maybe"))
                .extracting(Fault::field)
                .containsExactlyInAnyOrder(
                        "number", "email", "phone", "when", "speaks", "_eventId", "phone_ok", "name");
    }

    @Test
    void noFaultRepeatsWhatWasWritten() {
        assertThat(faults("registration", "email=aino at example.fi", "when=aino", "_eventId=aino", "no_use=aino"))
                .hasSize(5)
                .allSatisfy(fault -> assertThat(fault.detail()).endsWith(".").doesNotContain("aino"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sähköposti=", "sähköposti= ", "other=x"})
    void aRequiredFieldIsRequired(String posted) {
        assertThat(faults("newsletter", posted))
                .contains(new Fault("sähköposti", "This field is required."))
                .extracting(Fault::field)
                .contains((String) null); // and nobody can be known
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-02T12:05:00Z, true",
        "2026-03-02T12:05:00.001Z, false",
        "2026-03-02T12:04:59Z, true",
        "2026-03-02T12:05:01Z, false",
        "2026-03-02T14:05:00+02:00, true",
        "2026-03-02T14:05:01+02:00, false",
        "1970-01-01T00:00:00Z, true",
        "1969-12-31T23:59:59.999Z, false",
        "-1000000000-01-01T00:00:00Z, false",
        "2026-03-02, false",
        "1772452800, false"
    })
    void occurredAtIsAMomentSince1970AndAtMostFiveMinutesAhead(String when, boolean believed) {
        if (believed) {
            assertThat(read("newsletter", "sähköposti=aino@example.fi", "_occurredAt=" + when)
                            .getOccurredAt())
                    .isBeforeOrEqualTo(NOON);
        } else {
            assertThat(faults("newsletter", "sähköposti=aino@example.fi", "_occurredAt=" + when))
                    .extracting(Fault::field)
                    .containsExactly("_occurredAt");
        }
    }

    @Test
    void occurredAtIsKeptToTheMillisecondAsTheEventHasIt() {
        assertThat(read("newsletter", "sähköposti=aino@example.fi", "_occurredAt=2026-03-02T11:00:00.123456Z")
                        .getOccurredAt())
                .isEqualTo("2026-03-02T11:00:00.123Z");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "refused",
            value = {
                "fi, fi",
                "FI, fi",
                "sv-FI, sv",
                "en_GB, en",
                "f, refused",
                "fin, refused",
                "fi-, refused",
                "12, refused",
                "<b>, refused"
            })
    void aLanguageIsTwoLetters(String written, String understood) {
        if (understood == null) {
            assertThat(faults("newsletter", "sähköposti=aino@example.fi", "_language=" + written))
                    .extracting(Fault::field)
                    .containsExactly("_language");
        } else {
            assertThat(read("newsletter", "sähköposti=aino@example.fi", "_language=" + written)
                            .getLanguage())
                    .isEqualTo(understood);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fi, Minulle <b>saa</b> lähettää \"uutiskirjeen\" & muuta",
        "en, You may send me the newsletter",
        "sv, Minulle <b>saa</b> lähettää \"uutiskirjeen\" & muuta",
        "'', Minulle <b>saa</b> lähettää \"uutiskirjeen\" & muuta"
    })
    void theWordingIsTheOneShown(String language, String wording) {
        assertThat(read("newsletter", "sähköposti=aino@example.fi", "_language=" + language, "tilaan=on")
                        .getStatements())
                .extracting(FormStatement::getScope, FormStatement::getWill, FormStatement::getWording)
                .containsExactly(tuple(Scope.EMAIL, Will.GRANT, wording));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "nothing",
            value = {
                // the usual values of a ticked box
                "no_use, on, PROHIBIT",
                "no_use, yes, PROHIBIT",
                "no_use, true, PROHIBIT",
                "no_use, 1, PROHIBIT",
                "no_use, false, nothing",
                // a box with values of its own
                "email_ok, kyllä, GRANT",
                "email_ok, true, GRANT",
                "email_ok, false, REFUSE",
                // a box whose emptiness says something
                "phone_ok, on, LIFT",
                "phone_ok, false, PROHIBIT"
            })
    void aTickedBoxSaysWhatItsDeclarationSays(String box, String value, Will will) {
        assertThat(said(box, box + "=" + value)).isEqualTo(will);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "nothing",
            value = {"no_use, nothing", "email_ok, REFUSE", "phone_ok, PROHIBIT"})
    void aBoxThatWasNotPostedIsUnticked(String box, Will will) {
        assertThat(said(box, "other=x")).isEqualTo(will);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no_use=", "no_use=no", "no_use=On", "no_use=kyllä", "email_ok=on", "email_ok=yes"})
    void aValueThatTheDeclarationDoesNotKnowIsNeverTakenForYesNorNo(String posted) {
        assertThat(faults("registration", "name=Aino", "email=aino@example.fi", posted))
                .extracting(Fault::field)
                .containsExactly(posted.substring(0, posted.indexOf('=')));
    }

    @Test
    void aBoxTickedAndUntickedAtOnceIsRefused() {
        assertThat(faults("registration", "name=Aino", "email=aino@example.fi", "no_use=true", "no_use=false"))
                .extracting(Fault::field)
                .containsExactly("no_use");
    }

    @Test
    void onlyAConsentForAnAddressAwaitsConfirmation() {
        assertThat(read("club", "email=aino@example.fi", "email_ok=true", "phone_ok=true")
                        .getStatements())
                .extracting(FormStatement::getScope, FormStatement::getWill, FormStatement::getAwaitsConfirmation)
                .containsExactlyInAnyOrder(tuple(Scope.EMAIL, Will.GRANT, true), tuple(Scope.PHONE, Will.GRANT, false));
        assertThat(read("club", "email=aino@example.fi").getStatements()).isEmpty();
        assertThat(read("registration", "name=Aino", "email=aino@example.fi", "email_ok=kyllä")
                        .getStatements())
                .extracting(FormStatement::getAwaitsConfirmation)
                .containsOnly(false);
    }

    @ParameterizedTest
    @CsvSource({
        "email_ok, email=aino@example.fi, phone=0401234567",
        "mobile_ok, phone=0401234567, email=aino@example.fi"
    })
    void aConsentNeedsTheAddressItIsFor(String box, String needed, String other) {
        assertThat(faults("registration", "name=Aino", other, box + "=true"))
                .extracting(Fault::field)
                .containsExactly(box);
        assertThat(read("registration", "name=Aino", needed, box + "=true").getStatements())
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"number=C-1", "email=aino@example.fi", "phone=0401234567"})
    void oneIdentifierIsEnough(String identifier) {
        assertThat(read("registration", "name=Aino", identifier)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"7B1D6A52-2F0B-4C56-8A10-5F2F4A1D9E00", "7b1d6a52-2f0b-4c56-8a10-5f2f4a1d9e00"})
    void theCallersIdIsTheSubmissionsId(String key) {
        FormSubmitted form = new FormReader(form("newsletter"), posted("sähköposti=aino@example.fi"), IDS, NOON)
                .read(key, Collection.WEB_FORM);

        assertThat(form.getEventId()).isEqualTo(UUID.fromString(key));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-1-1-1-1", "7b1d6a52-2f0b-4c56-8a10-5f2f4a1d9e0x", "again"})
    void anIdThatIsNoUuidIsRefused(String key) {
        ProblemException refusal = catchThrowableOfType(ProblemException.class, () -> new FormReader(
                        form("newsletter"), posted("sähköposti=aino@example.fi"), IDS, NOON)
                .read(key, Collection.WEB_FORM));

        assertThat(refusal.problem().faults()).containsExactly(new Fault("Idempotency-Key", "This is not a UUID."));
    }

    private static Will said(String box, String posted) {
        Scope scope = form("registration").statements().get(box).scope();
        return read("registration", "name=Aino", "email=aino@example.fi", posted).getStatements().stream()
                .filter(statement -> statement.getScope() == scope)
                .map(FormStatement::getWill)
                .findFirst()
                .orElse(null);
    }

    private static FormSubmitted read(String formId, String... fields) {
        return new FormReader(form(formId), posted(fields), IDS, NOON).read(null, Collection.WEBSITE_SERVER);
    }

    private static List<Fault> faults(String formId, String... fields) {
        return catchThrowableOfType(ProblemException.class, () -> read(formId, fields))
                .problem()
                .faults();
    }

    private static FormDeclaration form(String id) {
        return FORMS.find(id).orElseThrow();
    }

    private static PostedFields posted(String... fields) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        Arrays.stream(fields)
                .map(field -> field.split("=", 2))
                .forEach(field -> values.merge(field[0], List.of(field[1]), FormReaderTest::both));
        return new PostedFields(values);
    }

    private static List<String> both(List<String> some, List<String> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
