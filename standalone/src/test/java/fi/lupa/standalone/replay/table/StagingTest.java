package fi.lupa.standalone.replay.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactKind;
import fi.lupa.event.Customership;
import fi.lupa.event.KnownContactPoint;
import fi.lupa.event.SubjectKind;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.read.MergedSchema;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.Withheld;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.common.TopicPartition;
import org.duckdb.DuckDBAppender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows are gathered with how far they go, typed as the events are, and get their name when all of them are there. */
class StagingTest {

    private static final Topic<?> STATES = Topics.CONSENT_STATE;
    private static final Schema SCHEMA = Withheld.from(STATES.schema(), STATES);
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00.123Z");

    static {
        EventClasses.trust();
    }

    @TempDir
    private Path folder;

    @Test
    void whatIsNestedAndTypedStaysSo() throws Exception {
        try (Staging staging = begun()) {
            row(staging, state("one"));
            staging.keep(List.of(span(1)));
            assertThat(text(staging.connection(), "SELECT typeof(kind) || ' ' || typeof(kindSince) FROM consent_state"))
                    .isEqualTo("ENUM('PERSON', 'ORGANISATION') TIMESTAMP WITH TIME ZONE");
            assertThat(text(
                            staging.connection(),
                            "SELECT contactPoints[1].kind || ' ' || contactPoints[1].id || ' '"
                                    + " || strftime(contactPoints[1].first, '%Y-%m-%dT%H:%M:%S.%g') || ' ' || tags[2]"
                                    + " FROM consent_state"))
                    .isEqualTo("EMAIL point-of-one 2026-03-02T12:00:00.123 gold");
        }
    }

    @Test
    void parquetHasTheTypesToo() throws Exception {
        Path file = folder.resolve("states.parquet");
        Target target = Target.of(file, null, 1);
        try (Staging staging = begun(target.gathered())) {
            row(staging, state("one"));
            staging.keep(List.of(span(1)));
            target.write(staging, Map.of(STATES, 1L));
        }
        target.finish();
        assertThat(Files.exists(target.gathered())).isFalse();
        try (Connection parquet = Staging.open(folder.resolve("other.duckdb"), false)) {
            assertThat(text(
                            parquet,
                            "SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE SELECT kind, kindSince,"
                                    + " contactPoints, revision FROM read_parquet('%s'))".formatted(file)))
                    .isEqualTo(
                            "kind VARCHAR, kindSince TIMESTAMP WITH TIME ZONE, contactPoints STRUCT(kind VARCHAR, id VARCHAR,"
                                    + " \"first\" TIMESTAMP WITH TIME ZONE, since TIMESTAMP WITH TIME ZONE, unverified BOOLEAN)[], revision BIGINT");
            Schema along = new Schema.Parser()
                    .parse(text(
                            parquet,
                            "SELECT decode(value) FROM parquet_kv_metadata('%s') WHERE decode(key) = 'lupa.schema'"
                                    .formatted(file)));
            assertThat(along).isEqualTo(SCHEMA);
            assertThat(along.getField("kind").schema().getEnumSymbols()).containsExactly("PERSON", "ORGANISATION");
            assertThat(along.getField("kind").doc())
                    .isNotBlank()
                    .isEqualTo(STATES.schema().getField("kind").doc());
        }
    }

    @ParameterizedTest
    @MethodSource("fi.lupa.schemas.topic.Topics#all")
    void everySchemaThatGoesAlongCanBeReadBack(Topic<?> topic) {
        for (Schema schema : List.of(Withheld.from(topic.schema(), topic), Withheld.fromAll(topic.schema()))) {
            assertThat(new Schema.Parser().parse(schema.toString())).isEqualTo(schema);
        }
    }

    @Test
    void whatBreaksOffGoesOnWhereItWasKept() throws Exception {
        Path file = folder.resolve("broken.part");
        try (Staging staging = begun(file)) {
            row(staging, state("kept"));
            staging.keep(List.of(span(1)));
            row(staging, state("lost"));
        }
        try (Staging again = new Staging(file)) {
            assertThat(again.positions().request()).isEqualTo("all states");
            again.table(STATES, SCHEMA);
            List<PartitionSpan> spans = again.positions().spans(List.of(span(0)));
            assertThat(spans).hasSize(1);
            assertThat(spans.get(0).position()).isEqualTo(1);
            assertThat(spans.get(0).partition()).isEqualTo(new TopicPartition("test.consent.state", 0));
            assertThat(again.number("SELECT count(*) FROM consent_state")).isEqualTo(1);
            row(again, state("lost"));
            again.keep(List.of(span(2)));
            assertThat(again.number("SELECT count(*) FROM consent_state")).isEqualTo(2);
        }
    }

    @Test
    void aSchemaThatHasChangedMeanwhileIsRefused() throws Exception {
        try (Staging staging = begun()) {
            Schema other = MergedSchema.without(SCHEMA, field -> field.name().equals("tags"));
            assertThatThrownBy(() -> staging.table(STATES, other))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("consent.state has changed");
        }
    }

    @Test
    void noCellOfACsvIsAFormula() throws Exception {
        Path file = folder.resolve("states.csv");
        Target target = Target.of(file, null, 1);
        try (Staging staging = begun(target.gathered())) {
            row(staging, state("=1+1"));
            row(staging, state("-3xT0qfQ2mK1b9Zc7LhVwA"));
            staging.keep(List.of(span(2)));
            target.write(staging, Map.of(STATES, 2L));
        }
        target.finish();

        assertThat(Files.readString(file)).contains(",'=1+1,", ",-3xT0qfQ2mK1b9Zc7LhVwA,");
    }

