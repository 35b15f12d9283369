package fi.lupa.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets a page and who gets data. */
class NegotiationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8|true",
                "text/html|true",
                "TEXT/HTML;level=1;q=0.5|true",
                "text/*|true",
                "*/*|false",
                "''|false",
                "application/json|false",
                "application/json,text/html|false",
                "application/json;q=0.5,text/html|true",
                "text/html;q=0.5,*/*|false",
                "text/html;q=0,application/json;q=0|false",
                "text/html;q=nonsense|true",
                ",;,|false"
            })
    void prefersAPageOnlyWhenHtmlRanksAboveJson(String accept, boolean page) {
        assertThat(Negotiation.wantsHtml(accept)).isEqualTo(page);
    }
}
