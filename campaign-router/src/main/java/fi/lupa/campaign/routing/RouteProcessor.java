package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.decision.Decisions.Decision;
import fi.lupa.campaign.decision.MessageLinks;
import fi.lupa.campaign.decision.Recipient;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.edge.kafka.TraceHeaders;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignLaunched;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.HeldMessage;
import fi.lupa.event.MessageCleared;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Contacts;
import fi.lupa.schemas.mapping.Verdicts;
import fi.lupa.schemas.mapping.Words;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * Asks the decision point about one message and obeys: to the channel's topic, or to the refusals with every reason.
 *
 * <p>A message is decided where its recipient's state lies. One keyed otherwise, or by an identifier of somebody who is known
 * under another, is sent there first.
 */
final class RouteProcessor implements Processor<String, CampaignMessage, String, SpecificRecord> {

    /** How often a message was sent on. */
    private static final String SENT_ON = "lupa-sent-on";

    /** From a key of the sender's own to a phone number, an address, a customer, and those merged into one another. */
    private static final int MOST_SENT_ON = 8;

    /** How often those are looked for that have waited long enough, and how many are let go at once. */
    private static final Duration RELEASE_EVERY = Duration.ofMillis(100);

    private static final int MOST_RELEASED = 2_000;

    private static final Duration FORGET_EVERY = Duration.ofHours(1);

    /** Stands for every campaign that nobody defined. */
    private static final String UNDEFINED = "";

    /** Until when a message waits for what people said to be heard: it is the first to go once it is, by whatever clock. */
    private static final Instant UNTIL_HEARD = Instant.EPOCH;

    private final Decisions decisions;
    private final MessageLinks links;
    private final Recipients recipients;
    private final Stopped stopped;
    private final Books books;
    private final BooleanSupplier heard;
    private final Clock clock;
    private final String readdressed;
    private ProcessorContext<String, SpecificRecord> context;
    private ReadOnlyKeyValueStore<String, StoredState> states;
    private ReadOnlyKeyValueStore<String, CampaignDefined> campaigns;
    private ReadOnlyKeyValueStore<String, CampaignLaunched> launches;
    private ReadOnlyKeyValueStore<String, ContactPointStop> stops;
    private Contacted contacted;
    private HeldMessages held;
    private Tallies tallies;

    /**
     * @param heard whether messages may go out by what is known; else they wait
     * @param readdressed the topic of messages that have been sent on, which only this processor writes
     */
    RouteProcessor(
            Decisions decisions,
            MessageLinks links,
            Recipients recipients,
            Stopped stopped,
            Books books,
            BooleanSupplier heard,
            Clock clock,
            String readdressed) {
        this.decisions = decisions;
        this.links = links;
        this.recipients = recipients;
        this.stopped = stopped;
        this.books = books;
        this.heard = heard;
        this.clock = clock;
        this.readdressed = readdressed;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        this.states = context.getStateStore(RouterTopology.CONSENT_STATE);
        this.campaigns = context.getStateStore(RouterTopology.CAMPAIGNS);
        this.launches = context.getStateStore(RouterTopology.LAUNCHES);
        this.contacted = new Contacted(context);
        contacted.lookThrough(clock);
        this.held = new HeldMessages(context.getStateStore(RouterTopology.HELD));
        this.tallies = new Tallies(context.getStateStore(RouterTopology.TALLIES));
        this.stops = context.getStateStore(RouterTopology.STOPS);
        books.waiting(context.taskId(), held::waiting);
        context.schedule(RELEASE_EVERY, PunctuationType.WALL_CLOCK_TIME, tick -> release());
        context.schedule(
                FORGET_EVERY,
                PunctuationType.WALL_CLOCK_TIME,
                tick -> tallies.forgetBefore(clock.instant().minus(Tallies.HOURS_KEPT)));
    }

    @Override
    public void close() {
        books.waiting(context.taskId(), null);
    }

