package fi.lupa.consent.feedback;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.feedback.Feedback.Kind;
import fi.lupa.edge.http.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A provider's webhook, as its documentation of 2026 has it: what of it is feedback. All else that a provider tells — opens,
 * clicks, deliveries, what it will try again — is nothing to Lupa.
 */
enum MailProvider {

    /**
     * Amazon SES, over SNS, enveloped or by raw message delivery: notifications and event publishing.
     *
     * @see <a href="https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html">Contents of a notification</a>
     */
    SES {
        @Override
        List<Feedback> read(JsonNode body) throws JsonProcessingException {
            boolean enveloped = body.path("Type").asText().equals("Notification");
            JsonNode message =
                    enveloped ? Json.MAPPER.readTree(body.path("Message").asText()) : body;
            String type = message.path("notificationType")
                    .asText(message.path("eventType").asText());
            JsonNode bounce = message.path("bounce");
            if (type.equals("Bounce") && bounce.path("bounceType").asText().equals("Permanent")) {
                return recipients(bounce, "bouncedRecipients", Kind.HARD_BOUNCE);
            }
            JsonNode complaint = message.path("complaint");
            boolean unwanted = !complaint.path("complaintFeedbackType").asText().equals("not-spam");
            return type.equals("Complaint") && unwanted
                    ? recipients(complaint, "complainedRecipients", Kind.COMPLAINT)
                    : List.of();
        }

        private List<Feedback> recipients(JsonNode told, String recipients, Kind kind) {
            Instant at = moment(told.path("timestamp"));
            return each(told.path(recipients))
                    .map(recipient ->
                            Feedback.ofEmail(text(told, "feedbackId"), kind, text(recipient, "emailAddress"), at))
                    .toList();
        }
    },

    /**
     * Twilio SendGrid's event webhook.
     *
     * @see <a href="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event">Event reference</a>
     */
    SENDGRID {
        @Override
        List<Feedback> read(JsonNode body) {
            List<Feedback> feedback = new ArrayList<>();
            each(body).forEach(event -> {
                Kind kind =
                        switch (event.path("event").asText()) {
                            // A block is the receiving server's mood of the day.
                            case "bounce" -> event.path("type").asText().equals("blocked") ? null : Kind.HARD_BOUNCE;
                            case "spamreport" -> Kind.COMPLAINT;
                            case "unsubscribe", "group_unsubscribe" -> Kind.UNSUBSCRIBE;
                            default -> null;
                        };
                if (kind != null) {
                    feedback.add(Feedback.ofEmail(
                            text(event, "sg_event_id"), kind, text(event, "email"), moment(event.path("timestamp"))));
                }
            });
            return feedback;
        }
    },

    /**
     * Mailgun's webhooks.
     *
     * @see <a href="https://documentation.mailgun.com/docs/mailgun/user-manual/events/events">Events</a>
     */
    MAILGUN {
        @Override
        List<Feedback> read(JsonNode body) {
            JsonNode event = body.path("event-data");
            Kind kind =
                    switch (event.path("event").asText()) {
                        case "failed" ->
                            event.path("severity").asText().equals("permanent")
                                            && ADDRESS_IS_NONE.contains(
                                                    event.path("reason").asText())
                                    ? Kind.HARD_BOUNCE
                                    : null;
                        case "complained" -> Kind.COMPLAINT;
                        case "unsubscribed" -> Kind.UNSUBSCRIBE;
                        default -> null;
                    };
            return kind == null
                    ? List.of()
                    : List.of(Feedback.ofEmail(
                            text(event, "id"), kind, text(event, "recipient"), moment(event.path("timestamp"))));
        }
    };

    /** Mailgun's other reasons for giving up are not the address's fault. */
    private static final Set<String> ADDRESS_IS_NONE = Set.of("bounce", "suppress-bounce");

    /** What of a request's body is feedback. */
    abstract List<Feedback> read(JsonNode body) throws JsonProcessingException;

    private static Stream<JsonNode> each(JsonNode array) {
        return array.isArray() ? StreamSupport.stream(array.spliterator(), false) : Stream.empty();
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).isTextual() ? node.path(field).asText() : null;
    }

    /** ISO 8601, or seconds since 1970; null where it is neither. */
    private static Instant moment(JsonNode written) {
        try {
            return written.isNumber()
                    ? Instant.ofEpochMilli((long) (written.asDouble() * 1_000))
                    : Instant.parse(written.asText());
        } catch (DateTimeException e) {
            return null;
        }
    }
}
