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
 * Where somebody stands on every scope, whether messages really come, and what a switch would say. Whether they come is
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

    /** Whether the scope is switched on: the person's word on it, whatever else keeps messages away. */
    boolean isOn(Scope scope) {
        Channel channel = channel(scope);
        if (channel != null) {
            return refusals(Purpose.DIRECT_MARKETING, channel).stream().noneMatch(Choices::isOfTheChannel);
        }
        Standing standing = standing(scope);
        return scope == Scope.WEB_ANALYTICS
                ? standing.is(ConsentStatus.GRANTED)
                : !standing.is(ConsentStatus.PROHIBITED) && !standing.is(ConsentStatus.WITHDRAWN);
    }

    /** Whether the person may switch it on: a consent is for an address or number, and one that waits is confirmed by its link. */
    boolean mayTurnOn(Scope scope) {
        return channel(scope) == null
                || !needsConsent(scope)
                || (pointInUse(scope) != null && !standing(scope).is(ConsentStatus.PENDING));
    }

    Standing standing(Scope scope) {
        return policy.standing(subject, scope, at);
    }

    /** What stands against direct marketing on a channel, the decisive first; empty where it comes. */
    public List<Refusal> refusals(Channel channel) {
        return refusals(Purpose.DIRECT_MARKETING, channel);
    }

    /** What stands against surveys on the channel where least does; empty where they come. */
    public List<Refusal> surveyRefusals() {
        List<Refusal> fewest = null;
        for (Channel channel : Channel.values()) {
            List<Refusal> refusals = refusals(Purpose.MARKET_RESEARCH, channel);
            fewest = fewest == null || refusals.size() < fewest.size() ? refusals : fewest;
        }
        return fewest;
    }

    private List<Refusal> refusals(Purpose purpose, Channel channel) {
        String home = policy.terms().transfers().homeArea().stream().findFirst().orElse("FI");
        Campaign open =
                new Campaign("", purpose, EnumSet.allOf(Channel.class), home, TransferBasis.NONE, Instant.EPOCH, null);
        Verdict verdict = policy.decide(new Enquiry(channel, null, null), open, subject, stops, at);
        return verdict instanceof Verdict.Suppressed suppressed ? suppressed.refusals() : List.of();
    }

    static boolean isOfTheChannel(Refusal refusal) {
        return OF_THE_CHANNEL.contains(refusal.reason())
                || (refusal.reason() == Reason.CONTACT_POINT_STOPPED
                        && channel(refusal.because().scope()) != null);
    }

    boolean essentialOnly() {
        return policy.essentialOnly(subject, at);
    }

    /** The channels that a prohibition on this scope stops as well, by the terms. */
    Set<Channel> alsoStops(Scope scope) {
        Channel channel = channel(scope);
        return channel == null ? Set.of() : policy.terms().alsoProhibits().getOrDefault(channel, Set.of());
    }

    /** What switching a scope says. */
    Will will(Scope scope, boolean on) {
        if (!on) {
            return scope == Scope.WEB_ANALYTICS ? Will.WITHDRAW : Will.PROHIBIT;
        }
        return needsConsent(scope) ? Will.GRANT : Will.LIFT;
    }

    /** The address or number that a switch speaks of: a consent's own; a no, where several customers share it. Null for the whole scope. */
    String contactPoint(Scope scope, Will will) {
        Channel channel = channel(scope);
        boolean ofOne = channel != null && (will == Will.GRANT || subject.shared());
        return ofOne && pointInUse(scope) != null ? pointInUse(scope).id() : null;
    }

    /** What has yet to be forbidden for everything to be, for good and wherever the person is reached. */
    List<Scope> stillToForbid() {
        return Arrays.stream(Scope.values())
                .filter(scope -> scope == Scope.WEB_ANALYTICS ? isOn(scope) : !isForbidden(scope))
                .toList();
    }

    private boolean isForbidden(Scope scope) {
        Standing standing = standing(scope);
        return standing.is(ConsentStatus.PROHIBITED)
                && standing.because().validUntil() == null
                && (standing.because().contactPoint() == null || subject.shared());
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

    /** Whether only a consent switches the scope on: by the terms, or because another channel's prohibition stops it as well. */
    private boolean needsConsent(Scope scope) {
        Channel channel = channel(scope);
        if (channel == null) {
            return scope == Scope.WEB_ANALYTICS;
        }
        Answer answer = policy.terms().purposes().get(Purpose.DIRECT_MARKETING).answer(subject.kind(), channel);
        return answer == Answer.OPT_IN || refusals(channel).stream().anyMatch(refusal -> isAnothers(refusal, scope));
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
