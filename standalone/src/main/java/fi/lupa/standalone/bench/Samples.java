package fi.lupa.standalone.bench;

import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.MessageCleared;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Verdicts;
import java.util.stream.IntStream;

/** Single records of those that the bench makes up, and what decides on them: for whoever measures single calls. */
public final class Samples {

    private static final Workload WORKLOAD = new Workload(1, 1_000, 1_000, 1_000, 400);
    private static final int CLEARED = first(true);
    private static final int SUPPRESSED = first(false);

    private Samples() {}

    private static int first(boolean cleared) {
        return IntStream.range(0, WORKLOAD.messages())
                .filter(message -> WORKLOAD.channel(message) == Channel.EMAIL)
                .filter(message -> WORKLOAD.verdict(message) instanceof Verdict.Cleared == cleared)
                .findFirst()
                .orElseThrow();
    }

    public static Policy policy() {
        return Site.policy();
    }

    public static CampaignDefined campaign() {
        return WORKLOAD.campaign();
    }

    /** An email. */
    public static CampaignMessage message() {
        return WORKLOAD.message(CLEARED);
    }

    /** Of somebody whom an email may go to, sealed. */
    public static ConsentState permitting() {
        return WORKLOAD.published(WORKLOAD.recipient(CLEARED));
    }

    /** Of somebody whom no email may go to, sealed. */
    public static ConsentState refusing() {
        return WORKLOAD.published(WORKLOAD.recipient(SUPPRESSED));
    }

    /** What becomes of {@link #message}, with links as long as real ones. */
    public static MessageCleared cleared() {
        Verdict.Cleared verdict = (Verdict.Cleared) WORKLOAD.verdict(CLEARED);
        ConsentState state = WORKLOAD.state(WORKLOAD.recipient(CLEARED));
        String address = state.getPersonal()
                .getContactPoints()
                .get(state.getContactPoints().get(0).getId());
        String link = "https://lupa.example.fi/unsubscribe/" + "x".repeat(120);
        return Verdicts.cleared(message(), campaign(), state.getSubjectId(), verdict, address)
                .setPreferencesUrl(link)
                .setUnsubscribeUrl(link)
                .setListUnsubscribe("<" + link + ">")
                .setListUnsubscribePost("List-Unsubscribe=One-Click")
                .build();
    }
}
