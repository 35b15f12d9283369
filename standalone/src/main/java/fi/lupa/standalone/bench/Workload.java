package fi.lupa.standalone.bench;

import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.Customership;
import fi.lupa.event.DatedText;
import fi.lupa.event.Door;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.Scope;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.event.Will;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Stops;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Campaigns;
import fi.lupa.schemas.mapping.Statements;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** People, what they say, and messages to them: each follows from the seed and a number, so that every run has the same. */
final class Workload {

    /** In the past, since a statement from the future is refused; records carry the time of their writing. */
    private static final Instant BEGAN = Instant.parse("2025-01-01T00:00:00Z");

    private static final String CAMPAIGN = "bench";
    private static final String NOTICE = "2023-07-01";
    private static final Scope[] CHANNELS_AND_USE = {
        Scope.EMAIL, Scope.MOBILE, Scope.PHONE, Scope.POST, Scope.MARKETING_USE
    };
    private static final Will[] SAID = {Will.GRANT, Will.WITHDRAW, Will.PROHIBIT, Will.LIFT};

    /** Of so many people one has had their email address stopped by somebody else. */
    private static final int STOPPED_ONE_OF = 20;

    /** Of so many messages that are sent one was sent before, so many messages ago. */
    private static final int REPEATED_ONE_OF = 50;

    private static final int REPEATED_AFTER = 25;

    private static final int ATTITUDES = Attitude.values().length;

    private final long seed;
    private final int subjects;
    private final int statements;
    private final int messages;
    private final NumberedIds subjectIds;
    private final NumberedIds eventIds;
    private final NumberedIds messageIds;
    private final Map<ContactKind, NumberedIds> contactPointIds;
    private final String prose;
    private final int proseOfMessage;
    private final Verdict[][] verdicts;

    /**
     * @param statements at least one a subject
     * @param messageBytes of a message on the wire, key and value
     * @throws IllegalArgumentException with a sentence if no message is that small
     */
    Workload(long seed, int subjects, int statements, int messages, int messageBytes) {
        this.seed = seed;
        this.subjects = subjects;
        this.statements = statements;
        this.messages = messages;
        this.subjectIds = new NumberedIds(NumberedIds.mixed(seed));
        this.eventIds = new NumberedIds(NumberedIds.mixed(seed + 1));
        this.messageIds = new NumberedIds(NumberedIds.mixed(seed + 2));
        this.contactPointIds = Map.of(
                ContactKind.EMAIL, new NumberedIds(NumberedIds.mixed(seed + 3)),
                ContactKind.PHONE, new NumberedIds(NumberedIds.mixed(seed + 4)),
                ContactKind.POSTAL, new NumberedIds(NumberedIds.mixed(seed + 5)));
        this.proseOfMessage = proseThatFills(messageBytes);
        this.prose = prose(new Random(seed), proseOfMessage + (1 << 16));
        this.verdicts = verdicts();
    }

    int subjects() {
        return subjects;
    }

    int statements() {
        return statements;
    }

    int messages() {
        return messages;
    }

    String subjectId(int subject) {
        return subjectIds.of(subject);
    }

    /** The subject of an id that {@link #subjectId} gave. */
    int subjectOf(String subjectId) {
        return (int) subjectIds.numberOf(subjectId);
    }

    /** Whose statement it is: first everybody speaks once, then anybody. */
    int speaker(int statement) {
        return statement < subjects ? statement : pick(eventIds.salt() + statement);
    }

    /** A statement, later than those before it, so that each changes its subject's state. */
    ConsentChanged statement(int number) {
        int subject = speaker(number);
        long chance = NumberedIds.mixed(seed - number);
        Scope scope = CHANNELS_AND_USE[(int) Math.floorMod(chance, (long) CHANNELS_AND_USE.length)];
        Instant at = BEGAN.plusMillis(number);
        return ConsentChanged.newBuilder()
                .setEventId(eventIds.uuid(number))
                .setSubjectId(subjectIds.of(subject))
                .setScope(scope)
                .setWill(SAID[(int) (chance >>> 62)])
                .setContactPointId(contactPointId(scope, subject))
                .setOccurredAt(at)
                .setRecordedAt(at)
                .setDoor(Door.PREFERENCE_PAGE)
                .setNoticeVersion(NOTICE)
                .setWording("Minulle saa lähettää tietoa tuotteista ja palveluista.")
                .build();
    }

