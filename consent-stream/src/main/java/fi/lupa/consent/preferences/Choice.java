package fi.lupa.consent.preferences;

import fi.lupa.permission.Policy;
import fi.lupa.permission.Scope;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One switch of the page.
 *
 * @param topic within marketing; null for a whole scope
 */
record Choice(Scope scope, String topic) {

    /** Every scope, then the topics that the policy names. */
    static List<Choice> all(Policy policy) {
        return Stream.concat(
                        scopes().stream(),
                        policy.terms().topics().keySet().stream().map(topic -> new Choice(Scope.MARKETING_USE, topic)))
                .toList();
    }

    static List<Choice> scopes() {
        return Arrays.stream(Scope.values())
                .map(scope -> new Choice(scope, null))
                .toList();
    }

    /** As the page's form names it. */
    String key() {
        return topic == null ? scope.name() : scope + "." + topic;
    }
}
