package fi.lupa.edge.identity;

/** What became of an identifier that somebody wrote: its one form, or why there is none. */
public sealed interface ParsedIdentifier {
    IdentifierKind kind();

    /** The identifier in the one form that all its spellings share; it prints without the value. */
    record Valid(IdentifierKind kind, String value) implements ParsedIdentifier {
        @Override
        public String toString() {
            return kind + " (hidden)";
        }
    }

    /** Why the identifier cannot be used, as a sentence that does not repeat it. */
    record Invalid(IdentifierKind kind, String why) implements ParsedIdentifier {}
}
