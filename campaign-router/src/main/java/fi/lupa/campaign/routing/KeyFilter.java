package fi.lupa.campaign.routing;

import com.google.common.hash.BloomFilter;
import com.google.common.hash.Funnels;

/**
 * Rules out that a store holds a key without asking it. To RocksDB a key that is not there costs as much as one that is, and most
 * messages are new, and few addresses stopped.
 */
final class KeyFilter {

    private static final long LEAST = 1_000_000;

    /** Filled anew, it takes a look at every key. */
    private static final int GROWTH = 4;

    /** Of the keys that are not there, so many it does not rule out. */
    private static final double MISSED = 0.01;

    private final BloomFilter<CharSequence> keys;
    private long room;

    /** @param keys how many it is to hold at once; three times as many can come */
    KeyFilter(long keys) {
        this.room = Math.max(LEAST, GROWTH * keys);
        this.keys = BloomFilter.create(Funnels.unencodedCharsFunnel(), room, MISSED);
    }

    /**
     * From one thread; any may ask.
     *
     * @return whether there is room for another: what holds more rules out less
     */
    boolean add(String key) {
        if (keys.put(key)) {
            room--;
        }
        return room > 0;
    }

    boolean rulesOut(String key) {
        return !keys.mightContain(key);
    }
}
