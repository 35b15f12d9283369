package fi.lupa.campaign.audience;

import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.event.AudienceExported;
import fi.lupa.schemas.topic.Topics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Writes down who is given out in an export, some at a time, while it goes out. */
final class ExportLog {

    private static final int AT_A_TIME = 5_000;
    private static final int MOST_UNDER_WAY = 4;

    private final EventWriter writer;
    private final AudienceExported export;
    private final Queue<CompletableFuture<?>> underWay = new ArrayDeque<>();
    private List<String> some = new ArrayList<>();
    private List<String> contactPoints = new ArrayList<>();
    private long members;

    /** @param export without its members */
    ExportLog(EventWriter writer, AudienceExported export) {
        this.writer = writer;
        this.export = export;
    }

    void add(String subjectId, String contactPointId) {
        some.add(subjectId);
        contactPoints.add(contactPointId);
        members++;
        if (some.size() == AT_A_TIME) {
            writeSome();
        }
    }

    /**
     * Writes down the rest, and comes back when every record is on every in-sync replica.
     *
     * @throws ProblemException 503 if that cannot be said
     */
    void finish() {
        if (!some.isEmpty()) {
            writeSome();
        }
        await(0);
    }

    /** Writes down that nothing of the export is missing; {@link #finish} comes before. */
    void close(long othersMembers) {
        write(AudienceExported.newBuilder(export)
                .setMembers(members + othersMembers)
                .build());
        await(0);
    }

    private void writeSome() {
        write(AudienceExported.newBuilder(export)
                .setSubjectIds(some)
                .setContactPointIds(contactPoints)
                .build());
        some = new ArrayList<>();
        contactPoints = new ArrayList<>();
    }

    private void write(AudienceExported part) {
        underWay.add(writer.send(Topics.AUDIENCE_EXPORTS, part.getExportId().toString(), part));
        await(MOST_UNDER_WAY);
    }

    private void await(int most) {
        try {
            while (underWay.size() > most) {
                underWay.remove().join();
            }
        } catch (CompletionException e) {
            throw e.getCause() instanceof ProblemException problem ? problem : e;
        }
    }
}
