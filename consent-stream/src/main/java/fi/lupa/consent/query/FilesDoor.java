package fi.lupa.consent.query;

import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.links.Link;
import fi.lupa.edge.links.LinkTokens;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.SubjectFile;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Clock;

/** {@code GET /internal/files/{token}}: one instance tells another what it keeps on somebody, as {@link Files} asks. */
public final class FilesDoor {

    private final Files files;
    private final Peers peers;
    private final LinkTokens tokens;
    private final Clock clock;

    public FilesDoor(Files files, Peers peers, LinkTokens tokens, Clock clock) {
        this.files = files;
        this.peers = peers;
        this.tokens = tokens;
        this.clock = clock;
    }

    public void mount(RoutesConfig routes) {
        routes.get(Files.PATH + "{token}", this::tell);
    }

    private void tell(Context ctx) {
        String id = tokens.read(ctx.pathParam("token"), Link.Peer.class)
                .filter(link -> clock.instant().isBefore(link.expiresAt()))
                .map(Link.Peer::subjectId)
                .orElseThrow(FilesDoor::unknown);
        if (peers.otherHolderOf(ConsentTopology.SUBJECTS, id).isPresent()) {
            throw Peers.moving();
        }
        SubjectFile file = files.here(id).orElseThrow(FilesDoor::unknown);
        ctx.contentType("application/octet-stream").result(Files.bytes(file));
    }

    private static ProblemException unknown() {
        return ProblemException.notFound("There is nothing at this address.");
    }
}
