package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.service.RunningService;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lupa import}: a list is looked at, taken over once, and neither lifts a stop nor grants what was taken back. */
class ImportIT {

    private static final int PEOPLE = 1_000;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void aListIsTakenOverOnceAndNeverAgainstWhatWasSaidHere() throws IOException {
        try (TestInstallation lupa = TestInstallation.named("import", folder)) {
            RunningService consent = lupa.consentStream();
            // One withdrew by letter before; one address is stopped by the list of those who left.
            withdraws(lupa, consent, email(1));
            Path left = write(
                    "unsubscribed_list.csv",
                    "Email Address,CONFIRM_TIME,UNSUB_TIME\n" + email(2)
                            + ",2020-01-01 09:05:00,2023-06-30 21:15:00\n");
            assertThat(imports(lupa, left, "mailchimp", "--commit")).isZero();
            assertThat(out.toString()).contains("Recorded 0 consents and 1 stops.");
            awaitTrue(() -> subjects(lupa) == 2);

            Path list = write(
                    "subscribed_list.csv",
                    "Email Address,First Name,CONFIRM_TIME\n"
                            + IntStream.rangeClosed(1, PEOPLE)
                                    .mapToObj(i -> email(i) + ",\"Henkilö, " + i + "\",2024-01-02 10:00:00\n")
                                    .collect(Collectors.joining())
                            + "nobody,Nobody,2024-01-02 10:00:00\n");
            assertThat(imports(lupa, list, "mailchimp")).isZero();
            assertThat(out.toString())
                    .contains("1,001 rows: 1,000 say something, 0 say nothing, 1 refused.")
                    .contains("998  new consents")
                    .contains("2  consents not taken: the person has said otherwise here")
                    .contains("line 1002")
                    .contains("Nothing is written yet; --commit records 998 consents and 0 stops.")
                    .doesNotContain("nobody")
                    .doesNotContain("henkilo");
            assertThat(lupa.end(Topics.FORMS_INBOX)).as("a dry run").isZero();

            assertThat(imports(lupa, list, "mailchimp", "--commit")).isZero();
            assertThat(out.toString()).contains("Recorded 998 consents and 0 stops.");
            assertThat(lupa.end(Topics.FORMS_INBOX)).isEqualTo(998);
            awaitTrue(() -> subjects(lupa) == PEOPLE);

            assertThat(imports(lupa, list, "mailchimp", "--commit")).isZero();
            assertThat(imports(lupa, left, "mailchimp", "--commit")).isZero();
            assertThat(out.toString()).contains("There is nothing to record.");
            assertThat(lupa.end(Topics.FORMS_INBOX)).as("the same list again").isEqualTo(998);

            assertThat(status(lupa, consent, email(1))).isEqualTo(ConsentStatus.WITHDRAWN);
            assertThat(status(lupa, consent, email(2))).isEqualTo(ConsentStatus.WITHDRAWN);
            assertThat(status(lupa, consent, email(3))).isEqualTo(ConsentStatus.GRANTED);
            FormSubmitted form = lupa.values(Topics.FORMS_SUBMITTED).get(0);
            assertThat(form.getFormId()).isEqualTo("import:mailchimp");
            assertThat(lupa.values(Topics.CONSENT_CHANGES))
                    .filteredOn(changed -> changed.getWill() == Will.GRANT)
                    .hasSize(998)
                    .allSatisfy(changed -> assertThat(changed.getDoor()).isEqualTo(Door.IMPORT));
        }
    }

    @Test
    void aProhibitionListStopsNumbersUntilItsEnd() throws IOException {
        try (TestInstallation lupa = TestInstallation.named("import-stops", folder)) {
            RunningService consent = lupa.consentStream();
            Path list = write("kiellot.csv", "Puhelinnumero\n040 123 4567\n+358401234567\n");
            assertThat(imports(lupa, list, "prohibition-phone", "--commit")).isEqualTo(2);
            assertThat(err.toString()).contains("--as-of is missing").contains("--valid-until is missing");

            assertThat(imports(
                            lupa,
                            list,
                            "prohibition-phone",
                            "--commit",
                            "--as-of=2026-01-01",
                            "--valid-until=2099-12-31"))
                    .isZero();
            assertThat(out.toString()).contains("Recorded 0 consents and 1 stops.");
            assertThat(lupa.values(Topics.CONSENT_CHANGES)).hasSize(1);
            ConsentChanged stop = lupa.values(Topics.CONSENT_CHANGES).get(0);
            assertThat(stop.getScope()).isEqualTo(Scope.PHONE);
            assertThat(stop.getWill()).isEqualTo(Will.PROHIBIT);
            assertThat(stop.getDoor()).isEqualTo(Door.PROHIBITION_REGISTER);
            assertThat(stop.getContactPointId()).isEqualTo(stop.getSubjectId());
            assertThat(stop.getValidUntil()).isEqualTo(Instant.parse("2099-12-31T22:00:00Z"));
            awaitTrue(() -> Http.get(
                                    consent.url().resolve("/v1/subjects/" + stop.getSubjectId() + "/consents"),
                                    lupa.keys.operator())
                            .status()
                    == 200);
            assertThat(lupa.end(Topics.FORMS_INBOX)).as("nobody's number").isZero();
        }
    }

    @Test
    void whatIsNotAsItShouldBeIsSaidBeforeAnythingIsDone() throws IOException {
        assertThat(run(List.of("import"))).isEqualTo(2);
        assertThat(err.toString()).contains("FILE");
        Path transactional = write("nonsubscribed_list.csv", "Email Address,CONFIRM_TIME\n");
        List<String> arguments = List.of(
                "import",
                transactional.toString(),
                "--mapping=mailchimp",
                "--id-secret=a secret of at least thirty-two bytes");
        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains("never subscribed");
    }

    private static void withdraws(TestInstallation lupa, RunningService consent, String email) {
        assertThat(Http.postJson(consent.url().resolve("/v1/consents"), lupa.keys.operator(), """
                {"email": "%s", "scope": "EMAIL", "will": "WITHDRAW", "door": "LETTER", "evidence": "archive/1",
                 "occurredAt": "2023-01-01T00:00:00Z"}""".formatted(email))
                        .status())
                .isEqualTo(202);
    }

    private static ConsentStatus status(TestInstallation lupa, RunningService consent, String email) {
        String id = Http.get(consent.url().resolve("/v1/subjects?email=" + email), lupa.keys.operator())
                .body()
                .findValue("subjectId")
                .asText();
        return lupa.values(Topics.CONSENT_STATE).stream()
                .filter(state -> state.getSubjectId().equals(id))
                .reduce((earlier, later) -> later)
                .map(state -> Subjects.consents(state)
                        .standing(fi.lupa.permission.Scope.EMAIL, id, Instant.now())
                        .status())
                .orElseThrow();
    }

    private static long subjects(TestInstallation lupa) {
        return lupa.values(Topics.CONSENT_STATE).stream()
                .filter(state -> !state.getStatements().isEmpty())
                .map(state -> state.getSubjectId())
                .distinct()
                .count();
    }

    private int imports(TestInstallation lupa, Path list, String mapping, String... more) {
        List<String> arguments = new ArrayList<>(List.of("import", list.toString(), "--mapping=" + mapping));
        lupa.arguments(0).stream()
                .filter(argument -> argument.matches("--(bootstrap|schema|topic|id-secret).*"))
                .forEach(arguments::add);
        arguments.addAll(List.of(more));
        return run(arguments);
    }

    private int run(List<String> arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Lupa.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static String email(int i) {
        return "henkilo" + i + "@example.com";
    }
}
