package fi.lupa.standalone.replay.whatif;

import fi.lupa.event.Channel;
import fi.lupa.event.Reason;
import fi.lupa.standalone.replay.table.TargetTable;
import fi.lupa.standalone.replay.whatif.RemadeDecision.Why;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** What another policy makes otherwise, in numbers. */
final class PolicyDifference {

    static final String TABLE = "difference";

    static final String COLUMNS =
            "subjectId VARCHAR, campaignId VARCHAR, messageId VARCHAR, channel %s, decidedAt %s, was %s, wasReason %s, now %s, nowReason %s"
                    .formatted(
                            TargetTable.words(Channel.class),
                            TargetTable.MOMENT,
                            TargetTable.words(Outcome.Kind.class),
                            TargetTable.words(Reason.class),
                            TargetTable.words(Outcome.Kind.class),
                            TargetTable.words(Reason.class));

    private final String policyVersion;
    private final String campaign;
    private final Map<Why, Long> not = new EnumMap<>(Why.class);
    private final Map<Move, Long> moves = new HashMap<>();
    private long decided;
    private long byZone;

    /** One way from an outcome to another. */
    private record Move(Outcome was, Outcome now, String campaignId, Channel channel) {}

    /** @param campaign tells of this one alone; null for all */
    PolicyDifference(String policyVersion, String campaign) {
        this.policyVersion = policyVersion;
        this.campaign = campaign;
    }

    /** Counts a decision, and tells whether it is part of the difference. */
    boolean count(RemadeDecision remade) {
        RecordedDecision one = remade.decided();
        if (campaign != null && !campaign.equals(one.campaignId())) {
            return false;
        }
        decided++;
        byZone += remade.byZone() ? 1 : 0;
        if (remade.why() != null) {
            not.merge(remade.why(), 1L, Long::sum);
        } else if (remade.differs()) {
            moves.merge(new Move(one.outcome(), remade.now(), one.campaignId(), one.channel()), 1L, Long::sum);
        }
        return remade.differs();
    }

    Object[] row(RemadeDecision remade) {
        RecordedDecision one = remade.decided();
        return new Object[] {
            one.subjectId(),
            one.campaignId(),
            one.messageId(),
            one.channel(),
            one.at(),
            one.outcome().kind(),
            one.outcome().reason(),
            remade.now().kind(),
            remade.now().reason()
        };
    }

    void tell(PrintWriter out) {
        if (decided == 0) {
            out.println(
                    campaign == null
                            ? "Nothing was decided in the period."
                            : "Nothing was decided for the campaign %s in the period; see that it is its id."
                                    .formatted(campaign));
            return;
        }
        long notAgain = not.values().stream().mapToLong(Long::longValue).sum();
        line(out, decided, "decisions");
        line(out, decided - notAgain, "made again, and as they were recorded");
        if (byZone > 0) {
            line(
                    out,
                    byZone,
                    "  which %s may decide otherwise: where their phone number is, here its own time zone, is not opened"
                            .formatted(policyVersion));
        }
        line(out, notAgain, "not, and no part of what follows");
        not.forEach((why, count) -> line(out, count, "  " + why.words));
        out.println();
        if (moves.isEmpty()) {
            out.println("Under " + policyVersion + " each of them is the same.");
            return;
        }
        line(out, moves.values().stream().mapToLong(Long::longValue).sum(), "otherwise under " + policyVersion);
        moves.entrySet().stream()
                .sorted(Map.Entry.<Move, Long>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(move -> move.getKey().toString()))
                .forEach(move -> line(
                        out,
                        move.getValue(),
                        "  %-8s %s, %s → %s"
                                .formatted(
                                        move.getKey().channel(),
                                        move.getKey().campaignId(),
                                        move.getKey().was(),
                                        move.getKey().now())));
    }

    private static void line(PrintWriter out, long count, String what) {
        out.printf(Locale.ROOT, "%,12d  %s%n", count, what);
    }
}
