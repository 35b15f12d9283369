package fi.lupa.consent.query;

import fi.lupa.consent.state.PublishedState;
import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.SubjectFile;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Policy;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.mapping.Statements;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/**
 * What is kept on somebody, or on an address or number, from whichever instance holds it, and without a word of who they are.
 *
 * <p>Whoever follows a link has no key, so one instance shows another, by a signed token that is good for a minute, that it
 * may ask.
 */
public final class Files {

    static final String PATH = "/internal/files/";

    private static final Duration ASKED_WITHIN = Duration.ofMinutes(1);

    /** From one merged into another to the last: a circle of merges has no end. */
    private static final int MOST_MERGES = 8;

    private static final InternalSerde<SubjectFile> SERDE = new InternalSerde<>(SubjectFile.class);

    private final Peers peers;
    private final Policy policy;
    private final LinkTokens tokens;

    public Files(Peers peers, Policy policy, LinkTokens tokens) {
        this.peers = peers;
        this.policy = policy;
        this.tokens = tokens;
    }

    /** The state of a subject, or of the one that stands for it; empty where nothing is known of either. */
    public CompletableFuture<Optional<ConsentState>> stateOfTheSame(Context ctx, String subjectId, Instant now) {
        return stateOfTheSame(ctx, subjectId, now, MOST_MERGES);
    }

    private CompletableFuture<Optional<ConsentState>> stateOfTheSame(
            Context ctx, String subjectId, Instant now, int merges) {
        return file(ctx, subjectId, now).thenCompose(file -> {
            Optional<ConsentState> state = file.map(SubjectFile::getOwn).filter(own -> own.getRevision() > 0);
            String same = state.map(ConsentState::getSameAs).orElse(null);
            return same == null || merges == 0
                    ? CompletableFuture.completedFuture(state)
                    : stateOfTheSame(ctx, same, now, merges - 1);
        });
    }

    /** What was said for an address or number, by whomever. */
    public CompletableFuture<Consents> stops(Context ctx, String contactPointId, Instant now) {
        return file(ctx, contactPointId, now).thenApply(file -> file.map(known -> Consents.of(
                        known.getStops().stream().map(Statements::of).toList()))
                .orElse(Consents.none()));
    }

    private CompletableFuture<Optional<SubjectFile>> file(Context ctx, String id, Instant now) {
        Optional<HostInfo> other = peers.otherHolderOf(ConsentTopology.SUBJECTS, id);
        if (other.isEmpty()) {
            return CompletableFuture.completedFuture(here(id));
        }
        String token = tokens.sign(new Link.Peer(id, now.plus(ASKED_WITHIN)));
        return peers.get(ctx, other.get(), PATH + token).thenApply(answer -> switch (answer.statusCode()) {
            case 200 -> Optional.of(SERDE.deserializer().deserialize(PATH, answer.body()));
            case 404 -> Optional.empty();
            default -> throw Peers.moving();
        });
    }

    /** What this instance holds: as it is published, with the stops, and without personal data. */
    Optional<SubjectFile> here(String id) {
        SubjectFile file = peers.read(
                ConsentTopology.SUBJECTS,
                QueryableStoreTypes.<String, SubjectFile>keyValueStore(),
                files -> files.get(id));
        return Optional.ofNullable(file).map(held -> SubjectFile.newBuilder()
                .setOwn(PublishedState.withoutPerson(PublishedState.of(held, policy)))
                .setStops(held.getStops())
                .build());
    }

    static byte[] bytes(SubjectFile file) {
        return SERDE.serializer().serialize(PATH, file);
    }
}
