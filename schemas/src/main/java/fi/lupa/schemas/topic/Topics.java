package fi.lupa.schemas.topic;

import fi.lupa.event.AudienceExported;
import fi.lupa.event.AudienceMember;
import fi.lupa.event.AuditEvent;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignLaunched;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.DeadLetter;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.RightExercised;
import fi.lupa.event.SubjectKey;
import fi.lupa.event.SubjectLinked;
import fi.lupa.event.SubjectNote;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topic.Cleanup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/** Every topic of Lupa's contract. */
public final class Topics {

    /** How many partitions subjects are spread over unless an installation says otherwise. */
    public static final int DEFAULT_SPREAD = 4;

    /**
     * The most bytes of a campaign message. What becomes of one holds it, and names its recipient once more as its key: at
     * twice this it still fits a record of the megabyte that Kafka takes.
     */
    public static final int LARGEST_MESSAGE = 500_000;

    /** How long a replaced record of a topic with personal data or keys may stay before the broker removes it. */
    public static final Duration REPLACED_GO_WITHIN = Duration.ofDays(1);

    private static final String CONSENT_STREAM = "consent-stream";
    private static final String CAMPAIGN_ROUTER = "campaign-router";
    private static final String SUBJECT = "subjectId";
    private static final String CONTACT_POINT = "contact-point id";

    /** Forms as they came; short-lived, since they hold personal data in the clear. */
    public static final Topic<FormSubmitted> FORMS_INBOX = said(
            "forms.inbox",
            CONTACT_POINT + " of the strongest identifier",
            FormSubmitted.class,
            after(Duration.ofHours(24)),
            "the HTTP door, websites' own servers");

    /** The history of forms, by subject. */
    public static final Topic<FormSubmitted> FORMS_SUBMITTED =
            spread("forms.submitted", SUBJECT, FormSubmitted.class, never(), CONSENT_STREAM);

    /** The history of everything said about permission. */
    public static final Topic<ConsentChanged> CONSENT_CHANGES =
            said("consent.changes", SUBJECT, ConsentChanged.class, never(), CONSENT_STREAM + ", operators");

    /** What now counts, one record a subject. */
    public static final Topic<ConsentState> CONSENT_STATE =
            spread("consent.state", SUBJECT, ConsentState.class, toNewestOfKeyWithinADay(), CONSENT_STREAM);

    /** Stops that bind an address or number. */
    public static final Topic<ContactPointStop> CONSENT_STOPS =
            spread("consent.stops", CONTACT_POINT, ContactPointStop.class, toNewestOfKey(), CONSENT_STREAM);

    /** Which subjects were found to be the same, and which not to be. */
    public static final Topic<SubjectLinked> SUBJECT_LINKS =
            said("subject.links", SUBJECT, SubjectLinked.class, never(), CONSENT_STREAM);

    /** What was done about people's rights to their data: proofs of erasure, access given, requests and their deadlines. */
    public static final Topic<RightExercised> SUBJECT_RIGHTS =
            said("subject.rights", SUBJECT, RightExercised.class, never(), CONSENT_STREAM);

    /** What subjects' files tell each other: consent-stream's own affair, kept until even a long outage is over. */
    public static final Topic<SubjectNote> SUBJECT_NOTES =
            spread("subject.notes", SUBJECT, SubjectNote.class, after(Duration.ofDays(7)), CONSENT_STREAM);

    /** The keys that personal data is sealed with. */
    public static final Topic<SubjectKey> SUBJECT_KEYS =
            spread("subject.keys", SUBJECT, SubjectKey.class, toNewestOfKeyWithinADay(), CONSENT_STREAM);

    /** The campaigns. */
    public static final Topic<CampaignDefined> CAMPAIGN_DEFINITIONS = new Topic<>(
            "campaign.definitions",
            "campaignId",
            CampaignDefined.class,
            false,
            false,
            toNewestOfKey(),
            CAMPAIGN_ROUTER);

    /** The campaigns whose messages Lupa itself makes. */
    public static final Topic<CampaignLaunched> CAMPAIGN_LAUNCHES = new Topic<>(
            "campaign.launches", "campaignId", CampaignLaunched.class, false, false, toNewestOfKey(), CAMPAIGN_ROUTER);

    /** What campaign systems want to send. */
    public static final Topic<CampaignMessage> CAMPAIGN_MESSAGES = spread(
            "campaign.messages",
            SUBJECT,
            CampaignMessage.class,
            after(Duration.ofDays(30)),
            "campaign systems, " + CAMPAIGN_ROUTER + ", " + CONSENT_STREAM);

    /** Messages on their way to where their recipient is: campaign-router's own affair. */
    public static final Topic<CampaignMessage> CAMPAIGN_READDRESSED =
            spread("campaign.readdressed", SUBJECT, CampaignMessage.class, after(Duration.ofDays(30)), CAMPAIGN_ROUTER);

    /** What did not go out, and why. */
    public static final Topic<MessageSuppressed> CAMPAIGN_SUPPRESSED =
            spread("campaign.suppressed", SUBJECT, MessageSuppressed.class, never(), CAMPAIGN_ROUTER);

    /** What was cleared, for whom, when and for what: who may have been reached. */
    public static final Topic<ContactMade> CAMPAIGN_CONTACTS =
            spread("campaign.contacts", SUBJECT, ContactMade.class, never(), CAMPAIGN_ROUTER);

