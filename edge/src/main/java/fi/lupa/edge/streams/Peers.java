package fi.lupa.edge.streams;

import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.settings.TlsKeystore;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreType;

/**
 * The instances of a service, each of which holds the state of some subjects: finds the one that holds a key, and lets it
 * answer.
 */
public interface Peers {

    /** What of another instance's answer is the caller's. */
    List<String> RELAYED_BACK = List.of(
            Header.CONTENT_TYPE,
            Header.CONTENT_SECURITY_POLICY,
            Header.LOCATION,
            Header.RETRY_AFTER,
            Header.VARY,
            "HX-Redirect",
            "Referrer-Policy",
            "X-Robots-Tag");

    /**
     * The instances of a topology.
     *
     * @param advertised this instance, as the others know it: {@code host:port}
     * @param tls what the instances show each other, all by HTTPS or none
     * @param relays what they say of whom they ask for
     * @param current whether a store is as new as it has to be to be read
     * @param shares of what is kept of everybody
     */
    static Peers of(
            KafkaStreams streams,
            String advertised,
            Optional<TlsKeystore> tls,
            Relays relays,
            Predicate<String> current,
            Shares shares) {
        return new StreamsPeers(streams, advertised, tls, relays, current, shares);
    }

    /** The instances of a topology whose stores are current as soon as they can be read. */
    static Peers of(KafkaStreams streams, String advertised, Optional<TlsKeystore> tls, Relays relays) {
        return new StreamsPeers(streams, advertised, tls, relays, store -> true, Shares.ONE);
    }

    /**
     * The other instance that holds the key; empty if this one does.
     *
     * @throws ProblemException 503 while nobody can be said to hold it
     */
    Optional<HostInfo> otherHolderOf(String store, String key);

    /** A part of a store, of which an instance has several. */
    record Part(Optional<HostInfo> other, int partition) {

        /** Whatever is here, where nobody tells its parts apart. */
        static final int ALL = -1;
    }

    /** The part that a key is in, and the other instance that holds it; else as {@link #otherHolderOf}. */
    default Part partOf(String store, String key) {
        return new Part(otherHolderOf(store, key), Part.ALL);
    }

    /** Every other instance that holds a part of the store. */
    List<HostInfo> othersWith(String store);

    /** Who has which parts of what is kept of everybody: an answer about all of them is whole where each part is in it once. */
    interface Shares {

        /** Where nobody tells parts apart. */
        Shares ONE = new Shares() {
            @Override
            public Set<Integer> here() {
                return Set.of(0);
            }

            @Override
            public Set<Integer> all() {
                return Set.of(0);
            }
        };

        /**
         * Those that are this instance's now.
         *
         * @throws ProblemException 503 while that cannot be said
         */
        Set<Integer> here();

        /**
         * All there are, whoever has them.
         *
         * @throws ProblemException 503 where that cannot be told
         */
        Set<Integer> all();
    }

    default Shares shares() {
        return Shares.ONE;
    }

    /**
     * Looks once more, while a store is read.
     *
     * @throws ProblemException 503 if it is not as new any more as it has to be
     */
    default void checkCurrent(String store) {}

    /**
     * Reads what this instance holds of a store.
     *
     * @throws ProblemException 503 while it is being moved or restored, or is not current
     */
    <S, R> R read(String store, QueryableStoreType<S> type, Function<S, R> reading);

    /** Reads no more of a store than one part needs: of several, each is looked through for every key. */
    default <S, R> R read(String store, int partition, QueryableStoreType<S> type, Function<S, R> reading) {
        return read(store, type, reading);
    }

    /** Puts the caller's request to another instance with another body, in the caller's own name. */
    CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder, byte[] body);

    /** Puts a question of this instance's own to another, {@code GET} in the caller's own name. */
    CompletableFuture<HttpResponse<byte[]>> get(Context ctx, HostInfo holder, String pathAndQuery);

    /**
     * Puts the caller's request, without a body, to another instance, and reads the answer while it comes: one that is long,
     * or long in the making.
     */
    CompletableFuture<HttpResponse<InputStream>> open(Context ctx, HostInfo holder, String pathAndQuery);

    /** Puts the caller's request to another instance. */
    default CompletableFuture<HttpResponse<byte[]>> ask(Context ctx, HostInfo holder) {
        return ask(ctx, holder, ctx.bodyAsBytes());
    }

    /** Lets another instance answer the request. */
    default CompletableFuture<Void> relay(Context ctx, HostInfo holder) {
        return ask(ctx, holder).thenAccept(answer -> {
            ctx.status(answer.statusCode());
            for (String header : RELAYED_BACK) {
                answer.headers().firstValue(header).ifPresent(value -> ctx.header(header, value));
            }
            ctx.result(answer.body());
        });
    }

    /** 503: nobody can be said to hold what is asked for; in a moment somebody can. */
    static ProblemException moving() {
        return ProblemException.unavailable(
                "The state is being moved between instances or restored; try again in a moment.",
                Duration.ofSeconds(2));
    }
}
