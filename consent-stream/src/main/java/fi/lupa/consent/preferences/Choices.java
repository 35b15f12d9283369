package fi.lupa.consent.preferences;

import fi.lupa.consent.query.Files;
import fi.lupa.event.ConsentState;
import fi.lupa.permission.Campaign;
import fi.lupa.permission.Channel;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.Consents;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Reason;
import fi.lupa.permission.Refusal;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Standing;
import fi.lupa.permission.Statement;
import fi.lupa.permission.Stops;
import fi.lupa.permission.Subject;
import fi.lupa.permission.Terms.Answer;
import fi.lupa.permission.TransferBasis;
import fi.lupa.permission.Verdict;
import fi.lupa.permission.Will;
import fi.lupa.schemas.mapping.Subjects;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Where somebody stands on every scope and topic, whether messages really come, and what a switch would say. Whether they come is
 * asked of {@link Policy#decide}, as the router asks it, about a campaign that nothing but the person can stand against.
 */
public record Choices(Policy policy, Subject subject, Stops stops, Instant at) {

    /** What the person said about the channel itself, or did not say. What else stands against a message leaves it on. */
    private static final Set<Reason> OF_THE_CHANNEL = EnumSet.of(
            Reason.CHANNEL_PROHIBITED,
            Reason.CONSENT_WITHDRAWN,
            Reason.NO_CONSENT,
            Reason.CONSENT_PENDING,
            Reason.STATE_UNAVAILABLE);

    /** Those of a subject, with the stops of the addresses and numbers in use, wherever they are kept. */
    public static CompletableFuture<Choices> of(
            Context ctx, Files files, Policy policy, ConsentState state, Instant now) {
        Subject subject = Subjects.of(state);
        CompletableFuture<Map<String, Consents>> stops = CompletableFuture.completedFuture(new HashMap<>());
        for (ContactKind kind : ContactKind.values()) {
            ContactPoint point = pointInUse(subject, kind);
            if (point != null) {
                stops = stops.thenCombine(files.stops(ctx, point.id(), now), (all, said) -> {
                    all.put(point.id(), said);
                    return all;
                });
            }
        }
        return stops.thenApply(
                all -> new Choices(policy, subject, point -> all.getOrDefault(point, Consents.none()), now));
    }

    /** The scope's own channel; null for a scope that is none. */
    public static Channel channel(Scope scope) {
        return Arrays.stream(Channel.values())
                .filter(channel -> channel.scope() == scope)
                .findFirst()
                .orElse(null);
    }

    /** Whether it is switched on: the person's word on it, whatever else keeps messages away. */
    boolean isOn(Choice choice) {
        if (choice.topic() != null) {
            return policy.wants(subject, choice.topic(), at);
        }
        Channel channel = channel(choice.scope());
        if (channel != null) {
            return refusals(channel).stream().noneMatch(Choices::isOfTheChannel);
        }
        Standing standing = standing(choice);
        return choice.scope() == Scope.WEB_ANALYTICS
                ? standing.is(ConsentStatus.GRANTED)
                : !standing.is(ConsentStatus.PROHIBITED) && !standing.is(ConsentStatus.WITHDRAWN);
    }

    /** Whether the person may switch it on: a consent is for an address or number, and one that waits is confirmed by its link. */
    boolean mayTurnOn(Choice choice) {
        return channel(choice.scope()) == null
                || !needsConsent(choice)
                || (pointInUse(choice.scope()) != null && !standing(choice).is(ConsentStatus.PENDING));
    }

    Standing standing(Choice choice) {
        return choice.topic() == null
                ? policy.standing(subject, choice.scope(), at)
                : policy.standing(subject, choice.topic(), at);
    }

    /** What stands against direct marketing on a channel, the decisive first; empty where it comes. */
    public List<Refusal> refusals(Channel channel) {
        return refusals(Purpose.DIRECT_MARKETING, null, channel);
    }

    /** What stands against surveys on the channel where least does; empty where they come. */
    public List<Refusal> surveyRefusals() {
        return fewestRefusals(Purpose.MARKET_RESEARCH, null);
    }

    /** What stands against direct marketing on a topic, on the channel where least does; empty where it comes. */
    public List<Refusal> topicRefusals(String topic) {
        return fewestRefusals(Purpose.DIRECT_MARKETING, topic);
    }

    private List<Refusal> fewestRefusals(Purpose purpose, String topic) {
        List<Refusal> fewest = null;
        for (Channel channel : Channel.values()) {
            List<Refusal> refusals = refusals(purpose, topic, channel);
            fewest = fewest == null || refusals.size() < fewest.size() ? refusals : fewest;
        }
        return fewest;
    }

    private List<Refusal> refusals(Purpose purpose, String topic, Channel channel) {
        String home = policy.terms().transfers().homeArea().stream().findFirst().orElse("FI");
        Campaign open = new Campaign(
                "",
                purpose,
                topic,
                EnumSet.allOf(Channel.class),
                home,
                TransferBasis.NONE,
                Instant.EPOCH,
                null,
                List.of(),
                List.of());
        Verdict verdict = policy.decide(new Enquiry(channel, null, null), open, subject, stops, at);
        return verdict instanceof Verdict.Suppressed suppressed ? suppressed.refusals() : List.of();
    }

    static boolean isOfTheChannel(Refusal refusal) {
        return OF_THE_CHANNEL.contains(refusal.reason())
                || (refusal.reason() == Reason.CONTACT_POINT_STOPPED
                        && channel(refusal.because().scope()) != null);
    }

    /** The topic's name in the language, else in the first that it has one in. */
    String topicName(Choice choice, String language) {
        return policy.terms().topics().get(choice.topic()).nameIn(language);
    }

    boolean essentialOnly() {
        return policy.essentialOnly(subject, at);
    }

    /** The channels that a prohibition on this scope stops as well, by the terms. */
    Set<Channel> alsoStops(Scope scope) {
        Channel channel = channel(scope);
        return channel == null ? Set.of() : policy.terms().alsoProhibits().getOrDefault(channel, Set.of());
    }

    /** What switching it says. */
    Will will(Choice choice, boolean on) {
        if (!on) {
            return choice.scope() == Scope.WEB_ANALYTICS ? Will.WITHDRAW : Will.PROHIBIT;
        }
        return needsConsent(choice) ? Will.GRANT : Will.LIFT;
    }

    /** The address or number that a switch speaks of: a consent's own; a no, where several customers share it. Null for the whole scope. */
    String contactPoint(Scope scope, Will will) {
        Channel channel = channel(scope);
        boolean ofOne = channel != null && (will == Will.GRANT || subject.shared());
        return ofOne && pointInUse(scope) != null ? pointInUse(scope).id() : null;
    }

    /**
     * What is forbidden for everything to be, for good and wherever the person is reached; what is forbidden by now, too, since something
     * newer may be on its way still.
     */
    List<Choice> toForbid() {
        return Choice.scopes().stream()
                .filter(choice -> choice.scope() != Scope.WEB_ANALYTICS || isOn(choice))
                .toList();
    }

    /** Just before now; or just after what stands, where the clock of who recorded that was ahead: a no is to count over it. */
    Instant afterWhatStands(Choice choice) {
        Instant since = standing(choice).since();
        return since == null || since.isBefore(at.minusMillis(1)) ? at.minusMillis(1) : since.plusMillis(1);
    }

    /** Where the person stands once these are folded. */
    Choices after(List<Statement> said, Instant then) {
        Consents consents = subject.consents();
        for (Statement statement : said) {
            consents = consents.with(statement);
        }
        Subject next = new Subject(
                subject.id(),
                subject.kind(),
                consents,
                subject.contactPoints(),
                subject.shared(),
                subject.revision() + 1);
        return new Choices(policy, next, stops, then);
    }

    /** Whether only a consent switches it on: by the terms, or because another channel's prohibition stops it as well. */
    private boolean needsConsent(Choice choice) {
        if (choice.topic() != null) {
            return policy.terms().topics().get(choice.topic()).answer() == Answer.OPT_IN;
        }
        Channel channel = channel(choice.scope());
        if (channel == null) {
            return choice.scope() == Scope.WEB_ANALYTICS;
        }
        Answer answer = policy.terms().purposes().get(Purpose.DIRECT_MARKETING).answer(subject.kind(), channel);
        return answer == Answer.OPT_IN
                || refusals(channel).stream().anyMatch(refusal -> isAnothers(refusal, choice.scope()));
    }

    /** Whether the prohibition of another channel is what stands against this one. */
    static boolean isAnothers(Refusal refusal, Scope scope) {
        return refusal.reason() == Reason.CHANNEL_PROHIBITED
                && refusal.because().scope() != scope;
    }

    private ContactPoint pointInUse(Scope scope) {
        Channel channel = channel(scope);
        return channel == null ? null : pointInUse(subject, channel.reachedAt());
    }

    /** The latest of its kind; null if there is none. */
    static ContactPoint pointInUse(Subject subject, ContactKind kind) {
        return subject.contactPoints().stream()
                .filter(point -> point.kind() == kind)
                .findFirst()
                .orElse(null);
    }
}
