package fi.lupa.consent;

import fi.lupa.consent.feedback.FeedbackDoor;
import fi.lupa.consent.intake.ConfirmDoor;
import fi.lupa.consent.intake.ConsentsDoor;
import fi.lupa.consent.intake.FormsDoor;
import fi.lupa.consent.intake.SameAsDoor;
import fi.lupa.consent.preferences.PreferencesDoor;
import fi.lupa.consent.query.FilesDoor;
import fi.lupa.consent.query.SubjectsDoor;
import fi.lupa.consent.receipts.ReceiptsDoor;
import fi.lupa.consent.rights.AccessReportDoor;
import fi.lupa.consent.rights.ErasureDoor;
import fi.lupa.consent.rights.RectificationDoor;
import fi.lupa.consent.rights.RequestsDoor;
import fi.lupa.consent.unsubscribe.UnsubscribeDoor;
import fi.lupa.edge.http.OpenApiChecks;
import fi.lupa.event.Customership;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.ContactKind;
import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The description of the service says what its doors do. */
class OpenApiTest extends OpenApiChecks {

    /** What the doors read and write, by the name of its schema. */
    private static final Map<String, String> RECORDS = Map.ofEntries(
            Map.entry("Receipt", "fi.lupa.consent.intake.Receipt"),
            Map.entry("Understood", "fi.lupa.consent.intake.Receipt$Understood"),
            Map.entry("Said", "fi.lupa.consent.intake.ConsentsDoor$Said"),
            Map.entry("Recorded", "fi.lupa.consent.intake.ConsentsDoor$Recorded"),
            Map.entry("ConsentsView", "fi.lupa.consent.query.ConsentsView"),
            Map.entry("PointView", "fi.lupa.consent.query.ConsentsView$PointView"),
            Map.entry("ScopeView", "fi.lupa.consent.query.ConsentsView$ScopeView"),
            Map.entry("StatementView", "fi.lupa.consent.query.ConsentsView$StatementView"),
            Map.entry("Problem", "fi.lupa.edge.http.Problem"),
            Map.entry("Fault", "fi.lupa.edge.http.Fault"),
            Map.entry("SubjectFound", "fi.lupa.consent.query.SubjectsDoor$Found"),
            Map.entry("HistoryOf", "fi.lupa.consent.query.Histories$HistoryOf"),
            Map.entry("ContactsOf", "fi.lupa.consent.query.ContactHistories$ContactsOf"),
            Map.entry("ContactEntry", "fi.lupa.consent.query.ContactEntry"),
            Map.entry("HistoryEntry", "fi.lupa.consent.query.HistoryEntry"),
            Map.entry("Feedback", "fi.lupa.consent.feedback.Feedback"),
            Map.entry("Taken", "fi.lupa.consent.feedback.FeedbackDoor$Taken"),
            Map.entry("Ground", "fi.lupa.consent.intake.SameAsDoor$Ground"),
            Map.entry("Unsubscribed", "fi.lupa.consent.unsubscribe.UnsubscribeDoor$Unsubscribed"),
            Map.entry("Order", "fi.lupa.consent.rights.ErasureDoor$Order"),
            Map.entry("Proof", "fi.lupa.consent.rights.ErasureDoor$Proof"),
            Map.entry("StopLeft", "fi.lupa.consent.rights.ErasureDoor$StopLeft"),
            Map.entry("Hold", "fi.lupa.consent.rights.ErasureDoor$Hold"),
            Map.entry("Held", "fi.lupa.consent.rights.ErasureDoor$Held"),
            Map.entry("Opening", "fi.lupa.consent.rights.RequestsDoor$Opening"),
            Map.entry("Extension", "fi.lupa.consent.rights.RequestsDoor$Extension"),
            Map.entry("Closing", "fi.lupa.consent.rights.RequestsDoor$Closing"),
            Map.entry("Request", "fi.lupa.consent.rights.Request"),
            Map.entry("Exercised", "fi.lupa.consent.rights.Exercised"),
            Map.entry("RightsOf", "fi.lupa.consent.rights.RightsHistories$RightsOf"),
            Map.entry("RequestsPage", "fi.lupa.consent.rights.RequestsDoor$RequestsPage"),
            Map.entry("Check", "fi.lupa.consent.rights.AccessReportDoor$Check"),
            Map.entry("Refused", "fi.lupa.consent.rights.AccessReportDoor$Refused"),
            Map.entry("Rectification", "fi.lupa.consent.rights.RectificationDoor$Rectification"),
            Map.entry("NewAddress", "fi.lupa.consent.rights.RectificationDoor$Address"),
            Map.entry("Rectified", "fi.lupa.consent.rights.RectificationDoor$Rectified"),
            Map.entry("AccessReport", "fi.lupa.consent.rights.AccessReport"),
            Map.entry("Person", "fi.lupa.consent.rights.AccessReport$Person"),
            Map.entry("Dated", "fi.lupa.consent.rights.AccessReport$Dated"),
            Map.entry("Point", "fi.lupa.consent.rights.AccessReport$Point"),
            Map.entry("SentForm", "fi.lupa.consent.rights.AccessReport$Form"),
            Map.entry("Ticked", "fi.lupa.consent.rights.AccessReport$Ticked"),
            Map.entry("Sender", "fi.lupa.consent.rights.AccessReport$Sender"),
            Map.entry("GivenAddress", "fi.lupa.consent.rights.AccessReport$Address"),
            Map.entry("Stop", "fi.lupa.consent.rights.AccessReport$Stop"),
            Map.entry("SubjectLink", "fi.lupa.consent.rights.AccessReport$Link"),
            Map.entry("Messages", "fi.lupa.consent.rights.AccessReport$Messages"),
            Map.entry("AskedMessage", "fi.lupa.consent.rights.AccessReport$Asked"),
            Map.entry("ClearedMessage", "fi.lupa.consent.rights.AccessReport$Cleared"),
            Map.entry("SuppressedMessage", "fi.lupa.consent.rights.AccessReport$Suppressed"),
            Map.entry("Handler", "fi.lupa.consent.rights.AccessReport$Handler"),
            Map.entry("Place", "fi.lupa.consent.rights.AccessReport$Place"),
            Map.entry("Decided", "fi.lupa.consent.intake.SameAsDoor$Decided"));