    /** What is in force for a subject whom messages go to: somebody who has filled in a form. */
    ConsentState state(int subject) {
        List<KnownContactPoint> points = new ArrayList<>();
        for (ContactKind kind : ContactKind.values()) {
            points.add(new KnownContactPoint(kind, contactPointIds.get(kind).of(subject), BEGAN, BEGAN, false));
        }
        List<StatementInForce> said = new ArrayList<>();
        Attitude.of(subject).said().forEach((ofScope, will) -> {
            Scope scope = Words.same(ofScope, Scope.class);
            said.add(StatementInForce.newBuilder()
                    .setScope(scope)
                    .setContactPointId(contactPointId(scope, subject))
                    .setWill(Words.same(will, Will.class))
                    .setOccurredAt(BEGAN)
                    .setRecordedAt(BEGAN)
                    .setDoor(Door.FORM)
                    .setEventId(eventIds.uuid(subject))
                    .setNoticeVersion(NOTICE)
                    .build());
        });
        return ConsentState.newBuilder()
                .setSubjectId(subjectIds.of(subject))
                .setKind(SubjectKind.PERSON)
                .setKindSince(BEGAN)
                .setPersonal(StatePersonalData.newBuilder()
                        .setName(new DatedText("Aino Korhonen", BEGAN))
                        .setContactPoints(Map.of(
                                points.get(0).getId(), "aino." + subject + "@example.com",
                                points.get(1).getId(), "+3584%08d".formatted(subject),
                                points.get(2).getId(), "Kauppakatu " + subject + ", 40100 Jyväskylä"))
                        .build())
                .setContactPoints(points)
                .setStatements(said)
                .setLanguage(new DatedText("fi", BEGAN))
                .setRegisteredAt(BEGAN)
                .setCustomership(Customership.NONE)
                .setRevision(said.size())
                .build();
    }

    /** What is published of a subject, sealed as consent-stream seals it. */
    ConsentState published(int subject) {
        ConsentState state = state(subject);
        String subjectId = state.getSubjectId();
        ByteBuffer wrapped = Site.masterKey().newSubjectKey(subjectId);
        return ConsentState.newBuilder(state)
                .setSealed(Site.masterKey().unwrap(wrapped, subjectId).state(state.getPersonal(), subjectId))
                .setWrappedKey(wrapped)
                .setPersonal(null)
                .build();
    }

    /** The campaign that all messages belong to. */
    CampaignDefined campaign() {
        return CampaignDefined.newBuilder()
                .setCampaignId(CAMPAIGN)
                .setName("Bench")
                .setPurpose(Purpose.DIRECT_MARKETING)
                .setChannels(List.of(Channel.values()))
                .setProcessor(new Processor("Postittaja Oy", "FI", TransferBasis.NONE))
                .setValidFrom(BEGAN)
                .setDefinedAt(BEGAN)
                .setDefinedBy(CAMPAIGN)
                .build();
    }

    /** How many addresses were stopped: for every attitude equally often. */
    int stops() {
        int round = ATTITUDES * STOPPED_ONE_OF;
        return subjects / round * ATTITUDES + Math.min(ATTITUDES, subjects % round);
    }

    ContactPointStop stop(int number) {
        int subject = number / ATTITUDES * ATTITUDES * STOPPED_ONE_OF + number % ATTITUDES;
        String address = contactPointId(Scope.EMAIL, subject);
        return new ContactPointStop(
                address,
                List.of(StatementInForce.newBuilder()
                        .setScope(Scope.EMAIL)
                        .setContactPointId(address)
                        .setWill(Will.PROHIBIT)
                        .setOccurredAt(BEGAN.plusMillis(1))
                        .setRecordedAt(BEGAN.plusMillis(1))
                        .setDoor(Door.UNSUBSCRIBE_LINK)
                        .setEventId(eventIds.uuid(subject))
                        .build()));
    }

    private static boolean isStopped(int subject) {
        return subject / ATTITUDES % STOPPED_ONE_OF == 0;
    }

