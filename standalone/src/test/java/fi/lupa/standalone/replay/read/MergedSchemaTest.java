package fi.lupa.standalone.replay.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import fi.lupa.schemas.topic.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** One schema reads what every version of a topic wrote, and loses nothing of it. */
class MergedSchemaTest {

    private static final Schema FIRST = parse("""
            {"type": "record", "name": "Said", "fields": [
              {"name": "id", "type": "int"},
              {"name": "mood", "type": "string"},
              {"name": "will", "type": {"type": "enum", "name": "Will", "symbols": ["GRANT", "HESITATE"]}},
              {"name": "parts", "type": {"type": "array", "items":
                {"type": "record", "name": "Part", "fields": [{"name": "text", "type": "string"}]}}}]}""");

    private static final Schema SECOND = parse("""
            {"type": "record", "name": "Said", "fields": [
              {"name": "id", "type": "long"},
              {"name": "will", "type": {"type": "enum", "name": "Will", "symbols": ["GRANT", "PROHIBIT"]}},
              {"name": "parts", "type": {"type": "array", "items":
                {"type": "record", "name": "Part", "fields": [
                  {"name": "text", "type": "string"}, {"name": "page", "type": "int", "default": 1}]}}},
              {"name": "door", "type": ["null", "string"], "default": null}]}""");

    private static final Schema THIRD = parse("""
            {"type": "record", "name": "Said", "fields": [
              {"name": "id", "type": "long"},
              {"name": "will", "type": ["null", {"type": "enum", "name": "Will", "symbols": ["GRANT", "PROHIBIT", "LIFT"]}]},
              {"name": "door", "type": "string"}]}""");

    private final Schema merged = MergedSchema.of(List.of(FIRST, SECOND, THIRD));

    @Test
    void hasEveryFieldAndEverySymbolOfEveryVersion() {
        assertThat(merged.getFields())
                .extracting(Schema.Field::name)
                .containsExactly("id", "will", "door", "parts", "mood");
        assertThat(MergedSchema.present(merged.getField("will").schema()).getEnumSymbols())
                .containsExactly("GRANT", "PROHIBIT", "LIFT", "HESITATE");
        assertThat(merged.getField("id").schema().getType()).isEqualTo(Schema.Type.LONG);
    }

    @Test
    void readsWhatEachVersionWrote() throws IOException {
        GenericRecord first = written(FIRST, record -> {
            record.put("id", 7);
            record.put("mood", "glad");
            record.put("will", symbol(FIRST, "HESITATE"));
            record.put("parts", List.of(part(FIRST, "wording")));
        });
        assertThat(first.get("id")).isEqualTo(7L);
        assertThat(first.get("mood")).hasToString("glad");
        assertThat(first.get("will")).hasToString("HESITATE");
        assertThat(first.get("door")).isNull();
        assertThat(first.get("parts")).hasToString("[{\"text\": \"wording\", \"page\": 1}]");

        GenericRecord third = written(THIRD, record -> {
            record.put("id", 9L);
            record.put("will", null);
            record.put("door", "FORM");
        });
        assertThat(third.get("mood")).isNull();
        assertThat(third.get("parts")).isNull();
        assertThat(third.get("door")).hasToString("FORM");
    }

    @Test
    void aSingleVersionStaysAsItIs() {
        assertThat(MergedSchema.of(List.of(Topics.CONSENT_CHANGES.schema())))
                .isEqualTo(Topics.CONSENT_CHANGES.schema());
        assertThat(MergedSchema.of(List.of(FIRST, FIRST))).isEqualTo(FIRST);
    }

    @Test
    void whatHasNothingInCommonIsRefusedByName() {
        Schema other = parse("""
                {"type": "record", "name": "Said", "fields": [{"name": "id", "type": "string"}]}""");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MergedSchema.of(List.of(FIRST, other)))
                .withMessage("Said.id is int in one version of its schema and string in another.");
    }

    @Test
    void fieldsAreTakenOutAtEveryDepth() {
        Schema left = MergedSchema.without(SECOND, field -> field.name().equals("text"));
        assertThat(left.getField("parts").schema().getElementType().getFields())
                .extracting(Schema.Field::name)
                .containsExactly("page");
    }

    private interface Filling {
        void fill(GenericRecord record);
    }

    private GenericRecord written(Schema by, Filling filling) throws IOException {
        GenericRecord record = new GenericData.Record(by);
        filling.fill(record);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(by).write(record, encoder);
        encoder.flush();
        return new GenericDatumReader<GenericRecord>(by, merged)
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }

    private static GenericData.EnumSymbol symbol(Schema of, String symbol) {
        return new GenericData.EnumSymbol(of.getField("will").schema(), symbol);
    }

    private static GenericRecord part(Schema of, String text) {
        GenericRecord part =
                new GenericData.Record(of.getField("parts").schema().getElementType());
        part.put("text", text);
        return part;
    }

    private static Schema parse(String schema) {
        return new Schema.Parser().parse(schema);
    }
}
