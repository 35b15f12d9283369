package fi.lupa.edge.keys;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.YamlFault;
import fi.lupa.event.SignIn;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The list of those who may come in. It knows hashes only, so whoever reads the file gets no key and no password. */
public final class Keys {
    private final List<Key> keys;
    private final Map<String, Member> staff;

    /** A principal with the SHA-256 of its key in hexadecimal; the key is 32 random bytes, so a plain hash cannot be guessed. */
    record Key(String sha256, Principal principal) {}

    /** Somebody who signs in by a password. */
    record Member(String name, Set<Role> roles, Password password) {}

    Keys(List<Key> keys, List<Member> staff) {
        this.keys = List.copyOf(keys);
        this.staff = staff.stream().collect(Collectors.toUnmodifiableMap(Member::name, Function.identity()));
    }

    /**
     * Reads the list of keys from a YAML file.
     *
     * @throws InvalidSettings with everything that is wrong with the file
     */
    public static Keys load(Path keysYaml) {
        try {
            return read(keysYaml, Files.readString(keysYaml));
        } catch (IOException e) {
            throw new InvalidSettings(
                    List.of("The list of keys %s cannot be read; create it or name another.".formatted(keysYaml)));
        }
    }

    static Keys read(Path keysYaml, String yaml) {
        try {
            JsonNode root = new YAMLMapper().readTree(yaml);
            return new KeyList(keysYaml).read(root);
        } catch (JacksonException e) {
            throw new InvalidSettings(List.of("%s is not YAML%s; correct it.".formatted(keysYaml, YamlFault.where(e))));
        }
    }

    /** Who holds this key, if anybody does. Every key is compared to its end, so the time tells nothing. */
    public Optional<Principal> find(String presentedKey) {
        byte[] sha256 = sha256(presentedKey).getBytes(StandardCharsets.US_ASCII);
        Principal found = null;
        for (Key key : keys) {
            if (MessageDigest.isEqual(key.sha256().getBytes(StandardCharsets.US_ASCII), sha256)) {
                found = key.principal();
            }
        }
        return Optional.ofNullable(found);
    }

    /** Whether anybody signs in by a password. */
    public boolean hasStaff() {
        return !staff.isEmpty();
    }

    /** The member of staff with this name and password. An unknown name takes as long to refuse as a wrong password. */
    public Optional<Principal> signIn(String name, String password) {
        Member member = staff.get(name);
        boolean right = (member == null ? Password.NOBODYS : member.password()).is(password);
        return member != null && right ? staff(name) : Optional.empty();
    }

    /** The member of staff of this name, as listed now. */
    public Optional<Principal> staff(String name) {
        return Optional.ofNullable(staff.get(name))
                .map(member -> Principal.person(name, name, SignIn.SESSION, member.roles()));
    }

    static String sha256(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
