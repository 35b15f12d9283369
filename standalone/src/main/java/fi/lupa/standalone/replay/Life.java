package fi.lupa.standalone.replay;

import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** The decisions about one person, under every name, made again in their order: what each clears counts for those after it. */
final class Life {

    /** What was cleared may be counted by a decision of the same instant. */
    private static final Comparator<Decided> IN_ORDER =
            Comparator.comparing(Decided::at).thenComparing(decided -> decided.contact() == null);

    private final Past past;
    private final List<ContactMade> earlier;
    private final List<Decided> decided;

    /**
     * @param earlier what was cleared before the decisions, and for others who are reached at the same address or number: it
     *     counts as it was
     */
    Life(Past past, List<ContactMade> earlier, List<Decided> decided) {
        this.past = past;
        this.earlier = earlier;
        this.decided = decided.stream().sorted(IN_ORDER).toList();
    }

    List<Remade> again(Definitions definitions, Remade.By by, Predicate<Decided> erased) {
        List<ContactMade> before = new ArrayList<>(earlier);
        List<ContactMade> instead = new ArrayList<>(earlier);
        List<Remade> all = new ArrayList<>();
        for (Decided one : decided) {
            Remade again = erased.test(one)
                    ? Remade.not(one, Remade.Why.ERASED)
                    : Remade.of(one, past, definitions, by, counting(one, before), counting(one, instead));
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
    private List<ContactMade> counting(Decided one, List<ContactMade> made) {
        ConsentState state = past.now(one.subjectId());
        Set<String> names = state == null ? Set.of(one.subjectId()) : Past.names(state, one.at());
        Set<String> others = state == null ? Set.of() : Set.copyOf(state.getPossibleDuplicates());
        return made.stream()
                .filter(contact -> names.contains(contact.getSubjectId())
                        || (others.contains(contact.getSubjectId())
                                && contact.getClearedAt().isBefore(one.at())))
                .toList();
    }
}
