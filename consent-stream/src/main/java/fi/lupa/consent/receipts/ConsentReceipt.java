package fi.lupa.consent.receipts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import fi.lupa.edge.http.Json;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.UUID;

/**
 * One statement as its person keeps it, in the fields of ISO/IEC TS 27560:2023: header, processing, parties, events. What is
 * not known is left out. Its JSON has one order, so the same statement gives the same bytes under the same controller and policy.
 *
 * @param iss where the keys are that it is signed with
 * @param iat when the statement was recorded, in seconds since 1970, whenever the receipt is fetched
 * @param policyVersion of the policy that purposes and validity were told by
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonNaming(SnakeCaseStrategy.class)
public record ConsentReceipt(
        URI iss,
        long iat,
        String schemaVersion,
        UUID receiptId,
        UUID recordId,
        String piiPrincipalId,
        Processing piiProcessing,
        List<Party> partyIdentification,
        List<Event> events,
        String policyVersion) {

    static final String SCHEMA_VERSION = "ISO/IEC TS 27560:2023, lupa-1";

    /**
     * What is done with the data.
     *
     * @param language of the words shown, ISO 639-1
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Processing(Notice privacyNotice, String language, List<Purpose> purposes) {}

    /**
     * The privacy notice that it was said under.
     *
     * @param url where the controller's notice is now, by language
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Notice(String version, SortedMap<String, String> url) {}

    /**
     * What the statement bears on.
     *
     * @param lawfulBasis {@code consent} where the policy asks for one; left out where the policy does not tell
     * @param piiControllers ids of parties
     * @param retentionPeriod sentences, by language
     * @param processingLocations countries, ISO 3166-1 alpha-2
     * @param recipientThirdParties ids of parties
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Purpose(
            String purpose,
            String lawfulBasis,
            List<Information> piiInformation,
            List<String> piiControllers,
            String collectionMethod,
            List<String> storageLocations,
            SortedMap<String, List<String>> retentionPeriod,
            List<String> processingLocations,
            String jurisdiction,
            List<String> recipientThirdParties,
            List<Withdrawal> withdrawalMethod) {}

    /**
     * The data it is about.
     *
     * @param piiAttributeId pseudonymous id of the address or number that the statement is for
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Information(String piiType, String piiAttributeId) {}

    /** A way to take it back, and where; the link in a message needs no address. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Withdrawal(String method, String address) {}

    /**
     * The controller, or a processor.
     *
     * @param transferBasis ground for handling the data outside the EU/EEA
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Party(
            String partyId,
            String partyName,
            String partyRole,
            String partyAddress,
            String partyEmail,
            String partyPhone,
            SortedMap<String, String> partyUrl,
            Contact partyContact,
            String country,
            String transferBasis,
            SortedMap<String, String> purpose) {}

    /** The data protection officer. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Contact(String name, String email, String phone) {}

    /**
     * What was said. From the recorded time on the fields are Lupa's own.
     *
     * @param entityId who said it: the person, or the controller
     * @param validityDuration as PT8760H, or {@code unlimited}: until something else is said
     * @param topic within marketing; null for the whole scope
     * @param wording the words shown, read out or written
     * @param awaitsConfirmation it counts only once it is confirmed
     * @param about for a correction, the record of the statement recorded by mistake
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonNaming(SnakeCaseStrategy.class)
    public record Event(
            Instant eventTime,
            String validityDuration,
            String entityId,
            String eventType,
            String eventState,
            Instant recordedTime,
            Instant validUntil,
            String scope,
            String topic,
            String will,
            String door,
            String contactPointId,
            String wording,
            @JsonProperty("awaits_confirmation") Boolean awaitsConfirmation,
            UUID about) {}

    /** The bytes that are shown, and signed. */
    public byte[] bytes() {
        try {
            return Json.MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
