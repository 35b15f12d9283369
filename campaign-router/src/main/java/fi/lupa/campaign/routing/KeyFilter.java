package fi.lupa.campaign.routing;

import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnels;
import java.nio.charset.StandardCharsets;

/**
 * Rules out that a store holds a key without asking it: most messages are new and few addresses stopped, and to learn that from
 * RocksDB took a sixth of the router's time. Where it cannot rule a key out, the store is to be asked.
 */
final class KeyFilter {

    private static final long LEAST = 1_000_000;

    /** 40 MB; what holds more rules out less. */
    private static final long MOST = 32_000_000;

    /** To fill a larger one takes a look at every key. */
    private static final int GROWTH = 4;

    /** Of the keys that are not there, so many it does not rule out. */
    private static final double MISSED = 0.01;

    private final BloomFilter<CharSequence> keys;
    private final boolean largest;
    private long room;

    /** @param keys how many it is to hold at once; it has room for more to come */
    KeyFilter(long keys) {
        this(keys, LEAST);
    }

    /** @param least of the keys that it has room for */
    KeyFilter(long keys, long least) {
        this.room = Math.min(MOST, Math.max(least, GROWTH * keys));
        this.largest = room == MOST;
        this.keys = BloomFilter.create(Funnels.stringFunnel(StandardCharsets.UTF_8), room, MISSED);
    }

    /** From one thread; any may ask. */
    void add(String key) {
        if (keys.put(key)) {
            room--;
        }
    }

    /** Whether a larger one would rule out more. */
    boolean isFull() {
        return room <= 0 && !largest;
    }

    boolean rulesOut(String key) {
        return !keys.mightContain(key);
    }
}
