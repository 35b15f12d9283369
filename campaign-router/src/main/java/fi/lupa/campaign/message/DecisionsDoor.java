package fi.lupa.campaign.message;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.campaign.decision.Recipient;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.campaign.routing.KnownCampaigns;
import fi.lupa.campaign.routing.KnownHere;
import fi.lupa.campaign.routing.Recipients;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.streams.Found;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.Channel;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.ContactsMade;
import fi.lupa.event.Purpose;
import fi.lupa.permission.Door;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Verdict;
import fi.lupa.permission.Will;
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
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** {@code POST /v1/decisions}: may these be contacted, now, on this channel, for this? It answers, and sends nothing. */
public final class DecisionsDoor {

    private static final int MOST_RECIPIENTS = 1_000;

    /** How often who is the same as another is asked about as that one. */
    private static final int MOST_SENT_ON = 8;

    private static final Role[] ASKERS = {Role.CAMPAIGN, Role.CUSTOMER_SERVICE, Role.DPO};

    private final Access access;
    private final Decisions decisions;
    private final MessageLinks links;
    private final KnownCampaigns campaigns;
    private final Recipients recipients;
    private final SubjectIds ids;
    private final Peers peers;
    private final Clock clock;

    public DecisionsDoor(
            Access access,
            Decisions decisions,
            MessageLinks links,
            KnownCampaigns campaigns,
            Recipients recipients,
            SubjectIds ids,
            Peers peers,
            Clock clock) {
        this.access = access;
        this.decisions = decisions;
        this.links = links;
        this.campaigns = campaigns;
        this.recipients = recipients;
        this.ids = ids;
        this.peers = peers;
        this.clock = clock;
    }

    /** The question: about a campaign, or about a purpose as such, carried out within the EU/EEA. */
    record Question(String campaignId, Purpose purpose, Channel channel, List<RecipientOf> recipients) {}

