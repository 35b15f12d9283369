package fi.lupa.consent.topology;

/**
 * What became of a form: whose it is, and where in the inbox its eventId was first seen.
 *
 * @param offset in the partition of the form's key
 */
public record Submission(String subjectId, long offset) {

    String text() {
        return offset + " " + subjectId;
    }

    /** Reads {@link #text} back. */
    public static Submission parse(String text) {
        int space = text.indexOf(' ');
        return new Submission(text.substring(space + 1), Long.parseLong(text.substring(0, space)));
    }
}
