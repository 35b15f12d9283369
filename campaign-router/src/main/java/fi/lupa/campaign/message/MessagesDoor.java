package fi.lupa.campaign.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.schemas.OwnCampaigns;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code POST /v1/campaigns/{id}/messages}: one message as JSON, or many as NDJSON, of which none is taken if one is faulty. */
public final class MessagesDoor {

    private static final String UNREADABLE =
            "This message cannot be read; a message is a JSON object, several stand on a line each.";

    private final KnownCampaigns campaigns;
    private final Access access;
    private final SubjectIds ids;
    private final EventWriter writer;
    private final Clock clock;

    public MessagesDoor(KnownCampaigns campaigns, Access access, SubjectIds ids, EventWriter writer, Clock clock) {
        this.campaigns = campaigns;
        this.access = access;
        this.ids = ids;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * A message, as a campaign system asks for it.
     *
     * @param messageId the campaign system's own id, so that the message can be sent again; null for a new one
     * @param expiresAt null for never
     */
    record Message(
            String messageId,
            Channel channel,
            RecipientOf recipient,
            String template,
            Map<String, String> parameters,
            Instant expiresAt) {

        @Override
        public String toString() {
            return "Message[" + messageId + "]";
        }
    }

    public void mount(RoutesConfig routes) {
        routes.post("/v1/campaigns/{id}/messages", this::post, Role.CAMPAIGN);
    }

    private void post(Context ctx) {
        String campaignId = ctx.pathParam("id");
        if (!access.require(ctx, Role.CAMPAIGN).mayUse(campaignId)) {
            throw access.forbidden(ctx, "Your key is for other campaigns; use one that is for this.");
        }
        // Lupa's own messages carry no link to stop them, and are Lupa's alone to write.
        if (campaignId.startsWith(OwnCampaigns.PREFIX)
                || campaigns.find(campaignId).isEmpty()) {
            throw ProblemException.notFound("No campaign of this id is defined.");
        }
        List<CampaignMessage> events = events(campaignId, read(ctx));
        ctx.future(() -> CompletableFuture.allOf(events.stream()
                        .map(event -> writer.send(Topics.CAMPAIGN_MESSAGES, event.getSubjectId(), event))
                        .toArray(CompletableFuture[]::new))
                .thenAccept(written -> ctx.status(202)
                        .json(Map.of(
                                "messageIds",
                                events.stream()
                                        .map(CampaignMessage::getMessageId)
                                        .toList()))));
    }

    private static List<Read<Message>> read(Context ctx) {
        if (ctx.body().stripLeading().startsWith("[")) {
            throw ProblemException.badRequest(List.of(new Fault("[0]", UNREADABLE)));
        }
        List<Read<Message>> messages = Json.readAll(ctx, Message.class);
        if (messages.isEmpty()) {
            throw ProblemException.badRequest(List.of(new Fault(null, "The body is empty.")));
        }
        return messages;
    }

    private List<CampaignMessage> events(String campaignId, List<Read<Message>> messages) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            Read<Message> message = messages.get(i);
            String path = messages.size() == 1 ? "" : "[" + i + "].";
            if (message.value() != null) {
                faults.addAll(message.under(path).and(faults(message.value(), path)));
            } else if (!message.faults().isEmpty()) {
                faults.addAll(message.under(path).faults());
            } else {
                faults.add(new Fault("[" + i + "]", UNREADABLE));
            }
        }
        if (!faults.isEmpty()) {
            throw ProblemException.badRequest(faults);
        }
        return messages.stream()
                .map(message -> event(campaignId, message.value(), now))
                .toList();
    }

    private List<Fault> faults(Message message, String path) {
        List<Fault> faults = new ArrayList<>();
        if (message.channel() == null) {
            faults.add(new Fault(
                    path + "channel", "A message has one channel: " + Arrays.toString(Channel.values()) + "."));
        }
        if (message.messageId() != null && !message.messageId().matches("\\S{1,128}")) {
            faults.add(new Fault(path + "messageId", "An id is 1 to 128 characters without spaces."));
        }
        if (message.parameters() != null && message.parameters().containsValue(null)) {
            faults.add(new Fault(path + "parameters", "A parameter is a text; leave out one that has none."));
        }
        if (isTooLong(message)) {
            faults.add(new Fault(
                    path.isEmpty() ? null : path.replace(".", ""),
                    "This message is longer than the %d bytes that one may have.".formatted(Topics.LARGEST_MESSAGE)));
        }
        faults.addAll(RecipientOf.faults(message.recipient(), path + "recipient", ids));
        return faults;
    }

    /** As JSON it is no shorter than as the event, but for the few fields that the door adds. */
    private static boolean isTooLong(Message message) {
        try {
            return Json.MAPPER.writeValueAsBytes(message).length > Topics.LARGEST_MESSAGE - 1_000;
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CampaignMessage event(String campaignId, Message message, Instant now) {
        RecipientOf recipient = message.recipient();
        return CampaignMessage.newBuilder()
                .setMessageId(message.messageId() == null ? UUID.randomUUID().toString() : message.messageId())
                .setCampaignId(campaignId)
                .setChannel(message.channel())
                .setSubjectId(recipient.resolved(ids))
                .setPersonal(MessagePersonalData.newBuilder()
                        .setCustomerId(recipient.customerId())
                        .setEmail(recipient.email())
                        .setPhone(recipient.phone())
                        .setParameters(message.parameters() == null ? Map.of() : message.parameters())
                        .build())
                .setTemplate(message.template())
                .setExpiresAt(message.expiresAt())
                .setRequestedAt(now)
                .build();
    }
}
