package fi.lupa.consent.topology;

/**
 * What became of a form: whose it is, and where in the inbox it was seen.
 *
 * @param offset in the partition of the form's key
 * @param content a keyed hash of what the form says; null where an earlier version kept it
 */
public record Submission(String subjectId, long offset, String content) {

    String text() {
        return offset + " " + subjectId + " " + content;
    }

    /** Reads {@link #text} back. */
    public static Submission parse(String text) {
        String[] parts = text.split(" ");
        return new Submission(parts[1], Long.parseLong(parts[0]), parts.length < 3 ? null : parts[2]);
    }

    /** Whether another form of the same sender, under the same eventId, says what this one did. */
    boolean saysTheSame(Submission form) {
        return content == null || content.equals(form.content);
    }
}
