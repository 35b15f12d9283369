package fi.lupa.standalone.replay.read;

import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.event.DeadLetter;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;

/**
 * What of the events comes out to nobody, and what only to who may open it.
 *
 * <p>A field that today's schemas do not know may be anything, and so is withheld like personal data: an older Lupa tells less of
 * newer events, not more.
 */
public final class Withheld {

    /** With a wrapped key beside it, an erased person's data could be opened after the key was destroyed. */
    private static final Set<String> FROM_ALL = Set.of("sealed", "wrappedKey");

    /** Who somebody is, and links that act for them. */
    public static final Set<String> UNLESS_OPENED =
            Set.of("personal", "unsubscribeUrl", "preferencesUrl", "listUnsubscribe");

    private static final String DEAD_VALUE = "value";

    private Withheld() {}

    /** The schema without what is withheld from everybody. */
    public static Schema fromAll(Schema schema) {
        return MergedSchema.without(schema, field -> FROM_ALL.contains(field.name()));
    }

    /** The schema of a topic without what is withheld from whoever sees pseudonyms. */
    public static Schema from(Schema schema, Topic<?> topic) {
        Set<String> known = names(topic.schema());
        boolean deadLetters = topic.value() == DeadLetter.class;
        return MergedSchema.without(
                schema,
                field -> FROM_ALL.contains(field.name())
                        || UNLESS_OPENED.contains(field.name())
                        || !known.contains(field.name())
                        || (deadLetters && field.name().equals(DEAD_VALUE)));
    }

    /** The fields that are withheld because today's schema does not know them. */
    static List<String> unknown(Schema schema, Topic<?> topic) {
        Set<String> unknown = names(schema);
        unknown.removeAll(names(topic.schema()));
        return unknown.stream().map(name -> topic.name() + " " + name).toList();
    }

    /** Whether a topic holds in the clear who people are. */
    public static boolean isTold(Topic<?> topic) {
        return topic.equals(Topics.FORMS_INBOX)
                || topic.equals(Topics.DEAD_LETTERS)
                || (topic.schema().getField("personal") != null
                        && topic.schema().getField("sealed") == null);
    }

    /** The key of a record; null where it may be something else than a pseudonymous id or a name that Lupa gives. */
    public static String key(Topic<?> topic, String key, boolean opened) {
        boolean named = topic.equals(Topics.CAMPAIGN_DEFINITIONS)
                || topic.equals(Topics.CAMPAIGN_LAUNCHES)
                || topic.equals(Topics.AUDIENCE_EXPORTS)
                || topic.equals(Topics.AUDIT_EVENTS);
        return key == null || opened || named || PseudonymousIds.isId(key) ? key : null;
    }

    private static Set<String> names(Schema schema) {
        Set<String> names = new TreeSet<>();
        names(schema, names);
        return names;
    }

    private static void names(Schema schema, Set<String> names) {
        switch (schema.getType()) {
            case RECORD ->
                schema.getFields().forEach(field -> {
                    names.add(field.name());
                    names(field.schema(), names);
                });
            case ARRAY -> names(schema.getElementType(), names);
            case MAP -> names(schema.getValueType(), names);
            case UNION -> schema.getTypes().forEach(type -> names(type, names));
            default -> {
                // Has no fields.
            }
        }
    }
}
