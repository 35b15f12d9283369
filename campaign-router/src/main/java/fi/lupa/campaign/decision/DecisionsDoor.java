package fi.lupa.campaign.decision;

import com.fasterxml.jackson.core.type.TypeReference;
import fi.lupa.campaign.message.RecipientOf;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.campaign.routing.Recipients;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.TransferBasis;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Words;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** {@code POST /v1/decisions}: may these be contacted, now, on this channel, for this? It answers, and sends nothing. */
public final class DecisionsDoor {

    private static final int MOST_RECIPIENTS = 1_000;

    private final Decisions decisions;
    private final KnownCampaigns campaigns;
    private final Recipients recipients;
    private final SubjectIds ids;
    private final Peers peers;
    private final Clock clock;

    public DecisionsDoor(
            Decisions decisions,
            KnownCampaigns campaigns,
            Recipients recipients,
            SubjectIds ids,
            Peers peers,
            Clock clock) {
        this.decisions = decisions;
        this.campaigns = campaigns;
        this.recipients = recipients;
        this.ids = ids;
        this.peers = peers;
        this.clock = clock;
    }

    /** The question: about a campaign, or about a purpose as such, carried out within the EU/EEA. */
    record Question(String campaignId, Purpose purpose, Channel channel, List<RecipientOf> recipients) {}

    /** The answer for one recipient; {@code contactPointId} and {@code notAfter} where cleared, {@code reasons} where not. */
    record Answer(
            String subjectId,
            boolean cleared,
            List<Reason> reasons,
            String contactPointId,
            Instant notAfter,
            Instant decidedAt,
            String policyVersion,
            Long consentRevision) {

        static Answer of(String subjectId, Verdict verdict) {
            if (verdict instanceof Verdict.Cleared cleared) {
                return new Answer(
                        subjectId,
                        true,
                        List.of(),
                        cleared.contactPoint().id(),
                        cleared.notAfter(),
                        cleared.decidedAt(),
                        cleared.policyVersion(),
                        cleared.consentRevision());
            }
            Verdict.Suppressed suppressed = (Verdict.Suppressed) verdict;
            return new Answer(
                    subjectId,
                    false,
                    suppressed.reasons(),
                    null,
                    null,
                    suppressed.decidedAt(),
                    suppressed.policyVersion(),
                    suppressed.consentRevision());
        }
    }

    public void mount(RoutesConfig routes) {
        routes.post("/v1/decisions", this::post, Role.CAMPAIGN);
    }

    private void post(Context ctx) {
        Question question = ctx.bodyAsClass(Question.class);
        check(question);
        // Whom another instance knows, it decides about.
        Map<HostInfo, List<Integer>> elsewhere = new HashMap<>();
        Answer[] answers = new Answer[question.recipients().size()];
        CampaignDefined campaign = campaign(question);
        for (int i = 0; i < answers.length; i++) {
            RecipientOf recipient = question.recipients().get(i);
            String subjectId = recipient.resolved(ids);
            Optional<HostInfo> other = peers.otherHolderOf(RouterTopology.CONSENT_STATE, subjectId);
            if (other.isPresent()) {
                elsewhere
                        .computeIfAbsent(other.get(), host -> new ArrayList<>())
                        .add(i);
            } else {
                answers[i] = Answer.of(subjectId, decide(campaign, question.channel(), subjectId, recipient));
            }
        }
        if (elsewhere.isEmpty()) {
            answer(ctx, answers);
        } else {
            ctx.future(() -> CompletableFuture.allOf(elsewhere.entrySet().stream()
                            .map(part -> ask(ctx, question, part.getKey(), part.getValue(), answers))
                            .toArray(CompletableFuture[]::new))
                    .thenAccept(done -> answer(ctx, answers)));
        }
    }

    private static void answer(Context ctx, Answer[] answers) {
        ctx.json(Map.of("decisions", Arrays.asList(answers)));
    }

    private void check(Question question) {
        List<Fault> faults = new ArrayList<>();
        if ((question.campaignId() == null) == (question.purpose() == null)) {
            faults.add(new Fault(null, "Ask about a campaignId or about a purpose, one of the two."));
        }
        if (question.channel() == null) {
            faults.add(new Fault("channel", "Name one channel: " + Arrays.toString(Channel.values()) + "."));
        }
        List<RecipientOf> asked = question.recipients();
        if (asked == null || asked.isEmpty() || asked.size() > MOST_RECIPIENTS) {
            faults.add(new Fault("recipients", "Ask about 1 to %d recipients.".formatted(MOST_RECIPIENTS)));
        } else {
            for (int i = 0; i < asked.size(); i++) {
                faults.addAll(RecipientOf.faults(asked.get(i), "recipients[" + i + "]", ids));
            }
        }
        if (!faults.isEmpty()) {
            throw ProblemException.badRequest(faults);
        }
    }

    private Verdict decide(CampaignDefined campaign, Channel channel, String subjectId, RecipientOf recipient) {
        Instant now = clock.instant();
        try {
            ConsentState state = peers.read(
                    RouterTopology.CONSENT_STATE,
                    QueryableStoreTypes.<String, ConsentState>keyValueStore(),
                    states -> states.get(subjectId));
            String asked = recipients.contactPoint(
                    channel,
                    MessagePersonalData.newBuilder()
                            .setEmail(recipient.email())
                            .setPhone(recipient.phone())
                            .build());
            Enquiry enquiry = new Enquiry(Words.same(channel, fi.lupa.permission.Channel.class), asked, null);
            return decisions.decide(enquiry, campaign, state, now);
        } catch (SerializationException e) {
            return decisions.unavailable(now);
        }
    }

    /** The campaign asked about, null if unknown; or one that stands for the purpose as such. */
    private CampaignDefined campaign(Question question) {
        if (question.campaignId() != null) {
            return campaigns.find(question.campaignId()).orElse(null);
        }
        return CampaignDefined.newBuilder()
                .setCampaignId("")
                .setName("")
                .setPurpose(question.purpose())
                .setChannels(List.of(question.channel()))
                .setProcessor(Processor.newBuilder()
                        .setName("")
                        .setCountry("FI")
                        .setTransferBasis(TransferBasis.NONE)
                        .build())
                .setValidFrom(Instant.EPOCH)
                .setDefinedAt(Instant.EPOCH)
                .setDefinedBy("")
                .build();
    }

    private CompletableFuture<Void> ask(
            Context ctx, Question question, HostInfo holder, List<Integer> which, Answer[] answers) {
        Question part = new Question(
                question.campaignId(),
                question.purpose(),
                question.channel(),
                which.stream().map(question.recipients()::get).toList());
        return peers.ask(ctx, holder, json(part)).thenAccept(response -> {
            if (response.statusCode() != 200) {
                throw Peers.moving();
            }
            List<Answer> theirs = read(response.body());
            for (int i = 0; i < which.size(); i++) {
                answers[which.get(i)] = theirs.get(i);
            }
        });
    }

    private static byte[] json(Question question) {
        try {
            return Json.MAPPER.writeValueAsBytes(question);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Answer> read(byte[] body) {
        try {
            return Json.MAPPER
                    .readValue(body, new TypeReference<Map<String, List<Answer>>>() {})
                    .get("decisions");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
