package fi.lupa.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadsheetCellTest {

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "=cmd|'/c calc'!A1", "@SUM(A1)", "+A1", "-A1", "=aino@example.fi"})
    void aFormulaIsText(String typed) {
        assertThat(SpreadsheetCell.harmless(typed)).isEqualTo("'" + typed);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"Aino", "-3xT0qfQ2mK1b9Zc7LhVwA", "+358401234567", "-aino+news@example.fi", "2026-01-31"})
    void whatIsNoneStaysAsItIs(String typed) {
        assertThat(SpreadsheetCell.harmless(typed)).isEqualTo(typed);
    }
}
