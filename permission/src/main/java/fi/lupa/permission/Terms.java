package fi.lupa.permission;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What a company has promised: the content of its {@code policy.yaml}, line by line. {@link Policy} decides by it.
 *
 * @param version told with every decision
 * @param purposes every purpose there is
 * @param topics within marketing, by name, in the order in which people are shown them
 * @param alsoProhibits the channels that a prohibition on another stops too, unless a consent for them is newer (R3)
 * @param staleAfter how long a cleared message may still go out, for every channel
 * @param confirmWithin how long a consent may wait for its confirmation
 * @param consentValidFor how long a consent counts; for ever on a channel that is not named
 * @param clearedOnceWithin how long a message of a campaign is not cleared again
 * @param timeZone where a recipient is whose address or number does not tell
 */
public record Terms(
        String version,
        Map<Purpose, PurposeTerms> purposes,
        Map<String, Topic> topics,
        Map<Channel, Set<Channel>> alsoProhibits,
        EssentialOnly essentialOnly,
        Transfers transfers,
        Map<Channel, Duration> staleAfter,
        Duration confirmWithin,
        Map<Channel, Period> consentValidFor,
        Duration clearedOnceWithin,
        ZoneId timeZone,
        List<Cap> caps,
        List<QuietHours> quietHours) {

    /** Takes complete terms only: what has no answer could not be decided. */
    public Terms {
        purposes = complete(Purpose.class, purposes);
        topics = topics == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(topics));
        alsoProhibits = some(Channel.class, alsoProhibits);
        alsoProhibits.replaceAll((channel, others) -> set(Channel.class, others));
        alsoProhibits = Collections.unmodifiableMap(alsoProhibits);
        staleAfter = complete(Channel.class, staleAfter);
        consentValidFor = Collections.unmodifiableMap(some(Channel.class, consentValidFor));
        caps = caps == null ? List.of() : List.copyOf(caps);
        quietHours = quietHours == null ? List.of() : List.copyOf(quietHours);
        if (Stream.of(version, essentialOnly, transfers, confirmWithin, clearedOnceWithin, timeZone)
                .anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("incomplete terms");
        }
    }

    /**
     * Until when a message may be cleared: until it expires, and no longer than it is remembered what was cleared. One that is
     * older may have been cleared before, by whoever then read what is now read again.
     *
     * @param writtenAt when it was written to its topic
     * @param expiresAt null where its sender names no end
     */
    public Instant goodUntil(Instant writtenAt, Instant expiresAt) {
        Instant remembered = writtenAt.plus(clearedOnceWithin);
        return expiresAt == null || expiresAt.isAfter(remembered) ? remembered : expiresAt;
    }

    /** What is needed before a message of a purpose goes out on a channel. */
    public enum Answer {
        /** A consent in force. */
        OPT_IN("opt-in"),
        /** Nothing, until a prohibition that binds the purpose is set, or a consent for the channel taken back. */
        OPT_OUT("opt-out"),
        /** Nothing, whatever is prohibited. */
        ALWAYS("always");

        private final String written;

        Answer(String written) {
            this.written = written;
        }

        /** As it is written in the file. */
        @Override
        public String toString() {
            return written;
        }
    }

    /** A prohibition that can bind a purpose. */
    public enum Prohibition {
        /** That on the channel used. */
        CHANNEL,
        /** That on marketing use of the data, on every channel. */
        MARKETING_USE,
        /** That on market research, on every channel. */
        MARKET_RESEARCH
    }

    /**
     * What is needed for messages of one purpose.
     *
     * @param finnish the privacy notice's word for the purpose
     * @param person the answer for every channel
     * @param organisation the answers that are others for an organisation's own address (R8)
     * @param prohibitedBy the prohibitions that stop it on the channels that are not {@link Answer#ALWAYS}
     */
    public record PurposeTerms(
            String finnish,
            Map<Channel, Answer> person,
            Map<Channel, Answer> organisation,
            Set<Prohibition> prohibitedBy) {

        public PurposeTerms {
            person = complete(Channel.class, person);
            organisation = Collections.unmodifiableMap(some(Channel.class, organisation));
            prohibitedBy = set(Prohibition.class, prohibitedBy);
        }

        public Answer answer(SubjectKind kind, Channel channel) {
            Answer same = person.get(channel);
            return kind == SubjectKind.ORGANISATION ? organisation.getOrDefault(channel, same) : same;
        }
    }

    /**
     * A topic within marketing, such as a newsletter.
     *
     * @param answer {@link Answer#OPT_OUT} where it comes until refused, {@link Answer#OPT_IN} where it has to be chosen
     * @param name for people, by language, ISO 639-1
     */
    public record Topic(Answer answer, Map<String, String> name) {

        public Topic {
            Objects.requireNonNull(answer, "answer");
            name = Collections.unmodifiableMap(new LinkedHashMap<>(name));
        }

        /** The name in a language, else in the first that there is one in. */
        public String nameIn(String language) {
            return name.getOrDefault(language, name.values().iterator().next());
        }
    }

    /**
     * Who gets the essential only (R7).
     *
     * @param whenProhibited they have prohibited all of these, and no consent to be contacted is in force
     * @param stillSent the purposes that still reach them
     */
    public record EssentialOnly(Set<Scope> whenProhibited, Set<Purpose> stillSent) {

        public EssentialOnly {
            whenProhibited = set(Scope.class, whenProhibited);
            stillSent = set(Purpose.class, stillSent);
        }
    }

    /**
     * Where personal data may go (R11).
     *
     * @param homeArea countries that need no ground, ISO 3166-1 alpha-2
     * @param adequate countries whose protection has been found adequate
     * @param bases the grounds that are accepted outside the home area
     */
    public record Transfers(Set<String> homeArea, Set<String> adequate, Set<TransferBasis> bases) {

        public Transfers {
            homeArea = inOrder(homeArea);
            adequate = inOrder(adequate);
            bases = set(TransferBasis.class, bases);
        }

        /** Told in their order, and looked up by their hashes. */
        private static Set<String> inOrder(Set<String> countries) {
            return Collections.unmodifiableSet(new LinkedHashSet<>(new TreeSet<>(countries)));
        }

        /** An adequacy decision is a ground only where there is one. */
        boolean permit(String country, TransferBasis basis) {
            boolean grounded = basis != TransferBasis.NONE && bases.contains(basis);
            return homeArea.contains(country)
                    || (grounded && (basis != TransferBasis.ADEQUACY_DECISION || adequate.contains(country)));
        }
    }

    /** At most so many messages of some purposes, on some channels together, to one person within a rolling window. */
    public record Cap(Set<Purpose> purposes, Set<Channel> channels, int most, Duration window) {

        public Cap {
            purposes = set(Purpose.class, purposes);
            channels = set(Channel.class, channels);
        }

        boolean binds(Purpose purpose, Channel channel) {
            return purposes.contains(purpose) && channels.contains(channel);
        }
    }

    /**
     * The hours outside which some channels rest for some purposes, in the recipient's own time.
     *
     * @param weekdaysOnly true where they rest on Saturdays and Sundays
     */
    public record QuietHours(
            Set<Purpose> purposes, Set<Channel> channels, LocalTime opens, LocalTime closes, boolean weekdaysOnly) {

        public QuietHours {
            purposes = set(Purpose.class, purposes);
            channels = set(Channel.class, channels);
        }

        boolean bind(Purpose purpose, Channel channel) {
            return purposes.contains(purpose) && channels.contains(channel);
        }

        /** The first moment, from the given one on, that lies within the hours. */
        Instant opening(Instant from, ZoneId zone) {
            ZonedDateTime local = from.atZone(zone);
            LocalDate day = local.toLocalDate();
            if (!rests(day)
                    && !local.toLocalTime().isBefore(opens)
                    && local.toLocalTime().isBefore(closes)) {
                return from;
            }
            if (rests(day) || !local.toLocalTime().isBefore(opens)) {
                day = day.plusDays(1);
            }
            while (rests(day)) {
                day = day.plusDays(1);
            }
            ZonedDateTime opening = day.atTime(opens).atZone(zone);
            // In the hour that comes twice, the first opening may be over.
            return opening.toInstant().isBefore(from)
                    ? opening.withLaterOffsetAtOverlap().toInstant()
                    : opening.toInstant();
        }

        private boolean rests(LocalDate day) {
            return weekdaysOnly && (day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY);
        }
    }

    /** Whether campaigns of the purpose can be on a topic: within what a prohibition of marketing use stops. */
    public boolean hasTopics(Purpose purpose) {
        return purposes.get(purpose).prohibitedBy().contains(Prohibition.MARKETING_USE);
    }

    /** The moment from which a consent given then no longer counts; null where it counts for ever. */
    public Instant consentEnds(Channel channel, Instant since) {
        Period validFor = consentValidFor.get(channel);
        return validFor == null
                ? null
                : since.atZone(ZoneOffset.UTC).plus(validFor).toInstant();
    }

    private static <K extends Enum<K>, V> Map<K, V> complete(Class<K> keys, Map<K, V> map) {
        Map<K, V> copy = some(keys, map);
        for (K key : keys.getEnumConstants()) {
            if (copy.get(key) == null) {
                throw new IllegalArgumentException("nothing is said of " + key);
            }
        }
        return Collections.unmodifiableMap(copy);
    }

    private static <K extends Enum<K>, V> Map<K, V> some(Class<K> keys, Map<K, V> map) {
        Map<K, V> copy = new EnumMap<>(keys);
        copy.putAll(map == null ? Map.of() : map);
        return copy;
    }

    private static <E extends Enum<E>> Set<E> set(Class<E> words, Set<E> set) {
        Set<E> copy = EnumSet.noneOf(words);
        copy.addAll(set == null ? Set.of() : set);
        return Collections.unmodifiableSet(copy);
    }
}
