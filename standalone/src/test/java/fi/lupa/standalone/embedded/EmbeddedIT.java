package fi.lupa.standalone.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import fi.lupa.standalone.Records;
import fi.lupa.standalone.Schemas;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the broker and the registry that Lupa brings along promise beyond what any broker and registry do. */
class EmbeddedIT {

    @TempDir
    Path folder;

    @Test
    void whatWasWrittenOutlivesAKillAndNoRegistryIsLeftBehind() throws Exception {
        var lupa = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dlupa.home=" + System.getProperty("lupa.home"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledLupa.class.getName(),
                        folder.toString())
                .redirectError(Redirect.INHERIT)
                .start();
        var said = new String[0];
        try (var out = lupa.inputReader()) {
            said = out.readLine().split(" ", 3);
        } finally {
            lupa.destroyForcibly();
        }
        var registryLeft = ProcessHandle.of(Long.parseLong(said[1]));
        if (registryLeft.isPresent()) {
            registryLeft.get().onExit().get(10, TimeUnit.SECONDS);
        }

        try (var kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0);
                var registry = registry(folder, 0)) {
            assertThat(Records.read(kafka.bootstrapServers(), "killed")).containsExactly("moi");
            assertThat(Schemas.register(registry.url(), "other-value", "Other")).isNotEqualTo(said[2]);
            assertThat(Schemas.register(registry.url(), "killed-value", "Killed"))
                    .isEqualTo(said[2]);
        }
    }

    @Test
    void aBrokerIsRefusedATakenPortAndATakenFolder() {
        var kafkas = folder.resolve("kafka");
        try (var kafka = EmbeddedKafka.start(kafkas, 0)) {
            var port = URI.create("kafka://" + kafka.bootstrapServers()).getPort();
            assertThatExceptionOfType(CannotStartException.class)
                    .isThrownBy(() -> EmbeddedKafka.start(folder.resolve("other"), port))
                    .withMessage("Port " + port + " on 127.0.0.1, which Kafka is to use, is taken by another program:"
                            + " stop that program, or choose another port.");
            assertThatExceptionOfType(CannotStartException.class)
                    .isThrownBy(() -> EmbeddedKafka.start(kafkas, 0))
                    .withMessage("The data folder " + kafkas + " is in use by another Lupa: stop that one, or choose"
                            + " another folder.");
        }
        // Refusals and a close leave both free again.
        EmbeddedKafka.start(folder.resolve("other"), 0).close();
        EmbeddedKafka.start(kafkas, 0).close();
    }

    @Test
    void aRegistryIsRefusedATakenPortAndATakenFolder() {
        try (var registry = registry(folder, 0)) {
            var port = URI.create(registry.url()).getPort();
            assertThatExceptionOfType(CannotStartException.class)
                    .isThrownBy(() -> registry(folder.resolve("other"), port))
                    .withMessageStartingWith("Port " + port + " on 127.0.0.1, which the schema registry is to use");
            assertThatExceptionOfType(CannotStartException.class)
                    .isThrownBy(() -> registry(folder, 0))
                    .withMessageEndingWith("The data folder " + folder.resolve("registry")
                            + " is in use by another Lupa: stop that one, or choose another folder.");
        }
    }

    @Test
    void aMissingRegistrySaysHowToGetIt() {
        assertThatExceptionOfType(CannotStartException.class)
                .isThrownBy(() -> EmbeddedRegistry.start(folder, 0, folder.resolve("nowhere")))
                .withMessageContaining("build Lupa with 'mvn package'");
    }

    private static EmbeddedRegistry registry(Path folder, int port) {
        return EmbeddedRegistry.start(folder.resolve("registry"), port, EmbeddedRegistry.distribution());
    }
}
