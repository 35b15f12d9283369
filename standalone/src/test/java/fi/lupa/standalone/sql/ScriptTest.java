package fi.lupa.standalone.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A semicolon ends a statement, unless it stands in a text, a name or a comment. */
class ScriptTest {

    @Test
    void semicolonsPartStatements() {
        assertThat(Script.of("select 1;\n\nselect 2 ; select 3").all())
                .containsExactly("select 1", "select 2", "select 3");
        assertThat(Script.of(" ;; ").all()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'a;b'",
                "select 'it''s;'",
                "select \"a;\"\"b\"",
                "select $$a;b$$",
                "select $x$a;$$;b$x$",
                "select e'\\';'",
            })
    void whatIsQuotedIsOne(String sql) {
        assertThat(Script.of(sql + "; select 2").all()).containsExactly(sql, "select 2");
    }

    @Test
    void commentsAreNothing() {
        assertThat(Script.of("-- a;\nselect /* ; */ 1; -- b;").all()).containsExactly("select   1");
    }

    @Test
    void commandsEndWithTheirLine() {
        assertThat(Script.of(".tables\nselect .5;\n -- and\n .schema states ; select a\n.b;.tables")
                        .statements())
                .containsExactly(".tables", "select .5", ".schema states", "select a\n.b", ".tables");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select 1", "select ';", "select 1 /* ;", "select $$;"})
    void whatIsOpenGoesOn(String sql) {
        assertThat(Script.of(sql).statements()).isEmpty();
    }
}
