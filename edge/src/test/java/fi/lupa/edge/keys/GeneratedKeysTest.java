package fi.lupa.edge.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
                        first.dpo(), Role.DPO,
                        first.operator(), Role.OPERATOR)
                .forEach((key, role) -> assertThat(keys.find(key))
                        .hasValueSatisfying(holder -> assertThat(holder.roles()).containsExactly(role)));
        assertThat(first.site()).matches("lupa_site_[A-Za-z0-9_-]{43}");
        assertThat(first.operator()).startsWith("lupa_operator_");
        assertThat(keys.signIn(GeneratedKeys.STAFF, first.staffPassword()))
                .hasValueSatisfying(member -> assertThat(member.roles())
                        .containsExactlyInAnyOrder(Role.CUSTOMER_SERVICE, Role.DPO, Role.MARKETER));
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
        assertThat(Files.readString(directory.resolve("keys.yaml")))
                .doesNotContain(keys.site(), keys.staffPassword(), keys.idSecret());
    }

    @Test
    void makesNoNewSecretOverAnOldOne() throws IOException {
        GeneratedKeys.writeTo(directory);
        Files.delete(directory.resolve("keys.yaml"));

        assertThatThrownBy(() -> GeneratedKeys.writeTo(directory)).isInstanceOf(InvalidSettings.class);
    }

    @Test
    void addsAMemberOfStaffWhosePasswordIsToldOnce() throws IOException {
        GeneratedKeys.writeTo(directory);
        Path list = directory.resolve("keys.yaml");
        String password = GeneratedKeys.addStaff(list, "Liisa \"L\" Korhonen", List.of(Role.DPO));
        GeneratedKeys.addStaff(list, "eero", List.of(Role.MARKETER, Role.ANALYST));

        Keys keys = Keys.load(list);
        assertThat(keys.signIn("Liisa \"L\" Korhonen", password))
                .hasValueSatisfying(liisa -> assertThat(liisa.roles()).containsExactly(Role.DPO));
        assertThat(keys.staff("eero")).hasValueSatisfying(eero -> assertThat(eero.roles())
                .containsExactlyInAnyOrder(Role.MARKETER, Role.ANALYST));
        assertThat(keys.staff(GeneratedKeys.STAFF)).isPresent();
        assertThat(Files.readString(list)).doesNotContain(password).contains("# Who may come in.");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(list)))
                .isEqualTo("rw-------");
    }

    @Test
    void addsNobodyWhereTheListWouldNotHold() throws IOException {
        GeneratedKeys.writeTo(directory);
        Path list = directory.resolve("keys.yaml");
        String before = Files.readString(list);

        assertThatThrownBy(() -> GeneratedKeys.addStaff(list, "website", List.of(Role.DPO)))
                .hasMessageContaining("another key has");
        assertThat(list).hasContent(before);
        Files.writeString(list, before.substring(0, before.indexOf("staff:")) + "staff: []\n");
        assertThatThrownBy(() -> GeneratedKeys.addStaff(list, "liisa", List.of(Role.DPO)))
                .hasMessageContaining("in brackets");
        assertThatThrownBy(() -> GeneratedKeys.addStaff(directory.resolve("none.yaml"), "liisa", List.of(Role.DPO)))
                .hasMessageContaining("lupa keys");
    }

    @Test
    void addsTheFirstMemberToAListWithout() throws IOException {
        GeneratedKeys.writeTo(directory);
        Path list = directory.resolve("keys.yaml");
        String before = Files.readString(list);
        Files.writeString(list, before.substring(0, before.indexOf("staff:")));

        String password = GeneratedKeys.addStaff(list, "liisa", List.of(Role.DPO));

        assertThat(Keys.load(list).signIn("liisa", password)).isPresent();
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