    private static final List<Class<? extends Enum<?>>> WORDS = List.of(
            Scope.class,
            Will.class,
            Door.class,
            SubjectKind.class,
            ContactKind.class,
            ConsentStatus.class,
            Customership.class);

    OpenApiTest() {
        super("/openapi/consent-stream.json", RECORDS, WORDS);
    }

    @Override
    protected void mount(RoutesConfig routes) {
        new FormsDoor(null, null, null, null, null, null, null).mount(routes);
        new ConsentsDoor(null, null, null, null, null, null, null, null).mount(routes);
        new FeedbackDoor(null, null, null, null).mount(routes);
        new SameAsDoor(null, null, null).mount(routes);
        new SubjectsDoor(null, null, null, null, null, null).mount(routes);
        new ErasureDoor(null, null, null, null, null).mount(routes);
        new RequestsDoor(null, null, null, null, null).mount(routes);
        new RectificationDoor(null, null, null, null, null, null).mount(routes);
        new AccessReportDoor(null, null, null, null, null, null, Optional.empty(), null, null, null).mount(routes);
        new ConfirmDoor(null, null, null, null, null, null, null).mount(routes);
        new ReceiptsDoor(null, Optional.empty(), null, null, null, null, null).mount(routes);
        new UnsubscribeDoor(null, null, null, null, null, null, null).mount(routes);
        new PreferencesDoor(null, null, null, null, null, null, null, null).mount(routes);
        new FilesDoor(null, null, null, null).mount(routes);
    }
}