    @Test
    void nothingStandsUnderTheNameUnlessAllIsThere() throws Exception {
        Target target = Target.of(folder.resolve("out"), Target.Format.CSV, 2);
        try (Staging staging = begun(target.gathered())) {
            row(staging, state("one"));
            staging.keep(List.of(span(1)));
            assertThatThrownBy(() -> target.write(staging, Map.of(STATES, 2L)))
                    .hasMessage("consent_state has 1 rows on disk and not the 2 that were gathered.");
        }
        assertThat(folder)
                .isDirectoryNotContaining(path -> path.getFileName().toString().equals("out"));
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().endsWith(".tmp"));
        assertThat(target.gathered()).as("what was gathered, to go on with").exists();
    }

    @ParameterizedTest
    @CsvSource({"o.duckdb, 20", "o.parquet, 1", "o.csv, 1", "o, 20"})
    void whatIsOpenedItsOwnerAloneCanRead(String name, int topics) throws Exception {
        Path file = folder.resolve(name);
        Target target = Target.of(file, null, topics).forItsOwnerAlone();
        target.begin();
        try (Staging staging = begun(target.gathered())) {
            row(staging, state("one"));
            staging.keep(List.of(span(1)));
            assertThat(permissions(folder)).isNotEmpty().allMatch(one -> one.contains(".part/ rwx------"));
            target.write(staging, Map.of(STATES, 1L));
        }
        target.finish();
        assertThat(permissions(folder)).containsExactly(Files.isDirectory(file) ? "o/ rwx------" : name + " rw-------");
        if (Files.isDirectory(file)) {
            assertThat(permissions(file)).containsExactly("consent_state.parquet rw-------");
        }
    }

    @Test
    void anOpenedExportAndOneOfPseudonymsDoNotGoOnWithEachOther() throws Exception {
        Target target = Target.of(folder.resolve("o.duckdb"), null, 20);
        target.forItsOwnerAlone().begin();
        assertThatThrownBy(target::begin).hasMessageContaining("Another export to this path was begun");
        Files.delete(folder.resolve("o.duckdb.part"));
        begun(target.gathered()).close();
        target.begin();
        assertThatThrownBy(() -> target.forItsOwnerAlone().begin()).hasMessageContaining("Another export");
    }

    private static List<String> permissions(Path in) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(in)) {
            for (Path one : all.toList()) {
                found.add("%s%s %s"
                        .formatted(
                                one.getFileName(),
                                Files.isDirectory(one) ? "/" : "",
                                PosixFilePermissions.toString(Files.getPosixFilePermissions(one))));
            }
        }
        return found;
    }

    @Test
    void whereFilesHaveNoRightsNoneAreClaimed() throws Exception {
        try (FileSystem zip = FileSystems.newFileSystem(folder.resolve("some.zip"), Map.of("create", "true"))) {
            Target target = Target.of(zip.getPath("/opened.csv"), null, 1).forItsOwnerAlone();
            assertThat(target.begin()).isFalse();
            assertThat(target.begin()).as("gone on with").isFalse();
            assertThat(target.gathered().getParent()).isDirectory();
        }
    }

    @Test
    void theTargetIsWhatThePathSays() {
        assertThat(Target.of(Path.of("h.duckdb"), null, 20))
                .isEqualTo(new Target(Path.of("h.duckdb"), Target.Format.DUCKDB, false));
        assertThat(Target.of(Path.of("h.csv"), null, 1))
                .isEqualTo(new Target(Path.of("h.csv"), Target.Format.CSV, true));
        assertThat(Target.of(Path.of("h"), null, 1)).isEqualTo(new Target(Path.of("h"), Target.Format.PARQUET, false));
        assertThat(Target.of(Path.of("h"), Target.Format.NDJSON, 3))
                .isEqualTo(new Target(Path.of("h"), Target.Format.NDJSON, false));
    }

    private Staging begun() throws SQLException, IOException {
        return begun(folder.resolve("states.part"));
    }

    private static Staging begun(Path file) throws SQLException {
        Staging staging = new Staging(file);
        staging.positions().begin("all states", List.of(span(0)));
        staging.table(STATES, SCHEMA);
        return staging;
    }

    private static PartitionSpan span(long read) {
        PartitionSpan span = new PartitionSpan(STATES, new TopicPartition("test.consent.state", 0), 0, 10);
        for (int i = 0; i < read; i++) {
            span.row();
        }
        span.readTo(read);
        return span;
    }

    private static void row(Staging staging, ConsentState state) throws SQLException {
        DuckDBAppender row = staging.row(STATES);
        row.append(0);
        row.append(0L);
        row.appendEpochMicros(0);
        row.append(state.getSubjectId());
        row.append(false);
        row.append(false);
        Columns.append(row, SCHEMA, state);
        row.endRow();
    }

    private static ConsentState state(String subjectId) {
        return ConsentState.newBuilder()
                .setSubjectId(subjectId)
                .setKind(SubjectKind.PERSON)
                .setKindSince(NOON)
                .setContactPoints(
                        List.of(new KnownContactPoint(ContactKind.EMAIL, "point-of-" + subjectId, NOON, NOON, false)))
                .setTags(List.of("blue", "gold"))
                .setCustomership(Customership.NONE)
                .setRevision(3)
                .build();
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getString(1);
        }
    }
}
