package fi.lupa.edge.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.edge.identity.ParsedIdentifier.Invalid;
import fi.lupa.edge.identity.ParsedIdentifier.Valid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every spelling of an address is one address, and what is none is refused without repeating it. */
class IdentifierParserTest {
    private static final String TEN = "abcdefghij";

    private final IdentifierParser finland = new IdentifierParser("FI");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "aino@example.fi|aino@example.fi",
                "  Aino.Virtanen@Example.FI\t|aino.virtanen@example.fi",
                "\u00a0aino@example.fi\u200b|aino@example.fi",
                "aino+news@mail.example.co.uk|aino+news@mail.example.co.uk",
                "a@b.fi|a@b.fi",
                "o'neill_1-2@example.fi|o'neill_1-2@example.fi",
                "aino@yhtiö.fi|aino@xn--yhti-8qa.fi",
                "aino@YHTIÖ.FI|aino@xn--yhti-8qa.fi",
                "aino@xn--yhti-8qa.fi|aino@xn--yhti-8qa.fi",
                "pääsky@example.fi|pääsky@example.fi",
                "pa\u0308a\u0308sky@example.fi|pääsky@example.fi",
                "ÄITI@example.fi|äiti@example.fi",
                "aino@example.xn--p1ai|aino@example.xn--p1ai",
                "IRINA@example.fi|irina@example.fi"
            })
    void knowsEverySpellingOfAnEmailAddress(String written, String one) {
        assertThat(finland.email(written)).isEqualTo(new Valid(IdentifierKind.EMAIL, one));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                " ",
                "aino",
                "aino@",
                "@example.fi",
                "aino@example",
                "aino@@example.fi",
                "aino@eero@example.fi",
                "aino virtanen@example.fi",
                "aino@exa mple.fi",
                ".aino@example.fi",
                "aino.@example.fi",
                "aino..v@example.fi",
                "\"aino v\"@example.fi",
                "aino@-example.fi",
                "aino@example-.fi",
                "aino@example..fi",
                "aino@.example.fi",
                "aino@example.fi.",
                "aino@example.1",
                "aino@192.168.0.1",
                "aino@[192.168.0.1]",
                "aino@exam_ple.fi",
                "aino@example.f",
                "Aino <aino@example.fi>",
                "aino@example.fi,eero@example.fi",
                "aino@example.fi\r\nBcc: eero@example.fi",
                "ai\u0000no@example.fi",
                "ai\u200bno@example.fi",
                "mailto:aino@example.fi"
            })
    void refusesWhatIsNoEmailAddress(String written) {
        refused(finland.email(written), written);
    }

    @Test
    void takesAnEmailAddressOfTheGreatestLengthAndNoLonger() {
        String local = "a".repeat(64);
        String domain = (TEN.repeat(6) + ".").repeat(3); // 183
        assertThat(finland.email(local + "@" + domain + "abc.fi")).isInstanceOf(Valid.class); // 254
        refused(finland.email(local + "@" + domain + "abcd.fi"), null);
        refused(finland.email("a" + local + "@example.fi"), null);
        refused(finland.email("ä".repeat(33) + "@example.fi"), null);
        refused(finland.email("aino@" + "a".repeat(64) + ".fi"), null);
        refused(finland.email("a".repeat(1_000_000) + "@example.fi"), null);
    }

    @ParameterizedTest
    @CsvSource({
        "040 1234567,+358401234567",
        "0401234567,+358401234567",
        "040-123 4567,+358401234567",
        "(040) 123 4567,+358401234567",
        "040/1234567,+358401234567",
        "+358 40 123 4567,+358401234567",
        "+358 (0)40 123 4567,+358401234567",
        "+358 040 1234567,+358401234567",
        "00358 40 1234567,+358401234567",
        "040\u00a0123\u20114567,+358401234567",
        "09 1234 5678,+358912345678",
        "0800 12345,+35880012345",
        "+46 70 123 45 67,+46701234567",
        "+372 5123 4567,+37251234567",
        "+1 202 555 0100,+12025550100"
    })
    void knowsEverySpellingOfAPhoneNumber(String written, String one) {
        assertThat(finland.phone(written)).isEqualTo(new Valid(IdentifierKind.PHONE, one));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                " ",
                "112",
                "040 12",
                "+358 40 12",
                "040 1234567890123",
                "+999 40 1234567",
                "+",
                "++358401234567",
                "040 123 4567 ext 5",
                "call 040 1234567",
                "0800 FLOWERS",
                "040 1234567; 050 1234567",
                "040 1234567\n050 1234567",
                "aino@example.fi"
            })
    void refusesWhatIsNoPhoneNumber(String written) {
        refused(finland.phone(written), written);
    }

    @Test
    void readsANumberWithoutACountryAsOneOfTheDefaultRegion() {
        assertThat(new IdentifierParser("SE").phone("070 123 45 67"))
                .isEqualTo(new Valid(IdentifierKind.PHONE, "+46701234567"));
        assertThatThrownBy(() -> new IdentifierParser("Finland")).hasMessageContaining("two capital letters");
    }

    @Test
    void keepsACustomerNumberAsItIs() {
        assertThat(finland.customerId(" C-00123 a ")).isEqualTo(new Valid(IdentifierKind.CUSTOMER, "C-00123 a"));
        assertThat(finland.customerId("x".repeat(128))).isInstanceOf(Valid.class);
        refused(finland.customerId("x".repeat(129)), null);
        refused(finland.customerId("\t "), null);
        refused(finland.customerId(null), null);
        refused(finland.customerId("C-1\u0007"), "C-1");
        refused(finland.customerId("C\n1"), "C\n1");
    }

    @Test
    void knowsSpellingsOfAPostalAddress() {
        ParsedIdentifier one = finland.postal("Mannerheimintie 1 A 5", "00100", "Helsinki", null);

        assertThat(one).isEqualTo(new Valid(IdentifierKind.POSTAL, "MANNERHEIMINTIE 1 A 5\n00100\nHELSINKI\nFI"));
        assertThat(finland.postal(" mannerheimintie  1, A 5 ", "001 00", "HELSINKI", "fi"))
                .isEqualTo(one);
        assertThat(finland.postal("Mannerheimintie 1 A 5", "00100", "Helsinki", "SE"))
                .isNotEqualTo(one);
        assertThat(finland.postal("Mannerheimintie 1\nA 5", "00100", "Helsinki", ""))
                .isEqualTo(one);
    }

    @Test
    void saysEverythingAnAddressLacks() {
        assertThat(finland.postal("", null, " ", "FI"))
                .isEqualTo(new Invalid(
                        IdentifierKind.POSTAL, "The address lacks the street and the postal code and the town."));
        refused(finland.postal("Kuja 1", "00100", "Helsinki", "Suomi"), "Suomi");
        refused(finland.postal("Kuja ".repeat(100), "00100", "Helsinki", "FI"), "Kuja");
    }

    @Test
    void printsNobodysAddress() {
        assertThat(finland.email("aino@example.fi").toString()).isEqualTo("EMAIL (hidden)");
    }

    private static void refused(ParsedIdentifier result, String written) {
        assertThat(result).isInstanceOfSatisfying(Invalid.class, invalid -> {
            assertThat(invalid.why()).endsWith(".");
            if (written != null && written.strip().length() > 2) {
                assertThat(invalid.why()).doesNotContain(written.strip());
            }
        });
    }
}
