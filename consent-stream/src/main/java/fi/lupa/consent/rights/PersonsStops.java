package fi.lupa.consent.rights;

import fi.lupa.consent.query.ConsentsView.StatementView;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.rights.AccessReport.Stop;
import fi.lupa.event.Alias;
import fi.lupa.event.ConsentState;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** What binds a person's addresses and numbers, from whichever instances keep it. */
public final class PersonsStops {

    private final Files files;

    public PersonsStops(Files files) {
        this.files = files;
    }

    /** @param state opened, if the addresses and numbers are to be told in the clear */
    public CompletableFuture<List<Stop>> of(Context ctx, ConsentState state, Instant now) {
        Map<String, String> values =
                state.getPersonal() == null ? Map.of() : state.getPersonal().getContactPoints();
        Set<String> points = new TreeSet<>(Set.of(state.getSubjectId()));
        state.getAlsoKnownAs().stream().map(Alias::getSubjectId).forEach(points::add);
        state.getContactPoints().forEach(point -> points.add(point.getId()));
        CompletableFuture<List<Stop>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (String point : points) {
            all = all.thenCombine(files.stops(ctx, point, now), (found, stops) -> {
                stops.statements().stream()
                        .map(stop -> new Stop(point, values.get(point), StatementView.of(stop)))
                        .forEach(found::add);
                return found;
            });
        }
        return all;
    }
}