    @Override
    public void process(Record<String, CampaignMessage> record) {
        CampaignMessage message = record.value();
        books.came(Duration.ofMillis(clock.millis() - record.timestamp()));
        String recipient = recipients.subjectId(message);
        String contactPoint = recipients.contactPoint(message.getChannel(), message.getPersonal());
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        boolean wasSentOn = metadata.topic().equals(readdressed);
        if (!wasSentOn && !recipient.equals(record.key())) {
            sendOn(record, recipient);
            return;
        }
        route(
                record,
                () -> contactPoint,
                () -> metadata.topic() + "-" + metadata.partition() + "@" + metadata.offset(),
                wasSentOn ? Origin.READDRESSED : Origin.REQUESTED);
    }

    /** Decides again, by what is known now, what has waited long enough. */
    private void release() {
        if (!heard.getAsBoolean()) {
            return;
        }
        for (KeyValue<String, HeldMessage> due : held.due(clock.instant(), MOST_RELEASED)) {
            CampaignMessage message = due.value.getMessage();
            Instant writtenAt = due.value.getWrittenAt();
            route(
                    new Record<>(
                            due.value.getSubjectId(),
                            message,
                            (writtenAt == null ? due.value.getSince() : writtenAt).toEpochMilli(),
                            TraceHeaders.of(due.value.getTrace())),
                    () -> recipients.contactPoint(message.getChannel(), message.getPersonal()),
                    () -> HeldMessages.source(due.key),
                    Origin.HELD);
        }
    }

    /** Where a message was until now. */
    private enum Origin {
        /** With who asks for it: its recipient may be known elsewhere, since another producer than Java's may partition otherwise. */
        REQUESTED,
        /** In another partition: it was sent where its recipient's state lies. */
        READDRESSED,
        /** Here, waiting. */
        HELD
    }

    /**
     * Decides and obeys.
     *
     * @param contactPoint id of the address or number that the message asks for; null for none
     * @param source names the record that the message came in, where that is asked
     */
    private void route(
            Record<String, CampaignMessage> record,
            Supplier<String> contactPoint,
            Supplier<String> source,
            Origin origin) {
        CampaignMessage message = record.value();
        boolean waited = origin == Origin.HELD;
        Instant now = clock.instant();
        Channel channel = Words.same(message.getChannel(), Channel.class);
        if (waited) {
            tallies.waiting(message.getCampaignId(), channel, -1);
        } else if (!heard.getAsBoolean()) {
            // A no that was answered may not have come here yet.
            books.taken(false);
            hold(record, now, UNTIL_HEARD, source);
            return;
        }
        CampaignDefined campaign = null;
        Recipient recipient = null;
        Contacted.Beside beside = contacted.new Beside(this::stop);
        Decision decision;
        try {
            StoredState state = states.get(record.key());
            recipient = state == null ? null : state.recipient();
            String elsewhere = elsewhere(record, recipient, origin);
            if (elsewhere != null) {
                sendOn(record, elsewhere);
                if (waited) {
                    books.waitedForAnother();
                }
                return;
            }
            campaign = campaigns.get(message.getCampaignId());
            String asked = contactPoint.get();
            String named = recipient == null && asked == null ? record.key() : asked;
            Instant goodUntil =
                    decisions.terms().goodUntil(Instant.ofEpochMilli(record.timestamp()), message.getExpiresAt());
            Enquiry enquiry = new Enquiry(channel, named, goodUntil, message.getMessageId());
            decision = decisions.decide(enquiry, campaign, recipient, beside, now);
            if (message.getMessageId().equals(RouterTopology.LAUNCH_MESSAGE_ID)) {
                decision = decisions.ofLaunch(decision, launches.get(message.getCampaignId()), recipient, now);
            }
        } catch (RuntimeException e) {
            if (!permitsNothing(e, waited)) {
                throw e;
            }
            decision = new Decision(decisions.unavailable(now), null, null);
        }
        books.taken(waited);
        if (decision.verdict() instanceof Verdict.Held until) {
            hold(record, now, until.until(), source);
        } else {
            obey(record, decision, campaign, recipient, beside);
        }
    }

