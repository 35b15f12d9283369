package fi.lupa.consent;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.POLICY;

import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.console.ConsoleDoor;
import fi.lupa.consent.feedback.FeedbackDoor;
import fi.lupa.consent.intake.ConfirmDoor;
import fi.lupa.consent.intake.ConsentsDoor;
import fi.lupa.consent.intake.FormDeclarations;
import fi.lupa.consent.intake.FormsDoor;
import fi.lupa.consent.intake.OpenDoor;
import fi.lupa.consent.intake.SameAsDoor;
import fi.lupa.consent.query.Files;
import fi.lupa.consent.query.HeldSubjects;
import fi.lupa.consent.query.Histories;
import fi.lupa.consent.query.SubjectsDoor;
import fi.lupa.consent.rights.AccessReportDoor;
import fi.lupa.consent.rights.ErasureDoor;
import fi.lupa.consent.rights.RectificationDoor;
import fi.lupa.consent.rights.RequestsDoor;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.access.RolesChecks;
import fi.lupa.edge.http.RateLimit;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.streams.Moving;
import fi.lupa.edge.streams.Peers;
import fi.lupa.event.AuditOutcome;
import io.javalin.config.RoutesConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what at this service: for every call, the roles that it opens to. */
class RolesTest extends RolesChecks {
    private static final String TABLE = """
            POST /v1/forms/{formId}                                   | site
            OPTIONS /v1/forms/{formId}                                | everybody
            GET /v1/forms/submissions/{eventId}                       | site, customer-service, dpo, operator
            GET /v1/subjects?email=aino@example.fi                    | customer-service, dpo, operator
            GET /v1/subjects/{id}/consents                            | campaign, customer-service, dpo, operator
            GET /v1/subjects/{id}/consents?at=2026-01-01T00:00:00Z    | customer-service, dpo, operator
            GET /v1/subjects/{id}/consents?known=2026-01-01T00:00:00Z | customer-service, dpo, operator
            GET /v1/subjects/{id}/history                             | customer-service, dpo, operator
            GET /v1/subjects/{id}/history?alone=true                  | customer-service, dpo, operator
            GET /v1/subjects/{id}/contacts                            | customer-service, dpo, operator
            GET /v1/subjects/{id}/contacts?alone=true                 | customer-service, dpo, operator
            POST /v1/consents                                         | customer-service, dpo, operator
            POST /v1/feedback                                         | campaign
            POST /v1/feedback/ses                                     | campaign
            POST /v1/feedback/sendgrid                                | campaign
            POST /v1/feedback/mailgun                                 | campaign
            PUT /v1/subjects/{id}/same-as/{other}                     | customer-service, dpo, operator
            DELETE /v1/subjects/{id}/same-as/{other}                  | customer-service, dpo, operator
            POST /v1/subjects/{id}/erasure                            | dpo
            GET /v1/subjects/{id}/erasure                             | dpo
            PUT /v1/subjects/{id}/legal-hold                          | dpo
            DELETE /v1/subjects/{id}/legal-hold                       | dpo
            POST /v1/subjects/{id}/requests                           | customer-service, dpo
            GET /v1/subjects/{id}/requests                            | customer-service, dpo
            POST /v1/subjects/{id}/requests/{requestId}/extension     | dpo
            POST /v1/subjects/{id}/requests/{requestId}/closing       | dpo
            GET /v1/requests                                          | customer-service, dpo
            POST /v1/subjects/{id}/access-report                      | dpo
            GET /v1/subjects/{id}/access-report                       | dpo
            POST /v1/subjects/{id}/rectification                      | dpo
            GET /confirm/{token}                                      | everybody
            POST /confirm/{token}                                     | everybody
            GET /console                                              | marketer, customer-service, dpo, analyst, operator
            POST /console/search                                      | customer-service, dpo
            GET /console/subjects/{id}                                | customer-service, dpo
            POST /console/subjects/{id}/same-as/{other}               | customer-service, dpo, operator
            POST /console/subjects/{id}/other-than/{other}            | customer-service, dpo, operator
            POST /console/subjects/{id}/legal-hold                    | dpo
            POST /console/subjects/{id}/legal-hold/release            | dpo
            """;

