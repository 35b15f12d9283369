package fi.lupa.campaign.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class KeyFilterTest {

    @Property
    void neverRulesOutWhatItHolds(@ForAll Set<String> keys) {
        KeyFilter filter = new KeyFilter(0);
        keys.forEach(filter::add);
        assertThat(keys).noneMatch(filter::rulesOut);
    }

    @Test
    void rulesOutNearlyAllElseUntilItIsFull() {
        KeyFilter filter = new KeyFilter(0);
        int held = 0;
        while (!filter.isFull()) {
            filter.add("held" + held);
            held++;
        }
        assertThat(held).isBetween(990_000, 1_020_000);
        assertThat(IntStream.range(0, 10_000).filter(i -> filter.rulesOut("other" + i)))
                .hasSizeGreaterThan(9_800);
    }
}
