package fi.lupa.edge.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.event.SignIn;
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

        assertThat(keys.find("lupa_site_aino")).contains(site("website", "newsletter", "contact"));
        assertThat(keys.find("lupa_site_ain")).isEmpty();
        assertThat(keys.find("")).isEmpty();
        assertThat(keys.find(HASH)).isEmpty();
    }

    @Test
    void letsASitePublishItsFormsOnly() {
        assertThat(site("a", "newsletter").mayPublish("newsletter")).isTrue();
        assertThat(site("a", "newsletter").mayPublish("contact")).isFalse();
        assertThat(site("a", "*").mayPublish("contact")).isTrue();
        assertThat(site("a").mayPublish("newsletter")).isFalse();
        assertThat(Principal.machine("a", Role.OPERATOR, Set.of("*"), Set.of()).mayPublish("newsletter"))
                .isFalse();
    }

    @Test
    void keepsACampaignKeyToItsCampaigns() throws IOException {
        Keys keys = load("""
                keys:
                  - { name: shop, role: campaign, campaigns: [spring], sha256: %s }
                  - { name: all, role: campaign, sha256: %s }
                """.formatted(Keys.sha256("shop"), Keys.sha256("all")));

        assertThat(keys.find("shop").orElseThrow().mayUse("spring")).isTrue();
        assertThat(keys.find("shop").orElseThrow().mayUse("autumn")).isFalse();
        assertThat(keys.find("all").orElseThrow().mayUse("autumn")).isTrue();
    }

    @Test
    void letsStaffInByNameAndPassword() throws IOException {
        Keys keys = load("""
                keys: [{ name: website, role: site, sha256: %s }]
                staff:
                  - { name: liisa, roles: [customer-service, dpo], password: "%s" }
                """.formatted(HASH, Password.of("oikea hevonen").written()));

        assertThat(keys.hasStaff()).isTrue();
        assertThat(keys.signIn("liisa", "oikea hevonen"))
                .contains(Principal.person("liisa", "liisa", SignIn.SESSION, Set.of(Role.CUSTOMER_SERVICE, Role.DPO)));
        assertThat(keys.signIn("liisa", "oikea hevone")).isEmpty();
        assertThat(keys.signIn("liisa", "")).isEmpty();
        assertThat(keys.signIn("liisa", "o".repeat(100_000))).isEmpty();
        assertThat(keys.signIn("eero", "oikea hevonen")).isEmpty();
        assertThat(keys.signIn("website", "lupa_site_aino")).isEmpty();
    }

    @Test
    void takesAsLongToRefuseAnUnknownNameAsAWrongPassword() throws IOException {
        Keys keys = load("""
                keys: [{ name: website, role: site, sha256: %s }]
                staff: [{ name: liisa, roles: [dpo], password: "%s" }]
                """.formatted(HASH, Password.of("oikea hevonen").written()));
        nanos(() -> keys.signIn("liisa", "väärä"));

        long wrong = nanos(() -> keys.signIn("liisa", "väärä"));
        long unknown = nanos(() -> keys.signIn("eero", "väärä"));

        assertThat((double) unknown / wrong).isBetween(0.3, 3.0);
    }

    @Test
    void refusesStaffWithAllItsFaultsAtOnce() {
        assertThatThrownBy(() -> load("""
                keys: [{ name: website, role: site, campaigns: ["*"], sha256: %s }]
                staff:
                  - { name: website, roles: [dpo, site], password: plain }
                  - { rolle: dpo, roles: [], password: "pbkdf2-sha256$100000$AAAAAAAAAAAAAAAAAAAAAA$%s" }
                """.formatted(HASH, "A".repeat(43))))
                .asInstanceOf(type(InvalidSettings.class))
                .satisfies(
                        refusal -> assertThat(refusal.faults())
                                .extracting(fault -> fault.substring(fault.indexOf(".yaml: ") + 7))
                                .containsExactly(
                                        "Key 1 has campaigns, but only a campaign key is for some of them; remove them.",
                                        "Member of staff 1 has the name \"website\", which another key has; give each its own.",
                                        "Member of staff 1 has the role \"site\"; there is marketer, customer-service, dpo, analyst, operator.",
                                        "Member of staff 1 has no password hash of at least 600000 iterations; let \"lupa keys --staff\" write it.",
                                        "Member of staff 2 has the unknown property \"rolle\"; did you mean roles?",
                                        "Member of staff 2 has no name; name whoever holds it.",
                                        "Member of staff 2 has no roles; write one or more of marketer, customer-service, dpo, analyst, operator.",
                                        "Member of staff 2 has no password hash of at least 600000 iterations; let \"lupa keys --staff\" write it."));
    }

    @Test
    void refusesStaffThatAreNoList() {
        assertThatThrownBy(() ->
                        load("{keys: [{name: website, role: site, sha256: %s}], staff: {name: liisa}}".formatted(HASH)))
                .hasMessageContaining("staff that are no list");
    }

    @Test
    void hashesEveryPasswordWithItsOwnSalt() {
        assertThat(Password.of("sama").written())
                .isNotEqualTo(Password.of("sama").written());
        assertThat(Password.parse(Password.of("sama").written()).is("sama")).isTrue();
        assertThat(Password.of("sama").toString()).isEqualTo("Password (hidden)");
        assertThat(Password.generate()).matches("[A-Za-z0-9_-]{20}").isNotEqualTo(Password.generate());
    }

    private static long nanos(Runnable attempt) {
        long began = System.nanoTime();
        attempt.run();
        return System.nanoTime() - began;
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
        assertThatThrownBy(() -> load("keys:\n  -name: website")).hasMessageContaining("lists no key");
        assertThatThrownBy(() -> load("just text")).hasMessageContaining("lists no key");
        assertThatThrownBy(() -> load("keys: [")).hasMessageContaining("is not YAML at line 1");
        assertThatThrownBy(() -> Keys.load(directory.resolve("none.yaml"))).hasMessageContaining("cannot be read");
    }

    private Keys load(String yaml) throws IOException {
        return Keys.load(Files.writeString(directory.resolve("keys.yaml"), yaml));
    }

    private static Principal site(String name, String... forms) {
        return Principal.machine(name, Role.SITE, Set.of(forms), Set.of("*"));
    }
}
