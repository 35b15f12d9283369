package fi.lupa.permission;

import fi.lupa.permission.Terms.Answer;
import fi.lupa.permission.Terms.Prohibition;
import fi.lupa.permission.Terms.PurposeTerms;
import java.time.Instant;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The {@link Terms}, laid out by purpose, kind and channel: a decision looks up what binds it, and searches for nothing. */
final class Bindings {

    private static final Purpose[] PURPOSES = Purpose.values();
    private static final SubjectKind[] KINDS = SubjectKind.values();
    private static final Channel[] CHANNELS = Channel.values();

    /**
     * What binds messages of a purpose to somebody of a kind on a channel. Where the answer is always, no prohibition does.
     *
     * @param answer what is needed
     * @param channel whether a prohibition on the channel stops them
     * @param marketingUse whether a prohibition of marketing use does
     * @param marketResearch whether a prohibition of market research does
     * @param caps of the terms
     * @param quietHours of the terms
     */
    record Binding(
            Answer answer,
            boolean channel,
            boolean marketingUse,
            boolean marketResearch,
            List<Terms.Cap> caps,
            List<Terms.QuietHours> quietHours) {

        private static Binding of(Terms terms, Purpose purpose, SubjectKind kind, Channel channel) {
            PurposeTerms asked = terms.purposes().get(purpose);
            Answer answer = asked.answer(kind, channel);
            Set<Prohibition> prohibitedBy = answer == Answer.ALWAYS ? Set.of() : asked.prohibitedBy();
            return new Binding(
                    answer,
                    prohibitedBy.contains(Prohibition.CHANNEL),
                    prohibitedBy.contains(Prohibition.MARKETING_USE),
                    prohibitedBy.contains(Prohibition.MARKET_RESEARCH),
                    terms.caps().stream()
                            .filter(cap -> cap.binds(purpose, channel))
                            .toList(),
                    terms.quietHours().stream()
                            .filter(hours -> hours.bind(purpose, channel))
                            .toList());
        }

        boolean needsConsent() {
            return answer == Answer.OPT_IN;
        }

        /** Whether what was said about the channel counts for the purpose at all. */
        boolean heedsTheChannel() {
            return needsConsent() || channel;
        }
    }

    private final Terms terms;
    private final Binding[][][] bindings = new Binding[PURPOSES.length][KINDS.length][CHANNELS.length];
    private final Channel[][] alsoProhibitedBy = new Channel[CHANNELS.length][];
    private final Scope[] essentialOnlyWhenProhibited;
    /** In seconds; no calendar makes it fewer. */
    private final long[] consentCountsAtLeast = new long[CHANNELS.length];

    private final boolean[] stillSent = new boolean[PURPOSES.length];

    Bindings(Terms terms) {
        this.terms = terms;
        for (Purpose purpose : PURPOSES) {
            for (SubjectKind kind : KINDS) {
                for (Channel channel : CHANNELS) {
                    bindings[purpose.ordinal()][kind.ordinal()][channel.ordinal()] =
                            Binding.of(terms, purpose, kind, channel);
                }
            }
            stillSent[purpose.ordinal()] = terms.essentialOnly().stillSent().contains(purpose);
        }
        for (Channel channel : CHANNELS) {
            alsoProhibitedBy[channel.ordinal()] = Arrays.stream(CHANNELS)
                    .filter(other ->
                            terms.alsoProhibits().getOrDefault(other, Set.of()).contains(channel))
                    .toArray(Channel[]::new);
            Period validFor = terms.consentValidFor().get(channel);
            consentCountsAtLeast[channel.ordinal()] =
                    validFor == null ? Long.MAX_VALUE : TimeUnit.DAYS.toSeconds(fewestDays(validFor));
        }
        essentialOnlyWhenProhibited = terms.essentialOnly().whenProhibited().toArray(Scope[]::new);
    }

    Terms terms() {
        return terms;
    }

    Binding of(Purpose purpose, SubjectKind kind, Channel channel) {
        return bindings[purpose.ordinal()][kind.ordinal()][channel.ordinal()];
    }

    /** The channels whose prohibition stops a channel, too (R3). */
    Channel[] alsoProhibitedBy(Channel channel) {
        return alsoProhibitedBy[channel.ordinal()];
    }

    /** Whether a consent given then no longer counts. The calendar is looked up only for one that is old enough to be close to it. */
    boolean consentHasEnded(Channel channel, Instant since, Instant at) {
        return at.getEpochSecond() - since.getEpochSecond() >= consentCountsAtLeast[channel.ordinal()]
                && !at.isBefore(terms.consentEnds(channel, since));
    }

    private static long fewestDays(Period period) {
        long months = period.toTotalMonths();
        return months * (months < 0 ? 31 : 28) + period.getDays();
    }

    /** Who has prohibited all of these gets the essential only (R7). */
    Scope[] essentialOnlyWhenProhibited() {
        return essentialOnlyWhenProhibited;
    }

    /** Whether messages of a purpose reach also those who get the essential only. */
    boolean isEssential(Purpose purpose) {
        return stillSent[purpose.ordinal()];
    }
}
