package fi.lupa.standalone.imports;

import static fi.lupa.standalone.imports.Lists.email;
import static fi.lupa.standalone.imports.Lists.phone;
import static fi.lupa.standalone.imports.Lists.read;
import static fi.lupa.standalone.imports.Lists.said;
import static fi.lupa.standalone.imports.Lists.sample;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.Collection;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.FormType;
import fi.lupa.standalone.imports.Row.Consent;
import fi.lupa.standalone.imports.Row.Said;
import fi.lupa.standalone.imports.Row.Stop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

/** The lists of each product as it exports them, by the mapping that comes with Lupa. */
class ProductsTest {

    @TempDir
    private Path folder;

    @Test
    void whoIsSubscribedInMailchimpConsentsAsOfTheirConfirmation() {
        Map<Long, Row> rows = read("mailchimp", sample("subscribed_email_audience_export_1a2b3c.csv"), false);

        assertThat(shown(rows))
                .containsExactly(
                        "2: GRANT EMAIL at 2023-03-15T17:53:10Z",
                        "4: GRANT EMAIL at 2022-11-01T08:00:00Z",
                        "5: refused Email Address",
                        "6: GRANT EMAIL at 2021-05-05T05:05:05Z",
                        "7: says nothing",
                        "8: refused null");
        FormSubmitted form = ((Consent) said(rows).get(0)).form();
        assertThat(form.getCollection()).isEqualTo(Collection.IMPORTED);
        assertThat(form.getFormType()).isEqualTo(FormType.OTHER);
        assertThat(form.getFormId()).isEqualTo("import:mailchimp");
        assertThat(form.getSite()).isEqualTo("mailchimp");
        assertThat(form.getPersonal().getName()).isEqualTo("Aino Mäkelä");
        assertThat(form.getPersonal().getEmail()).isEqualTo("aino@example.com");
        assertThat(form.getPersonal().getPhone()).isEqualTo("+358401234567");
        assertThat(((Consent) said(rows).get(1)).key()).isEqualTo(email("pekka.o'brien@example.com"));
    }

    @Test
    void anUnreadablePhoneBesideAGoodAddressIsLeftOutAndTold() {
        Map<Long, Row> rows = read("mailchimp", sample("subscribed_email_audience_export_1a2b3c.csv"), false);

        Row.Read oona = (Row.Read) rows.get(6L);
        assertThat(oona.leftOut()).extracting(Row.Refused::column).containsExactly("Phone Number");
        FormSubmitted form = ((Consent) oona.said().get(0)).form();
        assertThat(form.getPersonal().getPhone()).isNull();
        assertThat(form.getPersonal().getName()).isEqualTo("Öona Åkerlund, jr.");
    }

    @Test
    void whoLeftMailchimpIsStoppedAlsoWhereTheMomentIsMissing() {
        Map<Long, Row> rows = read("mailchimp", sample("unsubscribed_email_audience_export_1a2b3c.csv"), false);

        assertThat(shown(rows))
                .containsExactly(
                        "2: IMPORT WITHDRAW EMAIL at 2023-06-30T21:15:00Z",
                        "3: COMPLAINT PROHIBIT EMAIL at 2023-07-01T06:00:00Z",
                        "4: IMPORT WITHDRAW EMAIL at 2026-11-01T00:00:00Z");
        assertThat(shown(read("mailchimp", sample("cleaned_email_audience_export_1a2b3c.csv"), false)))
                .containsExactly("2: HARD_BOUNCE WITHDRAW EMAIL at 2023-08-01T03:30:00Z");
    }

    @Test
    void ofWhoIsStoppedThereIsOnlyTheHash() {
        Said mikko = said(read("mailchimp", sample("unsubscribed_email_audience_export_1a2b3c.csv"), false))
                .get(0);

        ConsentChanged stop = ((Stop) mikko).changed();
        assertThat(stop.getSubjectId()).isEqualTo(email("mikko@example.com")).isEqualTo(stop.getContactPointId());
        assertThat(stop.getRecordedBy()).isEqualTo("import:mailchimp");
        assertThat(stop.getEvidence()).isEqualTo("archive/1");
        assertThat(stop.toString()).doesNotContain("mikko").doesNotContain("Järvinen");
    }

    @Test
    void hubSpotShowsAConsentByItsLegalBasisAndAStopGoesBeforeIt() {
        Map<Long, Row> rows = read("hubspot", sample("hubspot-crm-exports-all-contacts.csv"), false);

        assertThat(shown(rows))
                .containsExactly(
                        "2: GRANT EMAIL at 2026-11-01T00:00:00Z",
                        "3: IMPORT WITHDRAW EMAIL at 2026-11-01T00:00:00Z",
                        "4: HARD_BOUNCE WITHDRAW EMAIL at 2026-11-01T00:00:00Z",
                        "5: says nothing",
                        "6: says nothing");
        assertThat(((Consent) said(rows).get(0)).form().getPersonal().getOrganisation())
                .isEqualTo("Mäkelä & Pojat Oy, Turku");
    }