    /** Under whose name a message is to be decided instead; null for here. */
    private static String elsewhere(Record<String, CampaignMessage> record, Recipient recipient, Origin origin) {
        if (recipient == null) {
            return origin == Origin.READDRESSED ? null : record.key();
        }
        return timesSentOn(record.headers()) < MOST_SENT_ON ? recipient.sameAs() : null;
    }

    /**
     * Whether what cannot be read, or decided, is refused here. A message that has just come becomes a dead letter instead; what has
     * waited is in no record that could, and takes the others that are released with it along if it is not refused.
     */
    private static boolean permitsNothing(RuntimeException e, boolean waited) {
        return e instanceof SerializationException || waited && !(e instanceof KafkaException);
    }

    private void hold(Record<String, CampaignMessage> record, Instant now, Instant until, Supplier<String> source) {
        CampaignMessage message = record.value();
        HeldMessage waits = new HeldMessage(
                message,
                record.key(),
                now,
                Instant.ofEpochMilli(record.timestamp()),
                TraceHeaders.asText(record.headers()));
        held.hold(waits, until, source.get());
        tallies.waiting(message.getCampaignId(), Words.same(message.getChannel(), Channel.class), 1);
        books.held();
    }

    private ContactPointStop stop(String contactPointId) {
        return stopped.of(contactPointId, stops);
    }

    private void obey(
            Record<String, CampaignMessage> record,
            Decision decision,
            CampaignDefined campaign,
            Recipient recipient,
            Contacted.Beside beside) {
        Verdict verdict = decision.verdict();
        CampaignMessage message = record.value();
        Channel channel = Words.same(message.getChannel(), Channel.class);
        String campaignId = campaign == null ? UNDEFINED : campaign.getCampaignId();
        // Kept as long as its topic says from the decision on, however old the message is.
        Record<String, CampaignMessage> decided =
                record.withTimestamp(verdict.decidedAt().toEpochMilli()).withHeaders(TraceHeaders.of(record.headers()));
        if (verdict instanceof Verdict.Cleared cleared) {
            MessageCleared out = links.cleared(message, campaign, recipient, cleared, decision.address());
            context.forward(decided.withValue(out), RouterTopology.clearedSink(channel));
            ContactMade made = Contacts.made(out);
            context.forward(decided.withKey(recipient.id()).withValue(made), RouterTopology.CONTACTS_SINK);
            beside.count(made);
            contacted.tellOthers(recipient.possibleDuplicates(), made, cleared.decidedAt());
            tallies.cleared(campaignId, channel, cleared.decidedAt());
            books.cleared(channel);
        } else if (verdict instanceof Verdict.Suppressed suppressed) {
            context.forward(
                    decided.withValue(Verdicts.suppressed(message, record.key(), suppressed)),
                    RouterTopology.SUPPRESSED_SINK);
            Reason decisive = suppressed.reasons().get(0);
            tallies.suppressed(campaignId, channel, decisive, suppressed.decidedAt());
            books.suppressed(decisive);
        }
    }

    private void sendOn(Record<String, CampaignMessage> record, String to) {
        Headers headers =
                TraceHeaders.of(record.headers()).add(SENT_ON, new byte[] {(byte) (timesSentOn(record.headers()) + 1)});
        context.forward(
                record.withKey(to).withValue((SpecificRecord) record.value()).withHeaders(headers),
                RouterTopology.READDRESSED_SINK);
    }

    /** Another's header of this name costs its sender a decision and nobody else: the message is refused sooner. */
    private static int timesSentOn(Headers headers) {
        Header sentOn = headers.lastHeader(SENT_ON);
        return sentOn == null || sentOn.value() == null || sentOn.value().length != 1 ? 0 : sentOn.value()[0] & 0xff;
    }
}
