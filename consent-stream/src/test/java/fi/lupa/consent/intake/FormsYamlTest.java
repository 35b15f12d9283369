package fi.lupa.consent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fi.lupa.consent.intake.FormDeclaration.Checkbox;
import fi.lupa.consent.intake.FormDeclaration.Field;
import fi.lupa.consent.intake.FormDeclaration.Meaning;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.event.FormType;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The declarations of forms: a right file as it reads, a wrong one refused with everything that is wrong with it. */
class FormsYamlTest {

    private static final Set<String> TOPICS = Set.of("newsletter", "offers");

    @TempDir
    private Path directory;

    @Test
    void aDeclarationIsReadAsItIsWritten() {
        FormDeclarations forms = FormReaderTest.forms();

        assertThat(forms.size()).isEqualTo(4);
        assertThat(forms.find("newsletter"))
                .contains(new FormDeclaration(
                        "newsletter",
                        FormType.NEWSLETTER,
                        "www.example.fi",
                        SubjectKind.PERSON,
                        Set.of("https://www.example.fi"),
                        "2023-07-01",
                        false,
                        List.of("news"),
                        Map.of("sähköposti", new Field(Meaning.email, true)),
                        Map.of(
                                "tilaan",
                                new Checkbox(
                                        Scope.EMAIL,
                                        null,
                                        Will.GRANT,
                                        null,
                                        Set.of("on", "yes", "true", "1"),
                                        Map.of(
                                                "fi", "Minulle <b>saa</b> lähettää \"uutiskirjeen\" & muuta",
                                                "en", "You may send me the newsletter")))));
        assertThat(forms.find("registration").orElseThrow().confirmation()).isFalse();
        assertThat(forms.find("club").orElseThrow().confirmation()).isTrue();
        assertThat(forms.find("registration")
                        .orElseThrow()
                        .statements()
                        .get("email_ok")
                        .unticked())
                .isEqualTo(Will.REFUSE);
        assertThat(forms.find("company").orElseThrow().subject()).isEqualTo(SubjectKind.ORGANISATION);
        assertThat(forms.find("survey")).isEmpty();
    }

    @Test
    void silenceEndsNoProhibition() throws IOException {
        assertThat(faults("""
                forms:
                  - id: contact
                    type: CONTACT
                    site: www.example.fi
                    fields:
                      phone: { is: phone }
                    statements:
                      no_calls: { scope: PHONE, ticked: PROHIBIT, unticked: LIFT, wording: { fi: "Ei puheluja" } }
                """))
                .containsExactly(
                        "Form \"contact\", \"no_calls\" would take silence for the end of a prohibition; only a"
                                + " ticked LIFT or GRANT ends one.");
    }

    @Test
    void aTopicIsOneOfThePolicysWithinMarketing() throws IOException {
        assertThat(faults("""
                forms:
                  - id: contact
                    type: CONTACT
                    site: www.example.fi
                    fields:
                      email: { is: email }
                    statements:
                      news: { scope: MARKETING_USE, topic: newsleter, ticked: GRANT, wording: { en: "News" } }
                      offers: { scope: POST, topic: offers, ticked: GRANT, wording: { en: "Offers" } }
                """))
                .containsExactly(
                        "Form \"contact\", \"news\" has the topic \"newsleter\", which the policy does not name; did you"
                                + " mean newsletter?",
                        "Form \"contact\", \"offers\" has a topic and the scope POST; topics are within MARKETING_USE.");
    }

    @Test
    void aWrongFileIsRefusedWithAllItsFaults() throws IOException {
        assertThat(faults("""
                form: []
                forms:
                  - id: news letter
                    type: NEWSLETER
                    confirmation: "yes"
                    orgins: []
                    tags: news
                    fields:
                      email: { is: emial, require: true }
                      phone: { required: maybe }
                    statements:
                      phone: { scope: PHONES, ticked: GRANT, wording: { fi: " " } }
                      email_ok: { scope: EMAIL, ticked: CONFIRM, unticked: GRANT }
                  - id: contact
                    type: CONTACT
                    site: www.example.fi
                    subject: COMPANY
                    fields:
                      email: { is: email }
                    statements:
                      mobile_ok: { scope: MOBILE, ticked: GRANT, wording: { fi: "Tekstiviestejä saa lähettää" } }
                  - id: contact
                    type: CONTACT
                    site: www.example.fi
                    fields: [email]
                """))
                .containsExactly(
                        "The file has the unknown property \"form\"; did you mean forms?",
                        "Form \"news letter\" has no id of letters, digits, dots, hyphens and underscores, at most 64.",
                        "Form \"news letter\" has the unknown property \"orgins\"; did you mean origins?",
                        "Form \"news letter\" has no site; name the website it is on.",
                        "Form \"news letter\", \"email\" has the unknown property \"require\"; did you mean required?",
                        "Form \"news letter\", \"email\" has the unknown is \"emial\"; did you mean email?",
                        "Form \"news letter\", \"phone\" has no is; it is one of customerId, email, phone, name,"
                                + " organisation, position, street, postalCode, city, country, billing, occurredAt,"
                                + " language, campaignId, tag.",
                        "Form \"news letter\", \"phone\" has a required that is neither true nor false.",
                        "Form \"news letter\", \"phone\" has the unknown scope \"PHONES\"; did you mean PHONE?",
                        "Form \"news letter\", \"phone\" has no wording; write the words beside the box by language,"
                                + " as { en: \"…\" }.",
                        "Form \"news letter\", \"email_ok\" would take silence or a form for a confirmation; only a"
                                + " ticked GRANT consents.",
                        "Form \"news letter\", \"email_ok\" has no wording; write the words beside the box by language,"
                                + " as { en: \"…\" }.",
                        "Form \"news letter\" has no field that is a customerId, an email or a phone; without one nobody"
                                + " can be known.",
                        "Form \"news letter\" has \"phone\" both as a field and as a statement; name one otherwise.",
                        "Form \"news letter\" has the unknown type \"NEWSLETER\"; did you mean NEWSLETTER?",
                        "Form \"news letter\" has a confirmation that is neither true nor false.",
                        "Form \"news letter\" has tags that are not a list.",
                        "Form \"contact\" asks with \"mobile_ok\" for consent to MOBILE and has no field that is: phone.",
                        "Form \"contact\" has the unknown subject \"COMPANY\"; there is PERSON, ORGANISATION.",
                        "Form \"contact\" is declared twice; give each form its own id.",
                        "Form \"contact\" has fields that are not a map by name.",
                        "Form \"contact\" has no field that is a customerId, an email or a phone; without one nobody can"
                                + " be known.");
    }

