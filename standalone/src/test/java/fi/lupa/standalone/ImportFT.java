package fi.lupa.standalone;

import static fi.lupa.standalone.UnderFire.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.FormSubmitted;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** An import that is killed on its way, while the consent stream is, too. */
class ImportFT {

    private static final int PEOPLE = 40_000;
    private static final int KILLS = 4;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void theSameCommandGoesOnAndNobodyIsTakenOverTwice() throws Exception {
        Path list = Files.writeString(
                folder.resolve("subscribed_list.csv"),
                "Email Address,CONFIRM_TIME\n"
                        + IntStream.range(0, PEOPLE)
                                .mapToObj(number -> "person." + number + "@example.com,2024-01-02 10:00:00\n")
                                .collect(Collectors.joining()));
        try (TestInstallation lupa = TestInstallation.named("import-killed", folder);
                ServiceUnderFire consent =
                        new ServiceUnderFire(lupa, "consent-stream", folder, "--forms=" + lupa.forms())) {
            consent.start();
            awaitTrue(consent::isReady);
            for (int kill = 1; kill <= KILLS; kill++) {
                long written = (long) PEOPLE * kill / (KILLS + 1);
                Process imports = imports(lupa, list);
                awaitTrue(() -> lupa.end(Topics.FORMS_INBOX) > written);
                imports.destroyForcibly().onExit().join();
                assertThat(lupa.end(Topics.FORMS_INBOX)).as("killed on its way").isLessThan(PEOPLE);
                consent.kill();
            }

            assertThat(imports(lupa, list).waitFor()).as(log()).isZero();
            awaitTrue(() -> lupa.values(Topics.CONSENT_STATE).stream()
                            .filter(state -> !state.getStatements().isEmpty())
                            .map(state -> state.getSubjectId())
                            .distinct()
                            .count()
                    == PEOPLE);
            assertThat(new HashSet<>(submitted(lupa))).as("each said once").hasSize(PEOPLE);

            assertThat(imports(lupa, list).waitFor()).isZero();
            assertThat(log()).endsWith("There is nothing to record.\n");
        }
    }

    private static List<String> submitted(TestInstallation lupa) {
        return lupa.values(Topics.FORMS_SUBMITTED).stream()
                .map(FormSubmitted::getEventId)
                .map(Object::toString)
                .toList();
    }

    private Process imports(TestInstallation lupa, Path list) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ServiceUnderFire.JAVA.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Lupa.class.getName(),
                "import",
                list.toString(),
                "--mapping=mailchimp",
                "--commit"));
        lupa.arguments(0).stream()
                .filter(argument -> argument.matches("--(bootstrap|schema|topic|id-secret).*"))
                .forEach(command::add);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(folder.resolve("import.log").toFile()))
                .start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("import.log"));
    }
}
