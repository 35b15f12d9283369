package fi.lupa.edge.keys;

import fi.lupa.event.SignIn;
import java.util.Set;

/**
 * Who calls.
 *
 * @param name in the list of keys, or of a provider's member of staff the subject, which is nobody else's, ever
 * @param shownAs the name that people know them by
 * @param forms that a website may publish, {@code *} for all
 * @param campaigns that a campaign system may use, {@code *} for all
 */
public record Principal(
        String name, String shownAs, SignIn signIn, Set<Role> roles, Set<String> forms, Set<String> campaigns) {

    private static final Set<String> ALL = Set.of("*");

    public Principal {
        roles = Set.copyOf(roles);
        forms = Set.copyOf(forms);
        campaigns = Set.copyOf(campaigns);
    }

    /** A person, who publishes no forms and is kept from no campaign. */
    public static Principal person(String name, String shownAs, SignIn signIn, Set<Role> roles) {
        return new Principal(name, shownAs, signIn, roles, Set.of(), ALL);
    }

    /** The holder of a key, which has one role. */
    static Principal machine(String name, Role role, Set<String> forms, Set<String> campaigns) {
        return new Principal(name, name, SignIn.KEY, Set.of(role), forms, campaigns);
    }

    /** Whether it may publish the form. */
    public boolean mayPublish(String formId) {
        return roles.contains(Role.SITE) && holds(forms, formId);
    }

    /** Whether it may ask and send for the campaign. */
    public boolean mayUse(String campaignId) {
        return holds(campaigns, campaignId);
    }

    private static boolean holds(Set<String> named, String id) {
        return named.contains("*") || named.contains(id);
    }
}
