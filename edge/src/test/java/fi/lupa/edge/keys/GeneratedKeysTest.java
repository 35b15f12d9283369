package fi.lupa.edge.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keys of a first start work, stay, and are shown to nobody else. */
class GeneratedKeysTest {
    @TempDir
    private Path directory;

    @Test
    void makesAKeyForEveryRoleOnce() {
        GeneratedKeys first = GeneratedKeys.writeTo(directory.resolve("data"));
        Keys keys = Keys.load(directory.resolve("data/keys.yaml"));

        Map.of(
                        first.site(), Role.SITE,
                        first.campaign(), Role.CAMPAIGN,
                        first.marketer(), Role.MARKETER,
                        first.operator(), Role.OPERATOR)
                .forEach((key, role) -> assertThat(keys.find(key))
                        .hasValueSatisfying(holder -> assertThat(holder.role()).isEqualTo(role)));
        assertThat(first.site()).matches("lupa_site_[A-Za-z0-9_-]{43}");
        assertThat(first.operator()).startsWith("lupa_operator_");
        assertThat(PseudonymousIds.decode(first.idSecret())).hasSize(32);
        assertThat(GeneratedKeys.writeTo(directory.resolve("data"))).isEqualTo(first);
        assertThat(GeneratedKeys.writeTo(directory.resolve("other"))).isNotEqualTo(first);
    }

    @Test
    void hidesThem() throws IOException {
        GeneratedKeys keys = GeneratedKeys.writeTo(directory);

        assertThat(keys.toString()).isEqualTo("GeneratedKeys (hidden)");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("keys.env"))))
                .isEqualTo("rw-------");
        assertThat(Files.readString(directory.resolve("keys.yaml"))).doesNotContain(keys.site(), keys.idSecret());
    }

    @Test
    void makesNoNewSecretOverAnOldOne() throws IOException {
        GeneratedKeys.writeTo(directory);
        Files.delete(directory.resolve("keys.yaml"));

        assertThatThrownBy(() -> GeneratedKeys.writeTo(directory)).isInstanceOf(InvalidSettings.class);
    }

    @Test
    void saysWhichKeyTheFileLost() throws IOException {
        GeneratedKeys.writeTo(directory);
        Files.writeString(directory.resolve("keys.env"), "LUPA_SITE_KEY=x\nLUPA_OPERATOR_KEY=\n");

        assertThatThrownBy(() -> GeneratedKeys.writeTo(directory))
                .hasMessageContaining("LUPA_OPERATOR_KEY", "LUPA_ID_SECRET")
                .hasMessageNotContaining("LUPA_SITE_KEY");
    }
}