    /** The message that is sent at a place: one of two that are the same comes again. */
    int sent(int place) {
        return place % REPEATED_ONE_OF == REPEATED_ONE_OF - 1 ? place - REPEATED_AFTER : place;
    }

    /** How often a message is sent. */
    int times(int message) {
        if (sent(message) != message) {
            return 0;
        }
        int again = message + REPEATED_AFTER;
        return again < messages && sent(again) == message ? 2 : 1;
    }

    int recipient(int message) {
        return pick(messageIds.salt() + message);
    }

    CampaignMessage message(int number) {
        int from = (int) Math.floorMod(NumberedIds.mixed(number), (long) (prose.length() - proseOfMessage));
        return message(number, prose.substring(from, from + proseOfMessage));
    }

    private CampaignMessage message(int number, String text) {
        return new CampaignMessage(
                messageIds.of(number),
                CAMPAIGN,
                channel(number),
                subjectIds.of(recipient(number)),
                new MessagePersonalData(null, null, null, Map.of("text", text)),
                "spring",
                null,
                BEGAN);
    }

    Channel channel(int message) {
        return Channel.values()[(int) (NumberedIds.mixed(messageIds.salt() - message) >>> 62)];
    }

    /** The message of an id. */
    int messageOf(String messageId) {
        return (int) messageIds.numberOf(messageId);
    }

    /** What the policy says of a message. */
    Verdict verdict(int message) {
        int recipient = recipient(message);
        int row = Attitude.of(recipient).ordinal() + (isStopped(recipient) ? 0 : ATTITUDES);
        return verdicts[row][channel(message).ordinal()];
    }

    /** The policy answers alike for people of one attitude, so it is asked once for each: those with a stop come first. */
    private Verdict[][] verdicts() {
        Policy policy = Site.policy();
        Channel[] channels = Channel.values();
        Verdict[][] answers = new Verdict[2 * ATTITUDES][channels.length];
        for (int row = 0; row < answers.length; row++) {
            int attitude = row % ATTITUDES;
            Consents said = Consents.of(
                    stop(attitude).getStops().stream().map(Statements::of).toList());
            Stops stops = row < ATTITUDES ? contactPoint -> said : Stops.NONE;
            for (int channel = 0; channel < channels.length; channel++) {
                Enquiry enquiry =
                        new Enquiry(Words.same(channels[channel], fi.lupa.permission.Channel.class), null, null);
                answers[row][channel] = policy.decide(
                        enquiry, Campaigns.of(campaign()), Subjects.of(state(attitude)), stops, BEGAN.plusSeconds(1));
            }
        }
        return answers;
    }

    private int pick(long chance) {
        return (int) Math.floorMod(NumberedIds.mixed(chance), (long) subjects);
    }

    private String contactPointId(Scope scope, int subject) {
        ContactKind kind =
                switch (scope) {
                    case EMAIL -> ContactKind.EMAIL;
                    case MOBILE, PHONE -> ContactKind.PHONE;
                    case POST -> ContactKind.POSTAL;
                    case MARKET_RESEARCH, MARKETING_USE, WEB_ANALYTICS -> null;
                };
        return kind == null ? null : contactPointIds.get(kind).of(subject);
    }

    /** How many characters of text bring a message to its size; twice, since a longer text has a longer length before it. */
    private int proseThatFills(int messageBytes) {
        int empty = size("");
        if (messageBytes < empty) {
            throw new IllegalArgumentException("No message is that small; the smallest has " + empty + " bytes.");
        }
        int text = messageBytes - empty;
        return Math.max(0, text - (size("x".repeat(text)) - messageBytes));
    }

    private int size(String text) {
        byte[] value = BenchSerdes.inMemory()
                .of(Topics.CAMPAIGN_MESSAGES)
                .serializer()
                .serialize(Topics.CAMPAIGN_MESSAGES.name(), message(0, text));
        return subjectId(0).length() + value.length;
    }

    /** Words without sense, which compress as text does. */
    private static String prose(Random random, int length) {
        String letters = "aaaeeiiinnottsslkumrvhjp";
        StringBuilder text = new StringBuilder(length);
        while (text.length() < length) {
            boolean space = random.nextInt(7) == 0;
            text.append(space ? ' ' : letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }
}
