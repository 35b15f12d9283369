package fi.lupa.consent.query;

import fi.lupa.consent.state.PublishedState;
import fi.lupa.consent.state.SubjectFiles;
import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.consent.topology.Rights;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.ConsentState;
import fi.lupa.event.RightExercised;
import fi.lupa.event.SubjectFile;
import fi.lupa.event.SubjectKey;
import fi.lupa.permission.Policy;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** What this instance holds of subjects, and the way to the one that holds a subject. */
public final class HeldSubjects {

    private final Peers peers;
    private final Policy policy;
    private final Access access;

    public HeldSubjects(Peers peers, Policy policy, Access access) {
        this.peers = peers;
        this.policy = policy;
        this.access = access;
    }

    /**
     * Answers where the subject is held.
     *
     * @throws ProblemException 404 if it is no id: who was asked for is recorded, and an address would stay there in the clear
     */
    public void atHolder(Context ctx, String subjectId, Runnable answer) {
        if (!PseudonymousIds.isId(subjectId)) {
            throw ProblemException.notFound("Lupa gives no such id; ask for the person's by GET /v1/subjects.");
        }
        Optional<HostInfo> other = peers.otherHolderOf(ConsentTopology.SUBJECTS, subjectId);
        if (other.isPresent()) {
            ctx.future(() -> peers.relay(ctx, other.get()));
        } else {
            answer.run();
        }
    }

    /**
     * Answers where the subject of the path's {@code id} is held; who is the same as another is asked about as that one.
     *
     * @param answer given the state as it is published, of revision 0 where nothing is known
     * @throws ProblemException as above
     */
    public void atHolderOfTheSame(Context ctx, Consumer<ConsentState> answer) {
        String subjectId = ctx.pathParam("id");
        atHolder(ctx, subjectId, () -> {
            ConsentState state = state(subjectId);
            if (state.getSameAs() == null) {
                answer.accept(state);
                return;
            }
            String path = ctx.path().replaceFirst("/" + subjectId + "(?=/|$)", "/" + state.getSameAs());
            ctx.future(() -> access.record(ctx, subjectId).thenRun(() -> ctx.status(307)
                    .header(Header.LOCATION, ctx.queryString() == null ? path : path + "?" + ctx.queryString())
                    .json(Map.of("subjectId", subjectId, "sameAs", state.getSameAs()))));
        });
    }

    /** The state of a subject that this instance holds, as it is published; of revision 0 where nothing is known. */
    public ConsentState state(String subjectId) {
        SubjectFile file = file(subjectId);
        return PublishedState.of(file == null ? SubjectFiles.empty(subjectId) : file, policy);
    }

    /** 404, where there is no state to tell of. */
    public static ProblemException nothingKnown() {
        return ProblemException.notFound("Nothing is known of this subject.");
    }

    /** The file of a subject that this instance holds, sealed; null for nothing. */
    public SubjectFile file(String subjectId) {
        return peers.read(
                ConsentTopology.SUBJECTS,
                QueryableStoreTypes.<String, SubjectFile>keyValueStore(),
                files -> files.get(subjectId));
    }

    /** The key of a subject that this instance holds; null for none. */
    public SubjectKey key(String subjectId) {
        return peers.read(
                ConsentTopology.KEYS,
                QueryableStoreTypes.<String, SubjectKey>keyValueStore(),
                keys -> keys.get(subjectId));
    }

    /** Goes through everything that was done about the rights of whom this instance holds. */
    public void eachRight(Consumer<RightExercised> visitor) {
        peers.read(ConsentTopology.RIGHTS, QueryableStoreTypes.<String, RightExercised>keyValueStore(), rights -> {
            Rights.each(rights, visitor);
            return null;
        });
    }

    /** What was done about the rights of a subject that this instance holds, oldest first. */
    public List<RightExercised> rights(String subjectId) {
        return peers.read(
                ConsentTopology.RIGHTS,
                QueryableStoreTypes.<String, RightExercised>keyValueStore(),
                rights -> Rights.of(rights, subjectId));
    }
}
