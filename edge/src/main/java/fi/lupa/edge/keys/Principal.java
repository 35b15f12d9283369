package fi.lupa.edge.keys;

import java.util.Set;

/** Who presented a key: its name in the list of keys, its role and, for a website, the forms it may publish. */
public record Principal(String name, Role role, Set<String> forms) {
    public Principal {
        forms = Set.copyOf(forms);
    }

    /** Whether it may publish the form; {@code *} among its forms stands for every one. */
    public boolean mayPublish(String formId) {
        return role == Role.SITE && (forms.contains("*") || forms.contains(formId));
    }
}
