package fi.lupa.consent.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerYamlTest {

    private static final String EXAMPLE = """
            name: Esimerkki Oy
            businessId: 1234567-8
            address: { street: Esimerkkikatu 1, postalCode: "00100", city: Helsinki, country: FI }
            email: tietosuoja@example.fi
            phone: "+358 9 123 4567"
            dpo: { name: Tietosuojavastaava, email: dpo@example.fi }
            privacyNotice:
              sv: https://www.example.fi/sv/dataskydd
              fi: https://www.example.fi/tietosuoja
            storedIn: [FI]
            retention:
              fi: [Tiedot poistetaan kahden vuoden kuluttua asiakkuuden päättymisestä.]
            processors:
              - name: Postittaja Oy
                country: "NO"
                purpose: { fi: Sähköpostien lähetys, en: Sending email }
              - { name: Mailer Inc., country: US, basis: STANDARD_CONTRACTUAL_CLAUSES, purpose: { en: Sending text messages } }
            """;

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Controller controller = read(EXAMPLE);

        assertThat(controller.name()).isEqualTo("Esimerkki Oy");
        assertThat(controller.address().line(new Locale("fi"))).isEqualTo("Esimerkkikatu 1, 00100 Helsinki, Suomi");
        assertThat(controller.privacyNotice().keySet()).containsExactly("fi", "sv");
        assertThat(controller.processors())
                .extracting(Controller.Processor::country)
                .containsExactly("NO", "US");
        assertThat(Controller.in(controller.privacyNotice(), "sv")).endsWith("/sv/dataskydd");
        assertThat(Controller.in(controller.privacyNotice(), "en"))
                .as("neither in English")
                .endsWith("/tietosuoja");
        assertThat(Controller.in(controller.processors().get(0).purpose(), "sv"))
                .isEqualTo("Sending email");
    }

    @Test
    void everyFaultIsToldAtOnce() throws IOException {
        assertThat(faults("""
                        nimi: Esimerkki Oy
                        address: { street: Esimerkkikatu 1, postalCode: 00100, city: Helsinki, country: FIN }
                        email: ""
                        dpo: { emial: dpo@example.fi }
                        privacyNotice: { fi: tietosuoja.html, de: https://example.fi/ }
                        storedIn: FI
                        retention: { fi: kaksi vuotta }
                        processors:
                          - { name: Mailer Inc., country: US, basis: STANDARD_CLAUSES }
                        """))
                .containsExactlyInAnyOrder(
                        ": The file has the unknown \"nimi\"; did you mean name?",
                        ": name is missing; write it.",
                        ": email is missing; write it.",
                        ": address.postalCode is not a text; put it in quotes.",
                        ": address.country is \"FIN\", not a country; write two letters, as FI.",
                        ": dpo has the unknown \"emial\"; did you mean email?",
                        ": dpo.email is missing; write it.",
                        ": privacyNotice.fi is \"tietosuoja.html\", no address of a page; write it as https://www.example.fi/.",
                        ": privacyNotice has the unknown \"de\"; did you mean en?",
                        ": storedIn is not a list; begin each entry with a hyphen.",
                        ": retention.fi is not a list; begin each entry with a hyphen.",
                        ": processors[1].basis has the unknown \"STANDARD_CLAUSES\"; there is ADEQUACY_DECISION,"
                                + " STANDARD_CONTRACTUAL_CLAUSES, BINDING_CORPORATE_RULES, EXPLICIT_CONSENT.",
                        ": processors[1].purpose is missing; say what for, as { fi: Sähköpostien lähetys }.");
    }

    @Test
    void whatIsNoControllerIsRefused() throws IOException {
        assertThat(faults("- a list")).containsExactly(": The file is not a list of names with their values.");
        assertThat(faults("name: Yksi\nname: Kaksi\n"))
                .singleElement()
                .asString()
                .contains("at line 2");
        assertThat(faults("{")).singleElement().asString().contains("is not YAML");
    }

    @Test
    void withoutAFileThereIsNobody() {
        ControllerSettings settings = new ControllerSettings();
        assertThat(settings.faults()).isEmpty();
        assertThat(settings.controller()).isEmpty();
    }

    private Controller read(String yaml) throws IOException {
        return ControllerYaml.read(Files.writeString(folder.resolve("controller.yaml"), yaml));
    }

    private Iterable<String> faults(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("controller.yaml"), yaml);
        return catchThrowableOfType(InvalidSettings.class, () -> ControllerYaml.read(file)).faults().stream()
                .map(fault -> fault.replace(file.toString(), ""))
                .toList();
    }
}
