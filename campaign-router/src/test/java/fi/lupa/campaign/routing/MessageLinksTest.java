package fi.lupa.campaign.routing;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.AINO_PHONE;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.PUBLIC_URL;
import static fi.lupa.campaign.People.TOKENS;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.knownByEmail;
import static fi.lupa.campaign.People.spring;
import static fi.lupa.campaign.People.toAino;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.links.Link;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.Purpose;
import fi.lupa.permission.Scope;
import fi.lupa.schemas.OwnCampaigns;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A cleared message carries the links that its recipient needs, and none that would promise too much. */
class MessageLinksTest {

    private RouterDriver router;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        router = new RouterDriver(stateDir);
    }

    @AfterEach
    void stop() {
        router.close();
    }

    @ParameterizedTest
    @CsvSource({
        "DIRECT_MARKETING, EMAIL, EMAIL",
        "DIRECT_MARKETING, MOBILE, MOBILE",
        "DIRECT_MARKETING, PHONE, PHONE",
        "DIRECT_MARKETING, POST, POST",
        "MARKET_RESEARCH, EMAIL, MARKET_RESEARCH",
        "MARKET_RESEARCH, MOBILE, MARKET_RESEARCH",
        "MARKET_RESEARCH, PHONE, MARKET_RESEARCH",
        "MARKET_RESEARCH, POST, MARKET_RESEARCH"
    })
    void anUnsubscribeLinkStopsTheScopeThatBindsThePurpose(Purpose purpose, Channel channel, Scope scope) {
        MessageCleared cleared = cleared(spring().setPurpose(purpose).build(), channel);

        Link.Unsubscribe link = TOKENS.read(token(cleared.getUnsubscribeUrl(), "unsubscribe"), Link.Unsubscribe.class)
                .orElseThrow();

        assertThat(link)
                .isEqualTo(new Link.Unsubscribe(
                        AINO, cleared.getContactPointId(), scope, NOON.plus(Duration.ofDays(730))));
        preferencesOf(cleared);
    }

    @ParameterizedTest
    @EnumSource(
            value = Purpose.class,
            names = {"CUSTOMER_COMMUNICATION", "SERVICE_ADVERTISING", "BENEFIT", "SERVICE_NOTICE"})
    void whatNobodyCanProhibitHasThePreferenceLinkAlone(Purpose purpose) {
        for (Channel channel : Channel.values()) {
            MessageCleared cleared = cleared(spring().setPurpose(purpose).build(), channel);

            assertThat(cleared.getUnsubscribeUrl()).isNull();
            assertThat(cleared.getListUnsubscribe()).isNull();
            assertThat(cleared.getListUnsubscribePost()).isNull();
            preferencesOf(cleared);
        }
    }

    @Test
    void anEmailCarriesTheHeadersOfOneClickUnsubscribe() {
        MessageCleared cleared = cleared(spring().build(), Channel.EMAIL);

        assertThat(cleared.getListUnsubscribe()).isEqualTo("<" + cleared.getUnsubscribeUrl() + ">");
        assertThat(cleared.getListUnsubscribePost()).isEqualTo("List-Unsubscribe=One-Click");
    }

    @ParameterizedTest
    @EnumSource(
            value = Channel.class,
            names = {"MOBILE", "PHONE", "POST"})
    void nothingElseHasHeaders(Channel channel) {
        MessageCleared cleared = cleared(spring().build(), channel);

        assertThat(cleared.getListUnsubscribe()).isNull();
        assertThat(cleared.getListUnsubscribePost()).isNull();
    }

    /** Whoever typed somebody's address beside a number of their own must not be sent that person's page. */
    @Test
    void aMessageThatAsksForAConfirmationLeadsToNobodysPage() {
        MessageCleared cleared = cleared(
                spring().setCampaignId(OwnCampaigns.CONFIRMATION)
                        .setPurpose(Purpose.SERVICE_NOTICE)
                        .build(),
                Channel.EMAIL);

        assertThat(cleared.getPreferencesUrl()).isNull();
        assertThat(cleared.getUnsubscribeUrl()).isNull();
    }

    /** Anybody can type another's email address beside a number of their own, or the other way round. */
    @Test
    void whoIsKnownByAnEmailAddressHasThePageThereAndNotAtANumberTypedBesideIt() {
        router.knows(spring().build());
        router.knows(knownByEmail().consentsToEmailAndMobile().state());
        for (Channel channel : List.of(Channel.EMAIL, Channel.MOBILE)) {
            router.routes(toAino(channel).setSubjectId(AINO_EMAIL).build());
        }

        List<MessageCleared> cleared = router.cleared();
        assertThat(cleared).extracting(MessageCleared::getContactPointId).containsExactly(AINO_EMAIL, AINO_PHONE);
        assertThat(cleared).extracting(one -> one.getPreferencesUrl() == null).containsExactly(false, true);
        assertThat(cleared).allMatch(one -> one.getUnsubscribeUrl() != null);
    }

    /** A form with a customer's email address on it brings whatever number was typed beside it. */
    @Test
    void aCustomerHasThePageWhereTheyGaveTheAddressThemselves() {
        ConsentState state = aino().consentsToEmailAndMobile().state();
        router.knows(spring().build());
        router.knows(ConsentState.newBuilder(state)
                .setContactPoints(state.getContactPoints().stream()
                        .map(point -> KnownContactPoint.newBuilder(point)
                                .setUnverified(point.getKind() == ContactKind.PHONE)
                                .build())
                        .toList())
                .build());
        for (Channel channel : List.of(Channel.EMAIL, Channel.MOBILE)) {
            router.routes(toAino(channel).build());
        }

        assertThat(router.cleared())
                .extracting(one -> one.getPreferencesUrl() == null)
                .containsExactly(false, true);
    }

    @Test
    void aLinkTellsNobodysAddress() {
        MessageCleared cleared = cleared(spring().build(), Channel.EMAIL);

        assertThat(cleared.getPreferencesUrl() + cleared.getListUnsubscribe())
                .doesNotContain("aino", "%40")
                .hasSizeLessThan(500);
    }

    private MessageCleared cleared(CampaignDefined campaign, Channel channel) {
        router.knows(campaign);
        router.knows(aino().consentsToEmailAndMobile().state());
        router.routes(toAino(channel).setCampaignId(campaign.getCampaignId()).build());
        return router.cleared().get(0);
    }

    private static void preferencesOf(MessageCleared cleared) {
        assertThat(TOKENS.read(token(cleared.getPreferencesUrl(), "preferences"), Link.Preferences.class))
                .hasValue(new Link.Preferences(AINO, NOON.plus(Duration.ofDays(90))));
    }

    private static String token(String url, String page) {
        String before = PUBLIC_URL + "/" + page + "/";
        assertThat(url).startsWith(before);
        return url.substring(before.length());
    }
}
