package fi.lupa.consent.receipts;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.POLICY;
import static fi.lupa.consent.receipts.Example.RECEIPTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.People;
import fi.lupa.edge.http.Json;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a receipt says: one file for each will, which is the receipt as it is signed. */
class ReceiptsTest {

    private static final UUID ID = UUID.fromString("0190a2b4-6f0c-7c3e-9a51-2d7f3b8e4c10");

    /** When it fails, read the difference, and copy what the test says it was where it is right. */
    @ParameterizedTest
    @EnumSource(Will.class)
    void aReceiptOfEachWillIsAsItsFileShows(Will will) throws IOException {
        byte[] receipt = RECEIPTS.of(said(will)).bytes();

        Path golden = Path.of("src/test/resources/receipts", will + ".json");
        String pretty = Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(Json.MAPPER.readTree(receipt));
        assertThat(pretty + "\n").isEqualTo(Files.readString(golden));
    }

    @Test
    void theSameStatementGivesTheSameBytes() {
        assertThat(RECEIPTS.of(said(Will.GRANT)).bytes())
                .isEqualTo(RECEIPTS.of(said(Will.GRANT)).bytes());
    }

    @Test
    void neitherEvidenceNorStaffIsShown() {
        assertThat(new String(RECEIPTS.of(said(Will.WITHDRAW)).bytes(), UTF_8))
                .doesNotContain("archive 2026/17", "Virkailija");
    }

    @Test
    void withoutAControllerTheReceiptNamesNobody() throws IOException {
        JsonNode receipt = Json.MAPPER.readTree(new Receipts(Example.LUPA, POLICY, Optional.empty())
                .of(said(Will.GRANT))
                .bytes());

        assertThat(receipt.has("party_identification")).isFalse();
        assertThat(receipt.at("/pii_processing/privacy_notice/version").asText())
                .isEqualTo("2023-07-01");
        assertThat(receipt.at("/pii_processing/purposes/0/pii_controllers").isMissingNode())
                .isTrue();
    }

    @Test
    void aConsentThatWaitsIsRequestedAndNotGiven() throws IOException {
        JsonNode event = event(ConsentChanged.newBuilder(said(Will.GRANT))
                .setAwaitsConfirmation(true)
                .build());

        assertThat(event.path("event_state").asText()).isEqualTo("requested");
        assertThat(event.path("awaits_confirmation").asBoolean()).isTrue();
    }

    @Test
    void aStatementThatEndsSaysWhen() throws IOException {
        JsonNode event = event(ConsentChanged.newBuilder(said(Will.PROHIBIT))
                .setValidUntil(NOON.plus(Duration.ofDays(2)))
                .build());

        assertThat(event.path("validity_duration").asText()).isEqualTo("PT48H");
        assertThat(event.path("valid_until").asText()).isEqualTo("2026-03-04T12:00:00Z");
    }

    @Test
    void whatNobodySaidIsTheControllers() throws IOException {
        JsonNode bounced = event(ConsentChanged.newBuilder(said(Will.PROHIBIT))
                .setDoor(Door.HARD_BOUNCE)
                .build());

        assertThat(bounced.path("entity_id").asText()).isEqualTo("controller");
    }

    @ParameterizedTest
    @CsvSource({
        "EMAIL, DIRECT_MARKETING, consent, email_address",
        "MOBILE, DIRECT_MARKETING, consent, phone_number",
        "PHONE, DIRECT_MARKETING, , phone_number",
        "POST, DIRECT_MARKETING, , postal_address",
        "MARKET_RESEARCH, MARKET_RESEARCH, , customer_and_marketing_register",
        "MARKETING_USE, DIRECT_MARKETING, , customer_and_marketing_register",
        "WEB_ANALYTICS, WEB_ANALYTICS, , web_analytics"
    })
    void thePolicyTellsThePurposes(Scope scope, String purpose, String lawfulBasis, String information)
            throws IOException {
        JsonNode purposes = Json.MAPPER
                .readTree(RECEIPTS.of(ConsentChanged.newBuilder(said(Will.GRANT))
                                .setScope(scope)
                                .build())
                        .bytes())
                .at("/pii_processing/purposes");

        assertThat(purposes).singleElement().satisfies(only -> {
            assertThat(only.path("purpose").asText()).isEqualTo(purpose);
            assertThat(only.path("lawful_basis").asText(null)).isEqualTo(lawfulBasis);
            assertThat(only.at("/pii_information/0/pii_type").asText()).isEqualTo(information);
        });
    }

    private static JsonNode event(ConsentChanged said) throws IOException {
        return Json.MAPPER.readTree(RECEIPTS.of(said).bytes()).at("/events/0");
    }

    static ConsentChanged said(Will will) {
        return ConsentChanged.newBuilder(People.ainoWrites(Scope.EMAIL, will).build())
                .setEventId(ID)
                .setSubjectId(AINO)
                .setContactPointId(AINO_EMAIL)
                .setRecordedAt(NOON.plusSeconds(90))
                .setRecordedBy("Virkailija")
                .setNoticeVersion("2023-07-01")
                .setWording("Sähköpostia saa lähettää")
                .setLanguage("fi")
                .setAbout(will == Will.INVALIDATE ? UUID.fromString("0190a2b4-6f0c-7c3e-9a51-2d7f3b8e4c11") : null)
                .build();
    }
}
