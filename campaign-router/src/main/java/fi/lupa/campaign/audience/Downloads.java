package fi.lupa.campaign.audience;

import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.Relays;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.StreamedBody;
import fi.lupa.edge.streams.Peers;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Rows of all instances as CSV or NDJSON, written while they are found; an instance that another asks writes its own alone.
 * Each download holds a view of a store open as long as its reader takes: few are made at once, and each is audited first.
 */
public final class Downloads {

    private static final int MOST_AT_ONCE = 4;

    /** Of a part of an export: which parts of what is kept of everybody it was made of. */
    private static final String MADE_OF = "Lupa-Made-Of";

    private final Access access;
    private final Peers peers;
    private final Semaphore underWay = new Semaphore(MOST_AT_ONCE);

    public Downloads(Access access, Peers peers) {
        this.access = access;
        this.peers = peers;
    }

    /** Finds rows and writes them. */
    @FunctionalInterface
    public interface Source {

        void writeTo(Rows rows) throws IOException;
    }

    /**
     * Answers with the rows.
     *
     * @param file its name, without an ending
     * @param columns their names
     * @param here writes this instance's rows
     * @param forOthers what the other instances are asked besides, as {@code name=value}; empty for nothing
     * @param whole is told, before the last row has left, how many of them are the others'; not of a part
     */
    public void answer(Context ctx, String file, String[] columns, Source here, String forOthers, LongConsumer whole) {
        boolean part = Relays.isRelayed(ctx);
        List<HostInfo> others = part ? List.of() : peers.othersWith(RouterTopology.CONSENT_STATE);
        if (!underWay.tryAcquire()) {
            throw ProblemException.unavailable(
                    "%d exports are under way; try again when one has ended.".formatted(MOST_AT_ONCE),
                    Duration.ofSeconds(30));
        }
        try {
            join(access.record(ctx, null));
            String type = Negotiation.preferred(ctx, Rows.TYPES);
            boolean csv = type.equals(Rows.CSV);
            ctx.header(
                    Header.CONTENT_DISPOSITION,
                    "attachment; filename=\"%s.%s\"".formatted(file, csv ? "csv" : "ndjson"));
            Peers.Shares shares = peers.shares();
            Set<Integer> mine = shares.here();
            List<Integer> all = part ? List.of() : List.copyOf(shares.all());
            if (part) {
                ctx.header(MADE_OF, mine.stream().map(String::valueOf).collect(Collectors.joining(",")));
            }
            StreamedBody.write(ctx, csv ? type + "; charset=utf-8" : type, out -> {
                Rows rows = Rows.of(type, out, part, columns);
                here.writeTo(rows);
                rows.flush();
                refuseUnless(shares.here().equals(mine));
                List<Integer> madeOf = new ArrayList<>(mine);
                long there = 0;
                for (HostInfo other : others) {
                    there += writeOthers(ctx, other, forOthers, out, madeOf);
                }
                if (!part) {
                    refuseUnless(madeOf.stream()
                            .sorted()
                            .toList()
                            .equals(all.stream().sorted().toList()));
                    whole.accept(there);
                }
            });
        } finally {
            underWay.release();
        }
    }

    /** Somebody would be in it twice, or not at all, while parts change hands. */
    private static void refuseUnless(boolean whole) {
        if (!whole) {
            throw Peers.moving();
        }
    }

    /**
     * @param madeOf is added to
     * @return how many rows there were: each is a line
     */
    private long writeOthers(Context ctx, HostInfo other, String forOthers, OutputStream out, List<Integer> madeOf)
            throws IOException {
        String query = ctx.queryString() == null ? "" : ctx.queryString() + "&";
        HttpResponse<InputStream> answer =
                join(peers.open(ctx, other, ctx.req().getRequestURI() + "?" + query + forOthers));
        long lines = 0;
        try (InputStream rows = answer.body()) {
            if (answer.statusCode() != 200) {
                throw Peers.moving();
            }
            answer.headers().firstValue(MADE_OF).stream()
                    .flatMap(parts -> Pattern.compile(",").splitAsStream(parts))
                    .filter(part -> !part.isEmpty())
                    .map(Integer::valueOf)
                    .forEach(madeOf::add);
            byte[] some = new byte[16 * 1024];
            for (int read = rows.read(some); read >= 0; read = rows.read(some)) {
                out.write(some, 0, read);
                for (int i = 0; i < read; i++) {
                    lines += some[i] == '\n' ? 1 : 0;
                }
            }
        }
        return lines;
    }

    private static <T> T join(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ProblemException problem ? problem : e;
        }
    }
}