    @Test
    void aFormOfLupasOwnIsRefused() throws IOException {
        assertThat(faults("""
                forms:
                  - id: lupa-rectification
                    type: CONTACT
                    site: www.example.fi
                    fields:
                      email: { is: email }
                """))
                .containsExactly("Form \"lupa-rectification\" has an id that begins with \"lupa-\", as Lupa's own do;"
                        + " name it otherwise.");
    }

    @Test
    void twoFieldsOfOneMeaningAreRefused() throws IOException {
        assertThat(faults("""
                forms:
                  - id: contact
                    type: CONTACT
                    site: www.example.fi
                    fields:
                      email: { is: email }
                      email_again: { is: email }
                      reference: { is: billing }
                      vat: { is: billing }
                      interest: { is: tag }
                      hobby: { is: tag }
                """)).containsExactly("Form \"contact\" has several fields that are: email; keep one.");
    }

    @Test
    void theDoorsOwnNamesAreRefused() throws IOException {
        assertThat(faults("""
                forms:
                  - id: contact
                    type: CONTACT
                    site: www.example.fi
                    fields:
                      email: { is: email }
                      _key: { is: name }
                    statements:
                      _language: { scope: POST, ticked: PROHIBIT, wording: { fi: "Ei postia" } }
                """))
                .containsExactly(
                        "Form \"contact\" has the name \"_key\", which the door itself reads; name it otherwise.",
                        "Form \"contact\" has the name \"_language\", which the door itself reads; name it otherwise.");
    }

    /** Whoever types another's address into it could switch the other's subscription off. */
    @Test
    void aFormThatAsksForConfirmationSaysNoNo() throws IOException {
        assertThat(faults("""
                forms:
                  - id: newsletter
                    type: NEWSLETTER
                    site: www.example.fi
                    confirmation: true
                    fields:
                      email: { is: email }
                    statements:
                      silent: { scope: EMAIL, ticked: GRANT, wording: { fi: "Saa" } }
                      declined: { scope: EMAIL, ticked: GRANT, unticked: REFUSE, wording: { fi: "Saa" } }
                      withdrawn: { scope: EMAIL, ticked: GRANT, unticked: WITHDRAW, wording: { fi: "Saa" } }
                      prohibited: { scope: POST, ticked: PROHIBIT, wording: { fi: "Ei saa" } }
                      lifted: { scope: POST, ticked: LIFT, unticked: PROHIBIT, wording: { fi: "Saa" } }
                      unknown: { scope: POST, ticked: GIVE, wording: { fi: "Saa" } }
                """))
                .hasSize(5)
                .anyMatch(fault -> fault.contains("\"declined\" says more"))
                .contains("Form \"newsletter\" asks for confirmation, and \"withdrawn\" says more on it than a consent;"
                        + " let it say GRANT when ticked and nothing when not, and put a no on a form without"
                        + " confirmation.")
                .anyMatch(fault -> fault.contains("\"prohibited\" says more"))
                .anyMatch(fault -> fault.contains("\"lifted\" says more"))
                .anyMatch(fault -> fault.contains("unknown ticked \"GIVE\""));
    }

    @Test
    void aFormDeclaresNothingAMistake() throws IOException {
        assertThat(faults("""
                forms:
                  - id: contact
                    type: CONTACT
                    site: www.example.fi
                    fields:
                      email: { is: email }
                    statements:
                      no_post: { scope: POST, ticked: PROHIBIT, unticked: INVALIDATE, wording: { fi: "Ei postia" } }
                """))
                .containsExactly(
                        "Form \"contact\", \"no_post\" would declare a mistake, which a form cannot; say GRANT,"
                                + " REFUSE, WITHDRAW, PROHIBIT or LIFT.");
    }

    @Test
    void aFileThatIsNoneIsRefused() throws IOException {
        for (String yaml : List.of("", "forms: []", "forms:\n  -id: newsletter")) {
            assertThat(faults(yaml))
                    .containsExactly(
                            "The file declares no form; write at least one under \"forms:\", each after a \"- \".");
        }
        assertThat(faults("forms: [")).singleElement().asString().contains("is not YAML at line 1");
        assertThat(catchThrowableOfType(
                        InvalidSettings.class, () -> FormDeclarations.load(directory.resolve("none.yaml"), TOPICS)))
                .hasMessageContaining("cannot be read");
    }

    private List<String> faults(String yaml) throws IOException {
        Path file = Files.writeString(directory.resolve("forms.yaml"), yaml);
        return catchThrowableOfType(InvalidSettings.class, () -> FormDeclarations.load(file, TOPICS)).faults().stream()
                .map(fault -> fault.replace(file + ": ", ""))
                .toList();
    }
}
