package fi.lupa.consent.intake;

import fi.lupa.consent.intake.Receipt.Understood;
import fi.lupa.consent.pages.Pages;
import fi.lupa.consent.pages.Texts;
import fi.lupa.consent.receipts.ReceiptLinks;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.Collection;
import fi.lupa.event.FormSubmitted;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.net.URI;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/forms/{formId}}: a website publishes a form, and is answered when it is on disk. */
public final class FormsDoor {

    private final FormDeclarations forms;
    private final Access access;
    private final SubjectIds ids;
    private final EventWriter writer;
    private final ReceiptLinks receipts;
    private final RateLimit limit;
    private final Clock clock;

    public FormsDoor(
            FormDeclarations forms,
            Access access,
            SubjectIds ids,
            EventWriter writer,
            ReceiptLinks receipts,
            RateLimit limit,
            Clock clock) {
        this.forms = forms;
        this.access = access;
        this.ids = ids;
        this.writer = writer;
        this.receipts = receipts;
        this.limit = limit;
        this.clock = clock;
    }

    public void mount(RoutesConfig routes) {
        routes.post("/v1/forms/{formId}", this::post);
        routes.options("/v1/forms/{formId}", this::preflight);
    }

    private void post(Context ctx) {
        FormDeclaration form = form(ctx);
        boolean fromBrowser = allowOrigin(ctx, form);
        PostedFields posted = PostedFields.read(ctx);
        Principal caller = posted.first(FormReader.KEY) == null
                ? access.require(ctx, Role.SITE)
                : access.require(ctx, posted.first(FormReader.KEY), Role.SITE);
        if (!caller.mayPublish(form.id())) {
            throw access.forbidden(
                    ctx, "The key \"%s\" may not publish the form \"%s\".".formatted(caller.name(), form.id()));
        }
        limit.take(caller.name() + " " + ctx.ip());
        FormSubmitted event = new FormReader(form, posted, ids, clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .read(ctx.header("Idempotency-Key"), fromBrowser ? Collection.WEB_FORM : Collection.WEBSITE_SERVER);
        ctx.future(() -> writer.send(Topics.FORMS_INBOX, key(event), event)
                .thenAccept(written -> answer(ctx, Receipt.of(event, receipts.of(event)), event.getLanguage())));
    }

    /** The strongest identifier's id, so that a person's forms stay in their order. */
    private String key(FormSubmitted event) {
        return ids.subjectId(ids.read(
                        event.getPersonal().getCustomerId(),
                        event.getPersonal().getEmail(),
                        event.getPersonal().getPhone()))
                .orElseThrow();
    }

    private static void answer(Context ctx, Receipt receipt, String language) {
        ctx.status(202).header(Header.LOCATION, "/v1/forms/submissions/" + receipt.eventId());
        if (Negotiation.wantsHtml(ctx)) {
            Texts texts = Texts.of("receipt", ctx, language);
            List<Line> statements = receipt.statements().stream()
                    .map(statement -> new Line(line(statement, texts), statement.receipt()))
                    .toList();
            Pages.show(
                    ctx,
                    202,
                    "receipt",
                    texts,
                    Map.of(
                            "statements",
                            statements,
                            "eventId",
                            receipt.eventId().toString()));
        } else {
            ctx.json(receipt);
        }
    }

    /**
     * A statement on the page.
     *
     * @param receipt null where receipts are not signed
     */
    public record Line(String text, URI receipt) {}

    private static String line(Understood statement, Texts texts) {
        String wording = statement.wording() == null ? statement.will() + " " + statement.scope() : statement.wording();
        return statement.awaitsConfirmation() ? wording + " " + texts.get("pending") : wording;
    }

    private void preflight(Context ctx) {
        allowOrigin(ctx, form(ctx));
        ctx.status(204)
                .header(Header.ACCESS_CONTROL_ALLOW_METHODS, "POST")
                .header(Header.ACCESS_CONTROL_ALLOW_HEADERS, "Authorization, Content-Type, Idempotency-Key")
                .header(Header.ACCESS_CONTROL_MAX_AGE, "600");
    }

    private FormDeclaration form(Context ctx) {
        return forms.find(ctx.pathParam("formId"))
                .orElseThrow(() -> ProblemException.notFound("No form of this id is declared."));
    }

    /**
     * Lets a declared site's pages post and read the answer. A server sends no origin, and has only its key.
     *
     * @return whether the form comes from a page
     */
    private static boolean allowOrigin(Context ctx, FormDeclaration form) {
        String origin = ctx.header(Header.ORIGIN);
        if (origin == null) {
            return false;
        }
        if (!form.origins().contains(origin)) {
            throw ProblemException.forbidden(
                    "The form \"%s\" is not published on this site; add its origin to the form's declaration."
                            .formatted(form.id()));
        }
        ctx.header(Header.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .header(Header.VARY, Header.ORIGIN)
                .header("Access-Control-Expose-Headers", Header.LOCATION + ", " + Header.RETRY_AFTER);
        return true;
    }
}
