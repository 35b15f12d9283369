package fi.lupa.campaign.audience;

import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.aino;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.OpenDoor;
import fi.lupa.campaign.People;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.campaign.routing.AudienceSizes;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.streams.OnlyInstance;
import fi.lupa.event.AudienceExported;
import fi.lupa.event.ConsentState;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topic;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audience of a million goes out through a heap that could not hold it: the module's tests have 512 MB, all together. */
class LargeAudienceTest {

    private static final int SUBJECTS = 1_250_000;
    private static final int MEMBERS = 1_000_000;

    @Test
    void aMillionMembersAreExportedRowByRow(@TempDir Path directory) throws Exception {
        assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(512L * 1024 * 1024);
        Counting writer = new Counting();
        try (OpenDoor door = new OpenDoor(
                directory, (access, elsewhere) -> routes -> door(access, writer).mount(routes))) {
            HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(door.url().resolve("/v1/audiences/email"))
                                    .header("Authorization", "Bearer campaign-key")
                                    .build(),
                            BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            long lines = 0;
            try (InputStream rows = answer.body()) {
                byte[] some = new byte[64 * 1024];
                for (int read = rows.read(some); read >= 0; read = rows.read(some)) {
                    lines += IntStream.range(0, read)
                            .filter(i -> some[i] == '\n')
                            .count();
                }
            }
            assertThat(lines).isEqualTo(1 + MEMBERS);
            assertThat(writer.members).isEqualTo(MEMBERS);
            assertThat(writer.whole).isEqualTo(MEMBERS);
        }
    }

    private static AudiencesDoor door(Access access, Counting writer) {
        return new AudiencesDoor(
                access,
                People.DECISIONS,
                new AudienceSizes(new SimpleMeterRegistry()),
                List::of,
                new Alone(),
                writer,
                (keys, topics, since) -> CompletableFuture.failedFuture(new UnsupportedOperationException()),
                OpenDoor.AT_NOON);
    }

    /** Counts what was written down, and keeps nothing. */
    private static final class Counting implements EventWriter {

        private long members;
        private long whole;

        @Override
        public <V extends SpecificRecord> CompletableFuture<RecordMetadata> send(Topic<V> topic, String key, V event) {
            AudienceExported exported = (AudienceExported) event;
            members += exported.getSubjectIds().size();
            whole = exported.getMembers() == null ? whole : exported.getMembers();
            return CompletableFuture.completedFuture(null);
        }
    }

    /** The one instance there is, which makes up everybody's state as it is read: four of five have consented. */
    private static final class Alone extends OnlyInstance {

        @Override
        @SuppressWarnings("unchecked") // the door reads states as states
        public <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading) {
            if (store.equals(RouterTopology.CONSENT_STATE)) {
                return reading.apply((S) new Everybody());
            }
            return reading.apply(store.equals(RouterTopology.STOPS) ? (S) new Nothing() : null);
        }
    }

    private static class Nothing implements ReadOnlyKeyValueStore<String, Object> {

        @Override
        public Object get(String key) {
            return null;
        }

        @Override
        public KeyValueIterator<String, Object> range(String from, String to) {
            throw new UnsupportedOperationException();
        }

        @Override
        public KeyValueIterator<String, Object> all() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long approximateNumEntries() {
            return 0;
        }
    }

    private static final class Everybody extends Nothing {

        private final ConsentState yes =
                aino().says(Scope.EMAIL, Will.GRANT, AINO_EMAIL).state();
        private final ConsentState no = aino().state();

        @Override
        public Object get(String key) {
            return StoredState.of(ConsentState.newBuilder(Integer.parseInt(key) % 5 == 0 ? no : yes)
                    .setSubjectId(key)
                    .build());
        }

        @Override
        public KeyValueIterator<String, Object> all() {
            return new KeyValueIterator<>() {
                private int next;

                @Override
                public boolean hasNext() {
                    return next < SUBJECTS;
                }

                @Override
                public KeyValue<String, Object> next() {
                    String key = peekNextKey();
                    next++;
                    return KeyValue.pair(key, no);
                }

                @Override
                public String peekNextKey() {
                    return "%022d".formatted(next);
                }

                @Override
                public void close() {}
            };
        }
    }
}
