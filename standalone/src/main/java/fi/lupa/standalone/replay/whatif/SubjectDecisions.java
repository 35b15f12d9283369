package fi.lupa.standalone.replay.whatif;

import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The decisions about one person, under every name, made again in their order: what each clears counts for those after it. */
final class SubjectDecisions {

    /** What was cleared may be counted by a decision of the same instant. */
    private static final Comparator<RecordedDecision> IN_ORDER =
            Comparator.comparing(RecordedDecision::at).thenComparing(decided -> decided.contact() == null);

    private final SubjectPast past;
    private final List<ContactMade> earlier;
    private final List<RecordedDecision> decided;

    /**
     * @param earlier what was cleared before the decisions, and for others who are reached at the same address or number: it
     *     counts as it was
     */
    SubjectDecisions(SubjectPast past, List<ContactMade> earlier, List<RecordedDecision> decided) {
        this.past = past;
        this.earlier = earlier;
        this.decided = decided.stream().sorted(IN_ORDER).toList();
    }

    List<RemadeDecision> again(
            CampaignDefinitions definitions, RemadeDecision.By by, Predicate<RecordedDecision> erased) {
        List<ContactMade> before = new ArrayList<>(earlier);
        List<ContactMade> instead = new ArrayList<>(earlier);
        List<RemadeDecision> all = new ArrayList<>();
        for (RecordedDecision one : decided) {
            RemadeDecision again = erased.test(one)
                    ? RemadeDecision.not(one, RemadeDecision.Why.ERASED)
                    : RemadeDecision.of(one, past, definitions, by, counting(one, before), counting(one, instead));
            all.add(again);
            if (one.contact() != null) {
                before.add(one.contact());
            }
            ContactMade made = again.why() == null ? again.made() : one.contact();
            if (made != null) {
                instead.add(made);
            }
        }
        return all;
    }

    /** What counts for the recipient: what was cleared for them under each name, and for whom they share an address or number with. */
    private List<ContactMade> counting(RecordedDecision one, List<ContactMade> made) {
        ConsentState state = past.now(one.subjectId());
        Set<String> names = state == null ? Set.of(one.subjectId()) : SubjectPast.names(state, one.at());
        Set<String> others = state == null ? Set.of() : Set.copyOf(state.getPossibleDuplicates());
        return made.stream()
                .filter(contact -> names.contains(contact.getSubjectId())
                        || (others.contains(contact.getSubjectId())
                                && contact.getClearedAt().isBefore(one.at())))
                .toList();
    }
}