    private static final FormDeclarations FORMS = forms();

    private static OpenDoor door;

    @BeforeAll
    static void open(@TempDir Path directory) throws Exception {
        door = new OpenDoor(directory, (access, writer) -> routes -> mount(access, writer, routes));
    }

    @AfterAll
    static void close() {
        door.close();
    }

    private static FormDeclarations forms() {
        try {
            return FormDeclarations.load(
                    Path.of(RolesTest.class.getResource("/forms.yaml").toURI()), Set.of("newsletter"));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void mount(Access access, EventWriter writer, RoutesConfig routes) {
        Peers peers = new Moving();
        RateLimit limit = new RateLimit(0, OpenDoor.AT_NOON);
        Confirmations confirmations =
                new Confirmations(URI.create("http://127.0.0.1"), POLICY.terms().confirmWithin());
        new FormsDoor(FORMS, access, IDS, writer, People.RECEIPTS, limit, OpenDoor.AT_NOON).mount(routes);
        new ConsentsDoor(access, IDS, writer, peers, new Histories(peers), People.RECEIPTS, Set.of(), OpenDoor.AT_NOON)
                .mount(routes);
        new FeedbackDoor(access, IDS, writer, OpenDoor.AT_NOON).mount(routes);
        new SameAsDoor(access, writer, OpenDoor.AT_NOON).mount(routes);
        HeldSubjects subjects = new HeldSubjects(peers, POLICY, access);
        new SubjectsDoor(subjects, peers, IDS, access, OpenDoor.AT_NOON, POLICY).mount(routes);
        new ConfirmDoor(confirmations, peers, id -> null, writer, People.RECEIPTS, limit, OpenDoor.AT_NOON)
                .mount(routes);
        Files files = new Files(peers, POLICY, People.TOKENS);
        new ErasureDoor(subjects, peers, access, writer, OpenDoor.AT_NOON).mount(routes);
        RequestsDoor requests = new RequestsDoor(subjects, peers, access, writer, OpenDoor.AT_NOON);
        requests.mount(routes);
        new RectificationDoor(subjects, People.MASTER, IDS, access, writer, OpenDoor.AT_NOON).mount(routes);
        new AccessReportDoor(
                        subjects,
                        peers,
                        files,
                        null,
                        People.MASTER,
                        POLICY,
                        Optional.empty(),
                        access,
                        writer,
                        OpenDoor.AT_NOON)
                .mount(routes);
        new ConsoleDoor(access, subjects, peers, files, People.MASTER, requests, IDS, POLICY, OpenDoor.AT_NOON)
                .mount(routes);
    }

    RolesTest() {
        super(TABLE);
    }

    @Override
    protected void mount(RoutesConfig routes) {
        mount(null, null, routes);
    }

    @Override
    protected int call(String method, String listed, String role) throws Exception {
        String path = listed.replace("{id}", "AinosIdInTwentyTwoChar")
                .replace("{other}", "EerosIdInTwentyTwoChar")
                .replace("{formId}", "newsletter")
                .replace("{eventId}", "6f2d1f0e-7a43-4b6b-9d39-0a4ac5d9d001")
                .replace("{requestId}", "6f2d1f0e-7a43-4b6b-9d39-0a4ac5d9d002")
                .replace("{token}", "a".repeat(43));
        return door.send(
                        method,
                        path,
                        method.equals("GET") ? "" : "{\"evidence\":\"calls/7\"}",
                        "Content-Type",
                        "application/json",
                        "Authorization",
                        "Bearer " + role + "-key")
                .statusCode();
    }

    @Override
    protected AuditOutcome lastOutcome() {
        return door.audited.get(door.audited.size() - 1).getOutcome();
    }
}
