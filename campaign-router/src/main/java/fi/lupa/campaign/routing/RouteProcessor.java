package fi.lupa.campaign.routing;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentState;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Verdicts;
import fi.lupa.schemas.mapping.Words;
import java.time.Clock;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** Asks the decision point about one message and obeys: to the channel's topic, or to the refusals with every reason. */
final class RouteProcessor implements Processor<String, CampaignMessage, String, SpecificRecord> {

    private final Decisions decisions;
    private final Recipients recipients;
    private final Books books;
    private final Clock clock;
    private ProcessorContext<String, SpecificRecord> context;
    private ReadOnlyKeyValueStore<String, ConsentState> states;
    private ReadOnlyKeyValueStore<String, CampaignDefined> campaigns;

    RouteProcessor(Decisions decisions, Recipients recipients, Books books, Clock clock) {
        this.decisions = decisions;
        this.recipients = recipients;
        this.books = books;
        this.clock = clock;
    }

    @Override
    public void init(ProcessorContext<String, SpecificRecord> context) {
        this.context = context;
        this.states = context.getStateStore(RouterTopology.CONSENT_STATE);
        this.campaigns = context.getStateStore(RouterTopology.CAMPAIGNS);
    }

    @Override
    public void process(Record<String, CampaignMessage> record) {
        CampaignMessage message = record.value();
        Channel channel = Words.same(message.getChannel(), Channel.class);
        Instant now = clock.instant();
        // Kept as long as its topic says from the decision on, however old the message is.
        Record<String, CampaignMessage> decided = record.withTimestamp(now.toEpochMilli());
        Enquiry enquiry = new Enquiry(
                channel, recipients.contactPoint(message.getChannel(), message.getPersonal()), message.getExpiresAt());
        CampaignDefined campaign = null;
        ConsentState state = null;
        Verdict verdict;
        try {
            campaign = campaigns.get(message.getCampaignId());
            state = states.get(record.key());
            verdict = decisions.decide(enquiry, campaign, state, now);
        } catch (SerializationException e) {
            // What cannot be read permits nothing.
            verdict = decisions.unavailable(now);
        }
        if (verdict instanceof Verdict.Cleared cleared) {
            context.forward(
                    decided.withValue(Verdicts.cleared(message, campaign, state, cleared)),
                    RouterTopology.clearedSink(channel));
            books.cleared(channel);
        } else if (verdict instanceof Verdict.Suppressed suppressed) {
            context.forward(
                    decided.withValue(Verdicts.suppressed(message, record.key(), suppressed)),
                    RouterTopology.SUPPRESSED_SINK);
            books.suppressed(suppressed.reasons().get(0));
        }
    }
}
