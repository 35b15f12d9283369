package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.schemas.topic.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code lupa topics}: says what is missing, creates it, and says what differs. */
class TopicsIT {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void whatIsMissingIsNamedThenCreatedAndWhatDiffersIsSaid() throws Exception {
        assertThat(topics("--topic-prefix=topics.")).isEqualTo(1);
        assertThat(err.toString())
                .contains("Topic topics.forms.inbox is missing; create it with: lupa topics --create");

        assertThat(topics("--topic-prefix=topics.", "--create", "--partitions=3"))
                .isZero();
        assertThat(out.toString()).contains("created topics.consent.state");
        assertThat(topics("--topic-prefix=topics.")).isZero();
        assertThat(out.toString().lines()).hasSize(Topics.all().size());

        try (Admin admin = Admin.create(Map.of("bootstrap.servers", Infrastructure.bootstrapServers()))) {
            admin.createPartitions(Map.of("topics.consent.state", NewPartitions.increaseTo(5)))
                    .all()
                    .get();
        }
        assertThat(topics("--topic-prefix=topics.")).isEqualTo(1);
        assertThat(err.toString())
                .contains("different numbers of partitions [3, 5]")
                .contains("topics.consent.state=5");
    }

    @Test
    void aWrongFlagIsToldWhatWasMeant() {
        assertThat(topics("--creat")).isEqualTo(2);
        assertThat(err.toString()).contains("--create");
    }

    @Test
    void whatCannotBeDoneIsSaidInASentence() {
        assertThat(topics("--topic-prefix=threefold.", "--create", "--replication=3"))
                .isEqualTo(1);
        assertThat(err.toString())
                .startsWith("Topic threefold.")
                .contains("could not be created (", "replica")
                .doesNotContain("account", "\tat ");
        assertThat(topics("--topic-prefix=no prefix")).isEqualTo(2);
        assertThat(err.toString()).contains("--topic-prefix is \"no prefix\"").doesNotContain("\tat ");
        assertThat(topics("--kafka-config=no-such-file")).isEqualTo(2);
        assertThat(err.toString())
                .contains("no-such-file, which cannot be read")
                .doesNotContain("\tat ");
        assertThat(topics("--acls")).isEqualTo(1);
        assertThat(err.toString()).contains("These brokers check no rights").doesNotContain("\tat ");
    }

    private int topics(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(
                "topics",
                "--bootstrap-servers=" + Infrastructure.bootstrapServers(),
                "--schema-registry-url=" + Infrastructure.registryUrl()));
        all.addAll(List.of(arguments));
        CommandLine lupa = Lupa.commandLine();
        return lupa.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(all.toArray(String[]::new));
    }
}