    /**
     * The answer for one recipient, and what a person may be told who asks why.
     *
     * @param reasons all that apply, the decisive one first; empty where cleared
     * @param why for every reason, the statement behind it; where cleared, the consent that it rests on
     * @param needed what the purpose needs on the channel; null where not cleared
     * @param preferencesUrl the recipient's preference page; null where not cleared, and for staff, who do not speak for them
     * @param unsubscribeUrl where the recipient stops what a message on this belongs to; null where it cannot be stopped, and for staff
     * @param notBefore when it is to be asked again, since the channel rests now; null where it does not
     * @param sentOnTo between instances: the subject that another of them is to be asked about
     */
    record Answer(
            String subjectId,
            boolean cleared,
            List<Reason> reasons,
            List<Because> why,
            String needed,
            String contactPointId,
            String preferencesUrl,
            String unsubscribeUrl,
            @JsonInclude(JsonInclude.Include.NON_NULL) Instant notBefore,
            Instant notAfter,
            Instant decidedAt,
            String policyVersion,
            Long consentRevision,
            @JsonInclude(JsonInclude.Include.NON_NULL) String sentOnTo) {

        /** No answer yet: the recipient is the same as another subject, whom to ask about. */
        static Answer sentOn(String to, Verdict.Suppressed unlessAnswered) {
            Answer answer = of(to, unlessAnswered);
            return new Answer(
                    to,
                    false,
                    answer.reasons(),
                    answer.why(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    answer.decidedAt(),
                    answer.policyVersion(),
                    null,
                    to);
        }

        static Answer of(String subjectId, Verdict.Cleared cleared, MessageLinks.Links links) {
            return new Answer(
                    subjectId,
                    true,
                    List.of(),
                    cleared.because() == null ? List.of() : List.of(new Because(null, Said.of(cleared.because()))),
                    cleared.needed().toString(),
                    cleared.contactPoint().id(),
                    links.preferencesUrl(),
                    links.unsubscribeUrl(),
                    null,
                    cleared.notAfter(),
                    cleared.decidedAt(),
                    cleared.policyVersion(),
                    cleared.consentRevision(),
                    null);
        }

        Answer withoutLinks() {
            return new Answer(
                    subjectId,
                    cleared,
                    reasons,
                    why,
                    needed,
                    contactPointId,
                    null,
                    null,
                    notBefore,
                    notAfter,
                    decidedAt,
                    policyVersion,
                    consentRevision,
                    sentOnTo);
        }

        static Answer of(String subjectId, Verdict.Held held) {
            return new Answer(
                    subjectId,
                    false,
                    List.of(Reason.QUIET_HOURS),
                    List.of(new Because(Reason.QUIET_HOURS, null)),
                    null,
                    null,
                    null,
                    null,
                    held.until(),
                    null,
                    held.decidedAt(),
                    held.policyVersion(),
                    held.consentRevision(),
                    null);
        }

        static Answer of(String subjectId, Verdict.Suppressed suppressed) {
            return new Answer(
                    subjectId,
                    false,
                    suppressed.reasons(),
                    suppressed.refusals().stream()
                            .map(refusal -> new Because(refusal.reason(), Said.of(refusal.because())))
                            .toList(),
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    suppressed.decidedAt(),
                    suppressed.policyVersion(),
                    suppressed.consentRevision(),
                    null);
        }
    }

    /** A reason, null where nothing was refused, and the statement behind it, null where none is. */
    record Because(Reason reason, Said statement) {}

    /** What was said: when, through which door, under which notice. */
    record Said(
            UUID eventId,
            Scope scope,
            String topic,
            Will will,
            Instant occurredAt,
            Instant recordedAt,
            Door door,
            String noticeVersion,
            Instant validUntil) {

        static Said of(Statement statement) {
            return statement == null
                    ? null
                    : new Said(
                            statement.eventId(),
                            statement.scope(),
                            statement.topic(),
                            statement.will(),
                            statement.occurredAt(),
                            statement.recordedAt(),
                            statement.door(),
                            statement.noticeVersion(),
                            statement.validUntil());
        }
    }

    public void mount(RoutesConfig routes) {
        routes.post("/v1/decisions", this::post, ASKERS);
    }

    private void post(Context ctx) {
        Read<Question> read = Json.reading(ctx, Question.class);
        Question question = read.value();
        read.refuse(faults(question));
        if (!access.require(ctx, ASKERS).mayUse(Objects.requireNonNullElse(question.campaignId(), ""))) {
            throw access.forbidden(
                    ctx, "Your key is for certain campaigns; ask about one of them, or use another key.");
        }
        Answer[] answers = new Answer[question.recipients().size()];
        Map<Integer, String> subjects = new TreeMap<>();
        for (int i = 0; i < answers.length; i++) {
            subjects.put(i, question.recipients().get(i).resolved(ids));
        }
        CompletableFuture<Void> done = decide(ctx, question, campaign(question), subjects, answers, MOST_SENT_ON);
        if (done.isDone() && !done.isCompletedExceptionally()) {
            answer(ctx, answers);
        } else {
            ctx.future(() -> done.thenAccept(all -> answer(ctx, answers)));
        }
    }

    /**
     * Answers for the subjects, by their places. Whom another instance knows, it decides about; who is the same as another
     * subject is asked about as that one.
     */
    private CompletableFuture<Void> decide(
            Context ctx,
            Question question,
            CampaignDefined campaign,
            Map<Integer, String> subjects,
            Answer[] answers,
            int sendOn) {
        Map<HostInfo, Map<Integer, String>> elsewhere = new HashMap<>();
        Map<Integer, Map<Integer, String>> here = new HashMap<>();
        subjects.forEach((place, subjectId) -> {
            Peers.Part part = peers.partOf(RouterTopology.CONSENT_STATE, subjectId);
            if (part.other().isEmpty()) {
                here.computeIfAbsent(part.partition(), partition -> new TreeMap<>())
                        .put(place, subjectId);
            } else if (Relays.isRelayed(ctx)) {
                answers[place] = Answer.sentOn(subjectId, decisions.unavailable(clock.instant()));
            } else {
                elsewhere
                        .computeIfAbsent(part.other().get(), host -> new TreeMap<>())
                        .put(place, subjectId);
            }
        });
        here.forEach((partition, theirs) -> decide(partition, question, campaign, theirs, answers));
        Map<Integer, String> sentOn = new TreeMap<>();
        subjects.keySet().forEach(place -> noteSentOn(answers, place, sentOn));
        return CompletableFuture.allOf(elsewhere.entrySet().stream()
                        .map(part -> ask(ctx, question, part.getKey(), part.getValue(), answers)
                                .thenRun(() ->
                                        part.getValue().keySet().forEach(place -> noteSentOn(answers, place, sentOn))))
                        .toArray(CompletableFuture[]::new))
                .thenCompose(done -> sentOn.isEmpty() || sendOn == 0 || onlyElsewhere(ctx, sentOn)
                        ? CompletableFuture.completedFuture(null)
                        : decide(ctx, question, campaign, sentOn, answers, sendOn - 1));
    }

    private static void noteSentOn(Answer[] answers, int place, Map<Integer, String> sentOn) {
        if (answers[place] != null && answers[place].sentOnTo() != null) {
            synchronized (sentOn) {
                sentOn.put(place, answers[place].sentOnTo());
            }
        }
    }

    /** What another instance asks about is not sent on to a third: the one that was asked first goes on. */
    private boolean onlyElsewhere(Context ctx, Map<Integer, String> sentOn) {
        return Relays.isRelayed(ctx)
                && sentOn.values().stream()
                        .allMatch(subjectId -> peers.otherHolderOf(RouterTopology.CONSENT_STATE, subjectId)
                                .isPresent());
    }

    private void answer(Context ctx, Answer[] answers) {
        boolean sends = access.require(ctx, ASKERS).roles().contains(Role.CAMPAIGN);
        ctx.json(Map.of(
                "decisions",
                Arrays.stream(answers)
                        .map(answer -> sends ? answer : answer.withoutLinks())
                        .toList()));
    }

    private List<Fault> faults(Question question) {
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
        return faults;
    }

    /** Answers for the subjects of one part of the stores, each of which is looked up once for all of them. */
    private void decide(
            int partition,
            Question question,
            CampaignDefined campaign,
            Map<Integer, String> subjects,
            Answer[] answers) {
        peers.read(
                RouterTopology.STOPS,
                new Found<String, ContactPointStop>(),
                stops -> peers.read(
                        RouterTopology.CONTACTS,
                        partition,
                        new Found<String, ContactsMade>(),
                        contacts -> peers.read(
                                RouterTopology.CONSENT_STATE, partition, new Found<String, StoredState>(), states -> {
                                    Decisions.Known beside = new KnownHere(stops, contacts);
                                    subjects.forEach((place, subjectId) -> answers[place] = decide(
                                            campaign,
                                            question.channel(),
                                            subjectId,
                                            question.recipients().get(place),
                                            states,
                                            beside));
                                    return null;
                                })));
    }

    private Answer decide(
            CampaignDefined campaign,
            Channel channel,
            String subjectId,
            RecipientOf recipient,
            ReadOnlyKeyValueStore<String, StoredState> states,
            Decisions.Known beside) {
        Instant now = clock.instant();
        try {
            StoredState state = states.get(subjectId);
            Recipient known = state == null ? null : state.recipient();
            if (known != null && known.sameAs() != null) {
                return Answer.sentOn(known.sameAs(), decisions.unavailable(now));
            }
            String asked = recipients.contactPoint(channel, recipient.email(), recipient.phone());
            String named = state == null && asked == null ? subjectId : asked;
            Enquiry enquiry = new Enquiry(Words.same(channel, fi.lupa.permission.Channel.class), named, null);
            boolean ofCampaign = campaign == null || !campaign.getCampaignId().isEmpty();
            Verdict verdict = (ofCampaign
                            ? decisions.decide(enquiry, campaign, known, beside, now)
                            : decisions.permit(enquiry, campaign, known, beside, now))
                    .verdict();
            if (verdict instanceof Verdict.Cleared cleared) {
                return Answer.of(subjectId, cleared, links.of(campaign, known.subject(), enquiry.channel(), cleared));
            }
            return verdict instanceof Verdict.Held held
                    ? Answer.of(subjectId, held)
                    : Answer.of(subjectId, (Verdict.Suppressed) verdict);
        } catch (SerializationException e) {
            return Answer.of(subjectId, decisions.unavailable(now));
        }
    }

    /** The campaign asked about, null if unknown; or one that stands for the purpose as such. */
    private CampaignDefined campaign(Question question) {
        if (question.campaignId() != null) {
            return campaigns.find(question.campaignId()).orElse(null);
        }
        return Decisions.ofPurpose(Words.same(question.purpose(), fi.lupa.permission.Purpose.class));
    }

    private CompletableFuture<Void> ask(
            Context ctx, Question question, HostInfo holder, Map<Integer, String> subjects, Answer[] answers) {
        List<Integer> places = List.copyOf(subjects.keySet());
        Question part = new Question(
                question.campaignId(),
                question.purpose(),
                question.channel(),
                places.stream()
                        .map(place -> question.recipients().get(place).as(subjects.get(place)))
                        .toList());
        return peers.ask(ctx, holder, json(part)).thenAccept(response -> {
            if (response.statusCode() != 200) {
                throw Peers.moving();
            }
            List<Answer> theirs = read(response.body());
            for (int i = 0; i < places.size(); i++) {
                int place = places.get(i);
                if (subjects.get(place).equals(theirs.get(i).sentOnTo())) {
                    throw Peers.moving();
                }
                answers[place] = theirs.get(i);
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
