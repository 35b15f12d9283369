package fi.lupa.consent.pages;

import fi.lupa.edge.http.Negotiation;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.util.UUID;

/** The answer to what is on disk: to a program what was recorded, to a form of the console the page that shows it. */
public final class Accepted {

    private Accepted() {}

    /** Where staff see a subject. */
    public static String consolePage(String subjectId) {
        return "/console/subjects/" + subjectId;
    }

    /**
     * @param location where a program reads what became of it
     * @param subjectId whom it is about
     */
    public static void answer(Context ctx, Object recorded, String location, String subjectId, UUID eventId) {
        String page = consolePage(subjectId) + "?recorded=" + eventId;
        if (!Negotiation.wantsHtml(ctx)) {
            ctx.status(202).header(Header.LOCATION, location).json(recorded);
        } else if (ctx.header("HX-Request") != null) {
            ctx.status(202).header("HX-Redirect", page);
        } else {
            ctx.status(303).header(Header.LOCATION, page);
        }
    }
}
