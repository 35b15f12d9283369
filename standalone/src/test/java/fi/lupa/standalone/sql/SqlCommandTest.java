package fi.lupa.standalone.sql;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.Door;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.Events;
import fi.lupa.standalone.replay.table.ExportedFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.DumbTerminal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code lupa sql} answers from an exported file or folder, and writes nothing. */
class SqlCommandTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    private Path folder;

    private Path file;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void export() throws Exception {
        file = folder.resolve("history.duckdb");
        try (ExportedFile exported = new ExportedFile(file)) {
            exported.with(Topics.CONSENT_CHANGES, Events.said("aino", Will.GRANT, Door.FORM, NOON, null));
        }
    }

    @Test
    void aTableIsAligned() {
        assertThat(run("-c", "select subject, 12 n, null as x, valid_from from states; select 1 where false"))
                .isZero();
        assertThat(out).hasToString("""
                        subject   n  x     valid_from
                        -------  --  ----  -------------------------
                        aino     12  null  2026-03-01T14:00:00+02:00

                        1
                        -
                        """);
    }

    @Test
    void csvAndJsonKeepWhatIsNested() {
        String sql =
                "select 'a,\"b' as a, [1, null] as list, {'x': true} as struct, null as nothing, map {'k': 1.5} as map";
        assertThat(run("--csv", "-c", sql)).isZero();
        assertThat(run("--json", "-c", sql)).isZero();
        assertThat(out).hasToString("""
                        a,list,struct,nothing,map
                        "a,""b","[1,null]","{""x"":true}",,"{""k"":1.5}"
                        {"a":"a,\\"b","list":[1,null],"struct":{"x":true},"nothing":null,"map":{"k":1.5}}
                        """);
    }

    @Test
    void filesOfStatementsAreAskedOneAfterTheOther() throws Exception {
        Path one = Files.writeString(folder.resolve("one.sql"), "select 1 as a; -- and\nselect 2 as b;");
        Path two = Files.writeString(folder.resolve("two.sql"), "select 3 as c");
        assertThat(run("--json", "-f", one.toString(), "-f", two.toString())).isZero();
        assertThat(out).hasToString("{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n");
    }

    @Test
    void commandsAreAskedFromEverywhere() throws Exception {
        String script = ".schema states\nselect 1 as one;\n.tables";
        Path file = Files.writeString(folder.resolve("commands.sql"), script);
        assertThat(run("--csv", "-c", script)).isZero();
        assertThat(out.toString())
                .startsWith("column_name,tells,column_type\nsubject,,VARCHAR\n")
                .contains("\none\n1\nname,kind,tells\nconsent_changes,table,A person said something");
        String first = out.toString();
        assertThat(run("--csv", "-f", file.toString())).isZero();
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream((script + "\n.quit\nselekt;").getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(run("--csv")).as(err::toString).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(out).hasToString(first.repeat(3));
        assertThat(run("-c", "select 1 as one; .tables")).isZero();
        assertThat(out.toString().substring(3 * first.length()))
                .as("tables stand apart")
                .startsWith("one\n---\n  1\n\nname  ");
    }

    @Test
    void aCommandThatIsNoneIsSaid() {
        assertThat(run("-c", ".table")).isEqualTo(1);
        assertThat(run("-c", ".schema")).isEqualTo(1);
        assertThat(run("-c", ".schema state")).isEqualTo(1);
        assertThat(err).hasToString("""
                        There is no command .table; there are .tables and .schema NAME.
                        There is no command .schema; there are .tables and .schema NAME.
                        There is no table or view state; .tables tells what there is.
                        """);
    }

    @Test
    void namesAreCompletedWhereverTheyStand() throws Exception {
        assertThat(completed("select count(subj")).contains("count(subject", "count(subjectId");
        assertThat(completed("from st"))
                .contains("states", "statements", "status")
                .doesNotContain("lupa_export");
        assertThat(completed("select states.valid")).contains("states.valid_from");
        assertThat(completed(".sch")).containsExactly(".schema");
        assertThat(completed(".schema sta")).containsExactly("statements", "states");
    }

    @Test
    void theSchemasTellOfTablesAndColumns() throws Exception {
        Path parquet = folder.resolve("exported");
        try (ExportedFile exported = new ExportedFile(folder.resolve("other.duckdb"))) {
            exported.with(Topics.CONSENT_CHANGES, List.of()).toParquet(parquet);
        }
        for (Path from : List.of(file, parquet)) {
            assertThat(run(from, "--csv", "-c", ".schema consent_changes"))
                    .as(err::toString)
                    .isZero();
            assertThat(out.toString())
                    .contains("_erased,Whether it is of somebody who was erased after it was written.,BOOLEAN")
                    .contains("causedBy,The event this statement was derived from: the eventId of a form.,UUID")
                    .contains("will,What was said.,\"ENUM('GRANT', 'CONFIRM'");
            out.getBuffer().setLength(0);
        }
    }

    private List<String> completed(String typed) throws Exception {
        List<Candidate> candidates = new ArrayList<>();
        ParsedLine line = new DefaultParser().parse(typed, typed.length(), Parser.ParseContext.COMPLETE);
        try (ExportedHistory history = ExportedHistory.open(file, ZoneId.of("UTC"), false)) {
            Prompt.names(history).complete(null, line, candidates);
        }
        return candidates.stream()
                .map(Candidate::value)
                .filter(value -> value.startsWith(line.word()))
                .toList();
    }

    @Test
    void aFolderOfParquetFilesIsAskedTheSame() throws Exception {
        Path parquet = parquet();
        assertThat(run(parquet, "--csv", "-c", "select scope, status from states; from statements select will"))
                .isZero();
        assertThat(out).hasToString("scope,status\nEMAIL,GRANTED\nwill\nGRANT\n");
    }

    @Test
    void aParquetFileIsAskedAlone() throws Exception {
        Path one = parquet().resolve("consent_changes.parquet");
        Files.copy(one, folder.resolve("parquet/other.parquet"));
        assertThat(run(one, "--csv", "-c", "select status from states"))
                .as(err::toString)
                .isZero();
        assertThat(out).hasToString("status\nGRANTED\n");
        for (String sql : new String[] {
            "from read_parquet('%s/parquet/other.parquet')".formatted(folder), "copy (select 1) to '%s'".formatted(one)
        }) {
            assertThat(run(one, "-c", sql)).as(sql).isEqualTo(1);
        }
    }

    @Test
    void aParquetFileOfAnothersMakingIsReadAsItIs() throws Exception {
        String schema = "{\"type\": \"record\", \"name\": \"X\", \"fields\": [{\"name\": \"gone\", \"type\": %s}]}";
        String words = schema.formatted("{\"type\": \"enum\", \"name\": \"Y\", \"symbols\": [\"A\"]}");
        Path others = Files.createDirectory(folder.resolve("others"));
        for (String kept : new String[] {
            "none",
            "\"string\"",
            words,
            words.replace("\"A\"", "\"A'); select 1; --\"").replace("gone", "a"),
            schema.formatted("[\"int\", \"string\"]")
        }) {
            try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                    Statement statement = connection.createStatement()) {
                statement.execute(
                        "COPY (SELECT 'x' AS a) TO '%s/other.parquet' (FORMAT parquet, KV_METADATA {'lupa.schema': '%s'})"
                                .formatted(others, kept.replace("'", "''")));
            }
            assertThat(run(others, "--csv", "-c", "from other")).as(kept).isZero();
        }
        assertThat(out).hasToString("a\nx\n".repeat(5));
    }

    @Test
    void inParquetEnumsAreEnumsToo() throws Exception {
        Path parquet = folder.resolve("exported");
        try (ExportedFile exported = new ExportedFile(folder.resolve("other.duckdb"))) {
            exported.with(Topics.CONSENT_CHANGES, Events.said("aino", Will.GRANT, Door.FORM, NOON, null))
                    .with(Topics.FORMS_SUBMITTED, Events.form("newsletter", NOON, Will.GRANT, false))
                    .toParquet(parquet);
        }
        assertThat(run(
                        parquet,
                        "--csv",
                        "-c",
                        "select will, enum_last(will) as last"
                                + " from consent_changes; select enum_first(statements[1].will) as first from forms_submitted;"
                                + " select status from states"))
                .as(err::toString)
                .isZero();
        assertThat(out).hasToString("will,last\nGRANT,INVALIDATE\nfirst\nGRANT\nstatus\nGRANTED\n");
    }

    @Test
    void nothingElseIsReadAndNothingWritten() throws Exception {
        Path other = Files.writeString(folder.resolve("other.csv"), "a\n1\n");
        for (Path from : new Path[] {file, parquet()}) {
            for (String sql : new String[] {
                "copy (select 1) to '%s/x.csv'".formatted(from.getParent()),
                "copy (select 1) to '%s/x.parquet'".formatted(from),
                "explain analyze copy (select 1) to '%s/x.parquet'".formatted(from),
                "explain (analyze) copy (select 1) to '%s/x.parquet'".formatted(from),
                "from read_csv('%s')".formatted(other),
                "attach '%s/other.duckdb'".formatted(from.getParent()),
                "install httpfs",
                "load httpfs",
                "set enable_external_access = true",
                "insert into consent_changes select * from consent_changes",
                "drop view states"
            }) {
                assertThat(run(from, "-c", sql)).as("%s of %s", sql, from).isEqualTo(1);
            }
            assertThat(run(from, "-c", "from states")).isZero();
        }
        assertThat(folder).isDirectoryNotContaining(path -> path.toString().contains("x."));
        assertThat(run("--allow-files", "--csv", "-c", "from read_csv('%s')".formatted(other)))
                .isZero();
    }

    @Test
    void whatGoesWrongIsSaid() {
        assertThat(run("-c", "selekt 1")).isEqualTo(1);
        assertThat(err.toString()).startsWith("Parser Error: syntax error at or near \"selekt\"");
        assertThat(run(folder.resolve("none.duckdb"), "-c", "select 1")).isEqualTo(2);
        assertThat(err.toString()).contains("There is no ");
        assertThat(run("-c", "select 1", "--csv", "--json")).isEqualTo(2);
        assertThat(run("-c", "select 1", "--time-zone", "Helsinki")).isEqualTo(2);
    }

    @Test
    void aPersonAsksOverSeveralLines() throws Exception {
        String typed = ".tables\n.schema states\nselect subject\nfrom states;\nselekt;\nfrom range(1001);\n.quit\n";
        String said = prompted(typed);
        assertThat(said)
                .contains("states           view   How each scope")
                .contains("valid_to              TIMESTAMP WITH TIME ZONE")
                .contains("aino")
                .contains("Parser Error")
                .contains("The first 1,000 rows; there are more.");
        assertThat(folder.resolve("said")).content().contains("select subject");
    }

    private String prompted(String typed) throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        ByteArrayInputStream keys = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
        try (Terminal terminal = new DumbTerminal("test", Terminal.TYPE_DUMB, keys, shown, StandardCharsets.UTF_8);
                ExportedHistory history = ExportedHistory.open(file, ZoneId.of("UTC"), false)) {
            Answer answer = new TableAnswer(terminal.writer(), true, true);
            new Prompt(terminal, history, new Asking(history, new Values(ZoneId.of("UTC"))), answer, 1_000)
                    .run(folder.resolve("said"));
            terminal.flush();
        }
        return shown.toString(StandardCharsets.UTF_8);
    }

    private Path parquet() throws Exception {
        Path parquet = Files.createDirectory(folder.resolve("parquet"));
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("COPY consent_changes TO '%s/consent_changes.parquet'".formatted(parquet));
        }
        return parquet;
    }

    private int run(String... args) {
        return run(file, args);
    }

    private int run(Path from, String... args) {
        String[] all = new String[args.length + 1];
        all[0] = from.toString();
        System.arraycopy(args, 0, all, 1, args.length);
        return new CommandLine(new SqlCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
    }
}
