package fi.lupa.consent.topology;

import fi.lupa.event.RightExercised;
import fi.lupa.event.RightKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** What was done about the rights of subjects, by subject and event: proofs, which an erasure leaves. */
public final class Rights {

    private static final Comparator<RightExercised> OLDEST_FIRST =
            Comparator.comparing(RightExercised::getRecordedAt).thenComparing(RightExercised::getEventId);

    private Rights() {}

    /** Whatever id its sender gave it, it takes the place of nothing else. */
    static void put(KeyValueStore<String, RightExercised> store, RightExercised right) {
        String key = right.getSubjectId() + "/" + right.getEventId();
        RightExercised known = store.get(key);
        boolean another = known != null && known.getKind() != right.getKind();
        store.put(another ? key + "/" + right.getKind() : key, right);
    }

    /** What was done about a subject's rights, oldest first. */
    public static List<RightExercised> of(ReadOnlyKeyValueStore<String, RightExercised> store, String subjectId) {
        List<RightExercised> all = new ArrayList<>();
        try (KeyValueIterator<String, RightExercised> found =
                store.prefixScan(subjectId + "/", new StringSerializer())) {
            found.forEachRemaining(entry -> all.add(entry.value));
        }
        all.sort(OLDEST_FIRST);
        return all;
    }

    /** Goes through everything that was done about anybody's rights. */
    public static void each(ReadOnlyKeyValueStore<String, RightExercised> store, Consumer<RightExercised> visitor) {
        try (KeyValueIterator<String, RightExercised> all = store.all()) {
            all.forEachRemaining(entry -> visitor.accept(entry.value));
        }
    }

    /** The legal hold that now keeps a subject from being erased. */
    public static Optional<RightExercised> hold(List<RightExercised> oldestFirst) {
        Optional<RightExercised> hold = Optional.empty();
        for (RightExercised right : oldestFirst) {
            if (right.getKind() == RightKind.HELD) {
                hold = Optional.of(right);
            } else if (right.getKind() == RightKind.RELEASED) {
                hold = Optional.empty();
            }
        }
        return hold;
    }
}
