package fi.lupa.standalone.imports;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Scope;
import java.util.List;
import java.util.Set;

/** What came of a row. */
sealed interface Row {

    /** It cannot be taken; the reason repeats nothing of what it holds. */
    record Refused(String column, String why) implements Row {}

    /**
     * What it says about permission; nothing, where that is empty.
     *
     * @param leftOut what was not needed and could not be read, with the reason
     */
    record Read(List<Said> said, List<Refused> leftOut) implements Row {}

    /** One thing a row says. */
    sealed interface Said {
        Scope scope();

        /** Whom it is about: the address or number where it is for one, else the subject. */
        String about();

        /** Every id under which something may be known of them. */
        Set<String> ids();
    }

    /**
     * A consent, as a form that was filled in elsewhere.
     *
     * @param key of the record
     */
    record Consent(Scope scope, String about, Set<String> ids, String key, FormSubmitted form) implements Said {
        @Override
        public String toString() {
            return "Consent " + scope + " " + about;
        }
    }

    /** A no: of the person there is nothing but the keyed hash of the address or number. */
    record Stop(Scope scope, String about, Set<String> ids, ConsentChanged changed) implements Said {}
}
