package fi.lupa.edge.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may come in, and that a list of keys with a fault lets in nobody. */
class KeysTest {
    private static final String HASH = Keys.sha256("lupa_site_aino");

    @TempDir
    private Path directory;

    @Test
    void findsTheHolderOfAKeyAndNobodyElse() throws IOException {
        Keys keys = load("""
                keys:
                  - name: website
                    role: site
                    forms: [newsletter, contact]
                    sha256: %s
                """.formatted(HASH.toUpperCase(Locale.ROOT)));

        assertThat(keys.find("lupa_site_aino"))
                .contains(new Principal("website", Role.SITE, Set.of("newsletter", "contact")));
        assertThat(keys.find("lupa_site_ain")).isEmpty();
        assertThat(keys.find("")).isEmpty();
        assertThat(keys.find(HASH)).isEmpty();
    }

    @Test
    void requiresAKeyAndItsRole() throws IOException {
        Keys keys = load("keys: [{name: website, role: site, sha256: %s}]".formatted(HASH));

        assertThat(keys.require("lupa_site_aino", Role.OPERATOR, Role.SITE).name())
                .isEqualTo("website");
        assertThat(refusal(keys, null, Role.SITE).problem().status()).isEqualTo(401);
        assertThat(refusal(keys, "lupa_site_eero", Role.SITE).problem().status())
                .isEqualTo(401);
        assertThat(refusal(keys, "lupa_site_aino", Role.OPERATOR).problem())
                .satisfies(problem -> assertThat(problem.status()).isEqualTo(403))
                .satisfies(problem ->
                        assertThat(problem.detail()).contains("website").doesNotContain("aino"));
    }

    @Test
    void letsASitePublishItsFormsOnly() {
        assertThat(new Principal("a", Role.SITE, Set.of("newsletter")).mayPublish("newsletter"))
                .isTrue();
        assertThat(new Principal("a", Role.SITE, Set.of("newsletter")).mayPublish("contact"))
                .isFalse();
        assertThat(new Principal("a", Role.SITE, Set.of("*")).mayPublish("contact"))
                .isTrue();
        assertThat(new Principal("a", Role.SITE, Set.of()).mayPublish("newsletter"))
                .isFalse();
        assertThat(new Principal("a", Role.OPERATOR, Set.of("*")).mayPublish("newsletter"))
                .isFalse();
    }

    @Test
    void refusesAListWithAllItsFaultsAtOnce() {
        assertThatThrownBy(() -> load("""
                key: []
                keys:
                  - name: website
                    rolle: site
                    role: sites
                    sha256: lupa_site_aino
                  - role: operator
                    forms: [newsletter]
                    sha256: %s
                  - name: website
                    role: site
                    forms: newsletter
                    sha256: %s
                """.formatted(HASH, HASH)))
                .asInstanceOf(type(InvalidSettings.class))
                .satisfies(
                        refusal -> assertThat(refusal.faults())
                                .extracting(fault -> fault.substring(fault.indexOf(".yaml: ") + 7))
                                .containsExactly(
                                        "The file has the unknown property \"key\"; did you mean keys?",
                                        "Key 1 has the unknown property \"rolle\"; did you mean role?",
                                        "Key 1 has the unknown role \"sites\"; did you mean site?",
                                        "Key 1 has no sha256 of 64 hexadecimal digits; hash the key, never write it here.",
                                        "Key 2 has no name; name whoever holds it.",
                                        "Key 2 has forms, but only a site key publishes forms; remove them.",
                                        "Key 3 has the name \"website\", which another key has; give each its own.",
                                        "Key 3 has the sha256 of another key; every key belongs to one.",
                                        "Key 3 has forms that are not a list of form ids; write [newsletter, contact] or [\"*\"]."))
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("lupa_site_aino"));
    }

    @Test
    void refusesAListThatIsNone() {
        assertThatThrownBy(() -> load("")).hasMessageContaining("lists no key");
        assertThatThrownBy(() -> load("keys: []")).hasMessageContaining("lists no key");
        assertThatThrownBy(() -> load("just text")).hasMessageContaining("lists no key");
        assertThatThrownBy(() -> load("keys: [")).hasMessageContaining("is not YAML at line 1");
        assertThatThrownBy(() -> Keys.load(directory.resolve("none.yaml"))).hasMessageContaining("cannot be read");
    }

    private Keys load(String yaml) throws IOException {
        return Keys.load(Files.writeString(directory.resolve("keys.yaml"), yaml));
    }

    private static ProblemException refusal(Keys keys, String presented, Role allowed) {
        try {
            throw new AssertionError(keys.require(presented, allowed) + " was let in");
        } catch (ProblemException e) {
            return e;
        }
    }
}