    /** What was cleared for another who is reached at the same address or number: campaign-router's own affair. */
    public static final Topic<ContactMade> CAMPAIGN_NOTES =
            spread("campaign.notes", SUBJECT, ContactMade.class, after(Duration.ofDays(7)), CAMPAIGN_ROUTER);

    /** What no service could take. */
    public static final Topic<DeadLetter> DEAD_LETTERS = new Topic<>(
            "dead.letters", "as it came", DeadLetter.class, false, false, after(Duration.ofDays(30)), "all");

    /** Who read or changed whose data, and who was refused. */
    public static final Topic<AuditEvent> AUDIT_EVENTS = new Topic<>(
            "audit.events",
            SUBJECT + ", or the principal's name where no subject is meant",
            AuditEvent.class,
            false,
            true,
            after(Duration.ofDays(2 * 365)),
            CONSENT_STREAM + ", " + CAMPAIGN_ROUTER);

    /** Who was given out in which export of an audience, a record for some of them at a time. */
    public static final Topic<AudienceExported> AUDIENCE_EXPORTS = new Topic<>(
            "audience.exports",
            "exportId",
            AudienceExported.class,
            false,
            true,
            after(Duration.ofDays(30)),
            CAMPAIGN_ROUTER);

    private static final Map<Channel, Topic<MessageCleared>> CLEARED = perChannel(channel -> spread(
            "campaign.cleared." + channel, SUBJECT, MessageCleared.class, after(Duration.ofDays(7)), CAMPAIGN_ROUTER));

    private static final Map<Channel, Topic<AudienceMember>> AUDIENCE = perChannel(channel ->
            spread("audience." + channel, SUBJECT, AudienceMember.class, toNewestOfKeyWithinADay(), CAMPAIGN_ROUTER));

    private static final List<Topic<?>> ALL = all(
            List.of(
                    FORMS_INBOX,
                    FORMS_SUBMITTED,
                    CONSENT_CHANGES,
                    CONSENT_STATE,
                    CONSENT_STOPS,
                    SUBJECT_LINKS,
                    SUBJECT_RIGHTS,
                    SUBJECT_NOTES,
                    SUBJECT_KEYS,
                    CAMPAIGN_DEFINITIONS,
                    CAMPAIGN_LAUNCHES,
                    CAMPAIGN_MESSAGES,
                    CAMPAIGN_READDRESSED,
                    CAMPAIGN_SUPPRESSED,
                    CAMPAIGN_CONTACTS,
                    CAMPAIGN_NOTES,
                    AUDIENCE_EXPORTS,
                    DEAD_LETTERS,
                    AUDIT_EVENTS),
            CLEARED,
            AUDIENCE);

    /**
     * What people say, and what the consent stream tells itself of it, from form to note: when all of it is read, and what comes of it,
     * everything that was said is in the states and stops.
     */
    public static final List<Topic<?>> FOLDED =
            List.of(FORMS_INBOX, FORMS_SUBMITTED, CONSENT_CHANGES, SUBJECT_LINKS, SUBJECT_RIGHTS, SUBJECT_NOTES);

    private Topics() {}

    /** Messages that may go out on the channel. */
    public static Topic<MessageCleared> cleared(Channel channel) {
        return CLEARED.get(channel);
    }

    /** Who may now be contacted on the channel. */
    public static Topic<AudienceMember> audience(Channel channel) {
        return AUDIENCE.get(channel);
    }

    public static List<Topic<?>> all() {
        return ALL;
    }

    private static <V extends SpecificRecord> Topic<V> spread(
            String name, String key, Class<V> value, Cleanup cleanup, String owner) {
        return new Topic<>(name, key, value, true, false, cleanup, owner);
    }

    /** What people say is measured by the broker's clock: a statement from the future would win for ever. */
    private static <V extends SpecificRecord> Topic<V> said(
            String name, String key, Class<V> value, Cleanup cleanup, String owner) {
        return new Topic<>(name, key, value, true, true, cleanup, owner);
    }

    private static Cleanup after(Duration age) {
        return new Cleanup.After(age);
    }

    private static Cleanup never() {
        return new Cleanup.Never();
    }

    private static Cleanup toNewestOfKey() {
        return new Cleanup.ToNewestOfKey(null);
    }

    /** What an erasure replaces with a tombstone has to be gone in a stated time. */
    private static Cleanup toNewestOfKeyWithinADay() {
        return new Cleanup.ToNewestOfKey(REPLACED_GO_WITHIN);
    }

    private static <T> Map<Channel, T> perChannel(Function<String, T> topic) {
        return Arrays.stream(Channel.values())
                .collect(Collectors.toMap(
                        Function.identity(),
                        channel -> topic.apply(channel.name().toLowerCase(Locale.ROOT)),
                        (a, b) -> a,
                        () -> new EnumMap<>(Channel.class)));
    }

    private static List<Topic<?>> all(
            List<Topic<?>> named, Map<Channel, ? extends Topic<?>> cleared, Map<Channel, ? extends Topic<?>> audience) {
        List<Topic<?>> all = new ArrayList<>(named);
        all.addAll(cleared.values());
        all.addAll(audience.values());
        return Collections.unmodifiableList(all);
    }
}
