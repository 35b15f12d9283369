package fi.lupa.edge.http;

/** Text made safe for HTML. */
public final class Html {
    private Html() {}

    /** The text as it may stand between tags or in a quoted attribute. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
