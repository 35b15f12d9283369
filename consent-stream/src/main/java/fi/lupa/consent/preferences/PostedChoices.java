package fi.lupa.consent.preferences;

import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.permission.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The page's form, as it was posted.
 *
 * @param wanted the switches as the person left them
 * @param shown the switches as the page showed them
 * @param everythingOff whether the one button for everything was pressed
 */
record PostedChoices(Map<Scope, Boolean> wanted, Map<Scope, Boolean> shown, boolean everythingOff) {

    private static final String SHOWN = "was.";
    private static final String EVERYTHING = "everything";

    /** @throws ProblemException 400 with every fault */
    static PostedChoices read(Map<String, List<String>> fields) {
        List<Fault> faults = new ArrayList<>();
        Map<Scope, Boolean> wanted = new EnumMap<>(Scope.class);
        Map<Scope, Boolean> shown = new EnumMap<>(Scope.class);
        fields.forEach((name, values) -> {
            String scope = name.startsWith(SHOWN) ? name.substring(SHOWN.length()) : name;
            boolean known =
                    Arrays.stream(Scope.values()).anyMatch(one -> one.name().equals(scope));
            if (name.equals(EVERYTHING)) {
                if (!values.equals(List.of("off"))) {
                    faults.add(new Fault(name, "This can be off, and said once."));
                }
            } else if (!known) {
                faults.add(new Fault(name, "There is no such choice on the page."));
            } else if (values.size() != 1 || !List.of("on", "off").contains(values.get(0))) {
                faults.add(new Fault(name, "This is on or off, and said once."));
            } else {
                (name.startsWith(SHOWN) ? shown : wanted)
                        .put(Scope.valueOf(scope), values.get(0).equals("on"));
            }
        });
        wanted.keySet().stream()
                .filter(scope -> !shown.containsKey(scope))
                .forEach(scope -> faults.add(
                        new Fault(SHOWN + scope, "Say what the page showed, so that nothing newer is overwritten.")));
        if (!faults.isEmpty()) {
            throw ProblemException.badRequest(faults);
        }
        return new PostedChoices(wanted, shown, fields.containsKey(EVERYTHING));
    }

    /** What the person wants otherwise than it is. */
    List<Scope> changes(Choices now) {
        return wanted.keySet().stream()
                .filter(scope -> wanted.get(scope) != now.isOn(scope))
                .toList();
    }

    /** Whether the page showed something else than what is in force. */
    boolean isOutdated(Choices now) {
        return shown.keySet().stream().anyMatch(scope -> shown.get(scope) != now.isOn(scope));
    }
}
