package fi.lupa.campaign.decision;

import fi.lupa.event.ConsentState;
import fi.lupa.event.Segment;
import fi.lupa.event.SentForm;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;

/** Who is in a {@link Segment}, by what is known of them. Whether they may be contacted is another question. */
final class Segments {

    /** Everybody. */
    static final Segment EVERYBODY = Segment.newBuilder().build();

    private Segments() {}

    /** Whether anything is asked that picks some and leaves others out; null asks nothing. */
    static boolean picks(Segment segment) {
        return segment != null && !segment.equals(EVERYBODY);
    }

    /** Whether all that the segment asks for holds, at the moment. */
    static boolean contains(Segment segment, ConsentState state, Instant at) {
        List<String> tags = state.getTags();
        return tags.containsAll(segment.getTags())
                && asked(segment.getAnyTags(), !Collections.disjoint(tags, segment.getAnyTags()))
                && Collections.disjoint(tags, segment.getWithoutTags())
                && asked(
                        segment.getLanguages(),
                        state.getLanguage() != null
                                && segment.getLanguages()
                                        .contains(state.getLanguage().getValue()))
                && asked(segment.getKinds(), segment.getKinds().contains(state.getKind()))
                && asked(segment.getCustomerships(), segment.getCustomerships().contains(state.getCustomership()))
                && asked(segment.getForms(), hasSent(segment.getForms(), segment, state, at))
                && !hasSent(segment.getWithoutForms(), segment, state, at)
                && registeredWithin(segment, state.getRegisteredAt());
    }

    private static boolean asked(List<?> any, boolean holds) {
        return any.isEmpty() || holds;
    }

    private static boolean hasSent(List<String> forms, Segment segment, ConsentState state, Instant at) {
        Instant from = since(segment.getFormsWithin(), at);
        for (SentForm sent : state.getForms()) {
            if (forms.contains(sent.getFormId()) && !sent.getLatest().isBefore(from)) {
                return true;
            }
        }
        return false;
    }

    /** A time that reaches back before all times reaches back to the first. */
    private static Instant since(String within, Instant at) {
        if (within == null) {
            return Instant.MIN;
        }
        try {
            return at.minus(Duration.parse(within));
        } catch (DateTimeException | ArithmeticException e) {
            return Instant.MIN;
        }
    }

    private static boolean registeredWithin(Segment segment, Instant registeredAt) {
        Instant from = segment.getRegisteredFrom();
        Instant until = segment.getRegisteredUntil();
        if (registeredAt == null) {
            return from == null && until == null;
        }
        return (from == null || !registeredAt.isBefore(from)) && (until == null || registeredAt.isBefore(until));
    }
}