    @Test
    void aMarketingContactOfHubSpotConsentsOnlyWhereTheOperatorVouchesForIt() {
        assertThat(shown(read("hubspot", sample("hubspot-crm-exports-all-contacts.csv"), true)))
                .contains("5: GRANT EMAIL at 2026-11-01T00:00:00Z", "6: says nothing");
    }

    @Test
    void hubSpotsListOfThoseWhoLeftStopsOnly() {
        assertThat(shown(read("hubspot-optouts", sample("hubspot-unsubscribes.csv"), true)))
                .containsExactly(
                        "2: IMPORT WITHDRAW EMAIL at 2026-11-01T00:00:00Z",
                        "3: HARD_BOUNCE WITHDRAW EMAIL at 2026-11-01T00:00:00Z",
                        "4: COMPLAINT PROHIBIT EMAIL at 2026-11-01T00:00:00Z",
                        "5: says nothing");
    }

    @Test
    void mauticsContactsShowNoConsentUnlessTheOperatorVouchesForIt() {
        assertThat(shown(read("mautic", sample("mautic-contacts.csv"), false)))
                .containsExactly("2: says nothing", "3: says nothing");
        Map<Long, Row> vouched = read("mautic", sample("mautic-contacts.csv"), true);
        assertThat(shown(vouched)).containsExactly("2: GRANT EMAIL at 2026-11-01T00:00:00Z", "3: says nothing");
        FormSubmitted form = ((Consent) said(vouched).get(0)).form();
        assertThat(form.getPersonal().getAddress().getCountry()).isEqualTo("FI");
        assertThat(form.getLanguage()).isEqualTo("fi");
    }

    @Test
    void mauticsDoNotContactStopsTheChannelItNames() {
        Map<Long, Row> rows = read("mautic-dnc", sample("mautic-dnc.csv"), false);

        assertThat(shown(rows))
                .containsExactly(
                        "2: IMPORT WITHDRAW EMAIL at 2023-06-30T21:15:00Z",
                        "3: HARD_BOUNCE WITHDRAW EMAIL at 2023-08-01T03:30:00Z",
                        "4: IMPORT WITHDRAW EMAIL at 2023-07-01T06:00:00Z",
                        "5: IMPORT WITHDRAW MOBILE at 2023-07-02T00:00:00Z",
                        "6: says nothing");
        assertThat(said(rows).get(3).about()).isEqualTo(phone("0407654321"));
    }

    @Test
    void aProhibitionListStopsUntilItsEnd() {
        Map<Long, Row> rows = read("prohibition-phone", latin1("puhelinkiellot.csv"), false);

        assertThat(shown(rows))
                .containsExactly(
                        "2: PROHIBITION_REGISTER PROHIBIT PHONE at 2026-11-01T00:00:00Z",
                        "3: PROHIBITION_REGISTER PROHIBIT PHONE at 2026-11-01T00:00:00Z",
                        "4: refused Puhelinnumero");
        ConsentChanged stop = ((Stop) said(rows).get(0)).changed();
        assertThat(stop.getContactPointId()).isEqualTo(phone("+358401234567"));
        assertThat(stop.getValidUntil()).isEqualTo(Lists.END);
    }

    @Test
    void anAddressIsStoppedAsAnAddress() {
        Map<Long, Row> rows = read("prohibition-post", latin1("postikiellot.csv"), false);

        assertThat(shown(rows))
                .containsExactly(
                        "2: PROHIBITION_REGISTER PROHIBIT POST at 2026-11-01T00:00:00Z", "3: refused Katuosoite");
        assertThat(said(rows).get(0).about())
                .isEqualTo(Lists.IDS.id(Lists.IDS.contactPoints().postal("Kirkkokatu 3 B 12", "20100", "Turku", "FI")));
    }

    @Test
    void theSameListTwiceIsTheSameEvents() {
        Path list = sample("unsubscribed_email_audience_export_1a2b3c.csv");

        assertThat(said(read("mailchimp", list, false))).isEqualTo(said(read("mailchimp", list, false)));
    }

    @ParameterizedTest
    @FieldSource("SHIPPED")
    void everyMappingThatComesWithLupaIsRight(String name) {
        assertThat(MappingYaml.load(name).name()).isEqualTo(name);
    }

    static final List<String> SHIPPED = MappingYaml.SHIPPED;

    @ParameterizedTest
    @CsvSource({"2023-03-15 17:51:42, 1", "2023-03-15T17:51:42+02:00, 1", "15.3.2023, 0", "0000-00-00 00:00:00, 0"})
    void momentsAreReadAsListsWriteThem(String written, int read) {
        assertThat(new Moments(List.of(), ZoneOffset.UTC).read(written).stream().count())
                .isEqualTo(read);
    }

    /** The list, from Windows' encoding to that of the mapping. */
    private Path latin1(String name) {
        try {
            return Files.writeString(
                    folder.resolve(name), Files.readString(sample(name), Charset.forName("windows-1252")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> shown(Map<Long, Row> rows) {
        return rows.entrySet().stream()
                .map(row -> row.getKey() + ": " + Lists.shown(row.getValue()))
                .collect(Collectors.toList());
    }
}
