package fi.lupa.standalone.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mappings and lists that are not as they should be: everything that is wrong is told, and nothing of anybody. */
class MappingYamlTest {

    private static final String OWN = """
            name: own
            separator: ";"
            charset: windows-1252
            timeZone: Europe/Helsinki
            dates: ["H.mm", "d.M.yyyy H.mm"]
            columns: { email: Sähköposti }
            statements:
              - { scope: EMAIL, will: GRANT, when: [{ column: Lupa, is: [kyllä] }], at: Annettu }
            """;

    @TempDir
    private Path folder;

    @Test
    void aWrongMappingIsRefusedWithAllItsFaults() throws IOException {
        Path mapping = write("wrong.yaml", """
                nmae: own
                separator: ";;"
                charset: utf-9
                timeZone: Europe/Turku
                dates: ["d.b.uuuu"]
                columns:
                  emial: Email
                  phone: { column: Phone, optinal: true }
                statements:
                  - scope: EMAILS
                    will: LIFT
                  - { scope: EMAIL, will: GRANT, door: COMPLAINT, validUntil: 2027-12-31 }
                  - { scope: POST, will: PROHIBIT, when: [{ column: X, is: [a], filled: true }, { filled: true }] }
                """);

        assertThat(faults(() -> MappingYaml.load(mapping.toString())))
                .extracting(fault -> fault.substring(fault.indexOf(": ") + 2))
                .containsExactlyInAnyOrder(
                        "the file has the unknown property \"nmae\"; did you mean name?",
                        "name is to be letters, digits, dots, hyphens and underscores, at most 64.",
                        "separator is to be one character, as \";\".",
                        "charset is \"utf-9\"; write it as UTF-8 or windows-1252.",
                        "timeZone is \"Europe/Turku\"; write it as UTC or Europe/Helsinki.",
                        "dates has \"d.b.uuuu\", which is no pattern of a date; write it as \"d.M.uuuu\".",
                        "columns.emial is unknown; did you mean email?",
                        "columns.phone has the unknown property \"optinal\"; did you mean optional?",
                        "statements[0].scope is \"EMAILS\"; did you mean EMAIL?",
                        "statements[0].will is \"LIFT\"; there is GRANT, WITHDRAW, PROHIBIT.",
                        "statements[1].door is to be IMPORT for a GRANT: a list can give no other consent.",
                        "statements[1] gives a GRANT an end; only a stop can have one.",
                        "statements[1] is about EMAIL, and columns has no email.",
                        "statements[2].when[0] is to have one of filled, empty, is, isNot, contains.",
                        "statements[2].when[1].column is to be the name of a column, or a list of names.",
                        "statements[2] is about POST, and columns has no street, postalCode, city.");
    }

    @Test
    void whatIsNoListIsTold() throws IOException {
        Path none = write("none.yaml", "name: own\ncolumns: { email: Email }\nstatements:\n  -scope: EMAIL\n");
        Path one = write("one.yaml", OWN.replace("[{ column: Lupa, is: [kyllä] }]", "{ column: Lupa }"));

        assertThat(faults(() -> MappingYaml.load(none.toString())))
                .singleElement()
                .asString()
                .endsWith("statements is to be a list of what a row can say; there is none.");
        assertThat(faults(() -> MappingYaml.load(one.toString())))
                .singleElement()
                .asString()
                .endsWith("statements[0].when is to be a list of conditions.");
    }

    @Test
    void aMappingOfOnesOwnIsReadWithItsSeparatorCharsetDatesAndZone() throws IOException {
        Path mapping = write("own.yaml", OWN);
        Path list = folder.resolve("lista.csv");
        Files.writeString(
                list,
                "Sähköposti;Lupa;Annettu\r\naino@example.com;Kyllä;1.7.2024 9.30\r\n\r\nmikko@example.com;ei;\r\n",
                Charset.forName("windows-1252"));

        var rows = Lists.read(MappingYaml.load(mapping.toString()), list, false, null);

        assertThat(rows.values().stream().map(Lists::shown))
                .containsExactly("GRANT EMAIL at 2024-07-01T06:30:00Z", "says nothing");
    }

    @Test
    void anUnknownMappingIsToldWhichThereAre() {
        assertThat(faults(() -> MappingYaml.load("mailchip")))
                .singleElement()
                .asString()
                .contains("mailchimp, hubspot");
    }

    @Test
    void everyMissingColumnIsNamedAndNothingOfWhatTheHeaderHolds() throws IOException {
        Path list = write("list.csv", "E-mail Address,CONFIRM_TIM,aino@example.com\n");

        assertThat(faults(() -> Lists.read("mailchimp", list, false)))
                .containsExactly(
                        "The list has no column \"Email Address\"; did you mean \"E-mail Address\"? Then say so in a mapping"
                                + " of your own.",
                        "The list has no column \"CONFIRM_TIME\" or \"OPTIN_TIME\"; did you mean \"CONFIRM_TIM\"? Then say"
                                + " so in a mapping of your own.");
        assertThat(faults(() -> Lists.read("mailchimp", write("people.csv", "aino@example.com;1\n"), false)))
                .allSatisfy(
                        fault -> assertThat(fault).contains("one column only").doesNotContain("aino"));
    }

    @Test
    void aFileThatIsNoneIsToldFromAnEmptyAndABrokenOne() throws IOException {
        assertThat(faults(() -> Lists.read("mailchimp", folder.resolve("no.csv"), false)))
                .singleElement()
                .asString()
                .contains("cannot be read");
        assertThat(faults(() -> Lists.read("mailchimp", write("empty.csv", ""), false)))
                .singleElement()
                .asString()
                .startsWith("The file is empty");
        assertThat(faults(() -> Lists.read(
                        "mailchimp",
                        write("open.csv", "Email Address,CONFIRM_TIME\n\"aino@example.com,2023-01-01\n"),
                        false)))
                .singleElement()
                .asString()
                .contains("quotation mark")
                .doesNotContain("aino");
        Path latin = Files.writeString(
                folder.resolve("latin.csv"),
                "Email Address,CONFIRM_TIME,First Name\naino@example.com,2023-01-01,Mäkelä\n",
                Charset.forName("windows-1252"));
        assertThat(faults(() -> Lists.read("mailchimp", latin, false)))
                .singleElement()
                .asString()
                .contains("not in UTF-8");
    }

    @Test
    void aMomentAheadOfTheClockIsRefused() throws IOException {
        Path list = write(
                "list.csv",
                "Email Address,CONFIRM_TIME\naino@example.com,2026-11-23 12:05:00\nella@example.com,2026-11-23 12:05:01\n");

        assertThat(Lists.read("mailchimp", list, false).values().stream().map(Lists::shown))
                .containsExactly("GRANT EMAIL at 2026-11-23T12:05:00Z", "refused CONFIRM_TIME");
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> faults(ThrowingCallable attempt) {
        return catchThrowableOfType(InvalidSettings.class, attempt).faults();
    }
}
