package fi.lupa.consent.preferences;

import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The page's form, as it was posted.
 *
 * @param wanted the switches as the person left them
 * @param shown the switches as the page showed them
 * @param everythingOff whether the one button for everything was pressed
 */
record PostedChoices(Map<Choice, Boolean> wanted, Map<Choice, Boolean> shown, boolean everythingOff) {

    private static final String SHOWN = "was.";
    private static final String EVERYTHING = "everything";

    /**
     * Reads the form.
     *
     * @param all the switches that the page has
     * @throws ProblemException 400 with every fault
     */
    static PostedChoices read(Map<String, List<String>> fields, List<Choice> all) {
        Map<String, Choice> known = all.stream().collect(Collectors.toMap(Choice::key, choice -> choice));
        List<Fault> faults = new ArrayList<>();
        Map<Choice, Boolean> wanted = new LinkedHashMap<>();
        Map<Choice, Boolean> shown = new LinkedHashMap<>();
        fields.forEach((name, values) -> {
            Choice choice = known.get(name.startsWith(SHOWN) ? name.substring(SHOWN.length()) : name);
            if (name.equals(EVERYTHING)) {
                if (!values.equals(List.of("off"))) {
                    faults.add(new Fault(name, "This can be off, and said once."));
                }
            } else if (choice == null) {
                faults.add(new Fault(name, "There is no such choice on the page."));
            } else if (values.size() != 1 || !List.of("on", "off").contains(values.get(0))) {
                faults.add(new Fault(name, "This is on or off, and said once."));
            } else {
                (name.startsWith(SHOWN) ? shown : wanted)
                        .put(choice, values.get(0).equals("on"));
            }
        });
        wanted.keySet().stream()
                .filter(choice -> !shown.containsKey(choice))
                .forEach(choice -> faults.add(new Fault(
                        SHOWN + choice.key(), "Say what the page showed, so that nothing newer is overwritten.")));
        if (!faults.isEmpty()) {
            throw ProblemException.badRequest(faults);
        }
        return new PostedChoices(wanted, shown, fields.containsKey(EVERYTHING));
    }

    /** What the person wants otherwise than it is. */
    List<Choice> changes(Choices now) {
        return wanted.keySet().stream()
                .filter(choice -> wanted.get(choice) != now.isOn(choice))
                .toList();
    }

    /** Whether the page showed something else than what is in force. */
    boolean isOutdated(Choices now) {
        return shown.keySet().stream().anyMatch(choice -> shown.get(choice) != now.isOn(choice));
    }
}
