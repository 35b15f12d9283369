package fi.lupa.standalone.replay.read;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topic.Cleanup;
import fi.lupa.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What tells who somebody is comes out of no topic unless it is opened, and keys come out of none at all. */
class WithheldTest {

    static List<Topic<?>> topics() {
        return Topics.all();
    }

    @ParameterizedTest
    @MethodSource("topics")
    void pseudonymsAloneComeOut(Topic<?> topic) {
        List<String> fields = new ArrayList<>();
        collect(Withheld.from(topic.schema(), topic), "", fields);
        assertThat(fields)
                .as("a field for personal data, sealed or not, for a key, or for a link that acts for somebody")
                .noneMatch(field -> field.endsWith("PersonalData")
                        || field.endsWith("BYTES")
                        || field.contains("Url")
                        || field.matches(".*listUnsubscribe [A-Z]+"));
    }

    @ParameterizedTest
    @MethodSource("topics")
    void keysComeOutToNobody(Topic<?> topic) {
        List<String> fields = new ArrayList<>();
        collect(Withheld.fromAll(topic.schema()), "", fields);
        assertThat(fields).noneMatch(field -> field.contains("wrappedKey") || field.contains("sealed"));
    }

    @Test
    void aFieldThatTodaysSchemaDoesNotKnowMayBeAnything() {
        Schema newer = MergedSchema.of(List.of(Topics.CAMPAIGN_CONTACTS.schema(), new Schema.Parser().parse("""
                {"type": "record", "name": "ContactMade", "namespace": "fi.lupa.event", "fields": [
                  {"name": "messageId", "type": "string"}, {"name": "nickname", "type": "string"}]}""")));
        assertThat(newer.getField("nickname")).isNotNull();
        assertThat(Withheld.from(newer, Topics.CAMPAIGN_CONTACTS).getField("nickname"))
                .isNull();
    }

    @Test
    void aKeyThatIsNoIdMayBeAnything() {
        assertThat(Withheld.key(Topics.CAMPAIGN_MESSAGES, "aino@example.com", false))
                .isNull();
        assertThat(Withheld.key(Topics.CAMPAIGN_MESSAGES, "m4_2FxLm5Rz9mOk2ma0M0Q", false))
                .isEqualTo("m4_2FxLm5Rz9mOk2ma0M0Q");
        assertThat(Withheld.key(Topics.CAMPAIGN_DEFINITIONS, "spring", false)).isEqualTo("spring");
        assertThat(Withheld.key(Topics.DEAD_LETTERS, "aino@example.com", true)).isEqualTo("aino@example.com");
    }

    @ParameterizedTest
    @MethodSource("topics")
    void whatTookPlaceSaysWhenAndOnlyWhatIsDoesNot(Topic<?> topic) {
        boolean tellsWhatIs = topic.cleanup() instanceof Cleanup.ToNewestOfKey || topic == Topics.SUBJECT_NOTES;
        EventTime.field(topic)
                .ifPresentOrElse(
                        field -> assertThat(topic.schema()
                                        .getField(field)
                                        .schema()
                                        .getLogicalType()
                                        .getName())
                                .isEqualTo("timestamp-millis"),
                        () -> assertThat(tellsWhatIs).isTrue());
    }

    private static void collect(Schema schema, String path, List<String> into) {
        switch (schema.getType()) {
            case RECORD ->
                schema.getFields().forEach(field -> {
                    Schema present = MergedSchema.present(field.schema());
                    into.add(path + field.name() + " "
                            + (present.getType() == Type.RECORD ? present.getName() : present.getType()));
                    collect(present, path + field.name() + ".", into);
                });
            case ARRAY -> collect(schema.getElementType(), path, into);
            case MAP -> collect(schema.getValueType(), path, into);
            default -> {
                // Has no fields.
            }
        }
    }
}
