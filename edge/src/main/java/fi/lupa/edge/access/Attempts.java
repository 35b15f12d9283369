package fi.lupa.edge.access;

import fi.lupa.edge.http.ProblemException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down whoever guesses passwords. After a few attempts without success a name, or an address, waits twice as long for
 * every further one, up to a quarter of an hour; after a quiet hour all is forgotten.
 */
final class Attempts {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    private static final int FREE_FOR_A_NAME = 5;
    private static final int FREE_FOR_AN_ADDRESS = 30;

    private static final int LONGEST_NAME = 200;

    /** Names and addresses beyond this many push out those that have been quiet longest. */
    private static final int MOST = 100_000;

    private final Clock clock;
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true);

    /** Attempts without success, and the moment before which no other is heard. */
    private record Count(int attempts, Instant until) {}

    Attempts(Clock clock) {
        this.clock = clock;
    }

    /**
     * Counts an attempt as failed before it is tried, so that many at once are not tried for the price of one.
     *
     * @throws ProblemException 429 if the name or the address has to wait
     */
    synchronized void begin(String name, String address) {
        Instant now = clock.instant();
        Duration wait = max(left(named(name), now), left(at(address), now));
        if (!wait.isZero()) {
            throw ProblemException.tooManyRequests(wait);
        }
        count(named(name), FREE_FOR_A_NAME, now);
        count(at(address), FREE_FOR_AN_ADDRESS, now);
    }

    /** The attempt was good: the name is free again. The address keeps its count but for this one, since one good password proves little. */
    synchronized void succeeded(String name, String address) {
        counts.remove(named(name));
        counts.computeIfPresent(at(address), (who, count) -> new Count(count.attempts() - 1, clock.instant()));
    }

    /** As long as a name may be typed, no more of it is kept. */
    private static String named(String name) {
        return "name " + (name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME));
    }

    /** Whoever has one address of IPv6 has all that begin with the same 64 bits. */
    private static String at(String address) {
        if (address.indexOf(':') < 0) {
            return "address " + address;
        }
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return "address " + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 8));
        } catch (UnknownHostException e) {
            return "address " + address;
        }
    }

    private Duration left(String who, Instant now) {
        Count count = counts.get(who);
        if (count == null || !now.isBefore(count.until().plus(FORGOTTEN_AFTER))) {
            counts.remove(who);
            return Duration.ZERO;
        }
        return now.isBefore(count.until()) ? Duration.between(now, count.until()) : Duration.ZERO;
    }

    private void count(String who, int free, Instant now) {
        int attempts = counts.getOrDefault(who, new Count(0, now)).attempts() + 1;
        Duration wait = attempts < free
                ? Duration.ZERO
                : min(Duration.ofSeconds(1L << Math.min(attempts - free, 20)), LONGEST_WAIT);
        counts.put(who, new Count(attempts, now.plus(wait)));
        if (counts.size() > MOST) {
            Iterator<String> oldest = counts.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
