package fi.lupa.campaign;

import fi.lupa.campaign.audience.AudiencesDoor;
import fi.lupa.campaign.audience.LaunchesDoor;
import fi.lupa.campaign.definition.CampaignsDoor;
import fi.lupa.campaign.desk.FiguresDoor;
import fi.lupa.campaign.message.DecisionsDoor;
import fi.lupa.campaign.message.MessagesDoor;
import fi.lupa.edge.http.OpenApiChecks;
import fi.lupa.event.Channel;
import fi.lupa.event.Customership;
import fi.lupa.event.Purpose;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.permission.Reason;
import io.javalin.config.RoutesConfig;
import java.util.List;
import java.util.Map;

/** The description of the service says what its doors do. */
class OpenApiTest extends OpenApiChecks {

    /** What the doors read and write, by the name of its schema. */
    private static final Map<String, String> RECORDS = Map.ofEntries(
            Map.entry("Definition", "fi.lupa.campaign.definition.CampaignsDoor$Definition"),
            Map.entry("ProcessorOf", "fi.lupa.campaign.definition.CampaignsDoor$ProcessorOf"),
            Map.entry("CampaignView", "fi.lupa.campaign.definition.CampaignsDoor$CampaignView"),
            Map.entry("SegmentOf", "fi.lupa.campaign.definition.SegmentOf"),
            Map.entry("Preview", "fi.lupa.campaign.audience.LaunchesDoor$Preview"),
            Map.entry("Progress", "fi.lupa.campaign.audience.LaunchesDoor$Progress"),
            Map.entry("Sizes", "fi.lupa.campaign.audience.AudiencesDoor$Sizes"),
            Map.entry("Size", "fi.lupa.campaign.audience.AudiencesDoor$Size"),
            Map.entry("Recheck", "fi.lupa.campaign.audience.AudiencesDoor$Recheck"),
            Map.entry("NoLonger", "fi.lupa.campaign.audience.AudiencesDoor$NoLonger"),
            Map.entry("Figures", "fi.lupa.campaign.desk.Figures"),
            Map.entry("OfChannel", "fi.lupa.campaign.desk.Figures$OfChannel"),
            Map.entry("Hour", "fi.lupa.campaign.desk.Figures$Hour"),
            Map.entry("Message", "fi.lupa.campaign.message.MessagesDoor$Message"),
            Map.entry("RecipientOf", "fi.lupa.campaign.message.RecipientOf"),
            Map.entry("Question", "fi.lupa.campaign.message.DecisionsDoor$Question"),
            Map.entry("Answer", "fi.lupa.campaign.message.DecisionsDoor$Answer"),
            Map.entry("Problem", "fi.lupa.edge.http.Problem"),
            Map.entry("Fault", "fi.lupa.edge.http.Fault"),
            Map.entry("Because", "fi.lupa.campaign.message.DecisionsDoor$Because"),
            Map.entry("Said", "fi.lupa.campaign.message.DecisionsDoor$Said"));

    private static final List<Class<? extends Enum<?>>> WORDS = List.of(
            Channel.class, Purpose.class, TransferBasis.class, Reason.class, SubjectKind.class, Customership.class);

    OpenApiTest() {
        super("/openapi/campaign-router.json", RECORDS, WORDS);
    }

    @Override
    protected void mount(RoutesConfig routes) {
        new CampaignsDoor(null, null, null, null, null).mount(routes);
        new MessagesDoor(null, null, null, null, null).mount(routes);
        new AudiencesDoor(null, null, null, null, null, null, null, null).mount(routes);
        new LaunchesDoor(null, null, null, null, null, null, null, null).mount(routes);
        new FiguresDoor(null, null, null, null).mount(routes);
        new DecisionsDoor(null, null, null, null, null, null, null, null).mount(routes);
    }
}
