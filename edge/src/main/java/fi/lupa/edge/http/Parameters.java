package fi.lupa.edge.http;

import io.javalin.http.Context;
import java.util.List;

/** The parameters of a query: one that nobody knows is refused, since the answer would be to another question. */
public final class Parameters {

    private Parameters() {}

    /** @throws ProblemException 400 if others than the known ones are given */
    public static void refuseOthers(Context ctx, String... known) {
        List<Fault> others = others(ctx, List.of(), known);
        if (!others.isEmpty()) {
            throw ProblemException.badRequest(others);
        }
    }

    /** @param unsaid what is known, too, and is between instances only */
    public static List<Fault> others(Context ctx, List<String> unsaid, String... known) {
        return ctx.queryParamMap().keySet().stream()
                .filter(name -> !unsaid.contains(name) && !List.of(known).contains(name))
                .map(name -> new Fault(name, "There is no such parameter; " + told(known)))
                .toList();
    }

    private static String told(String... known) {
        if (known.length == 0) {
            return "this call takes none.";
        }
        if (known.length == 1) {
            return "there is only %s.".formatted(known[0]);
        }
        String before = String.join(", ", List.of(known).subList(0, known.length - 1));
        return "there are %s and %s.".formatted(before, known[known.length - 1]);
    }
}
