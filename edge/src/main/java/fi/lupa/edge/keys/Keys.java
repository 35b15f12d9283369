package fi.lupa.edge.keys;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.settings.InvalidSettings;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The list of those who may come in. It knows the hashes of the keys only, so whoever reads the file gets no key. */
public final class Keys {
    private static final String SCHEME = "Bearer ";

    private final List<Key> keys;

    /** A principal with the SHA-256 of its key in hexadecimal; the key is 32 random bytes, so a plain hash cannot be guessed. */
    record Key(String sha256, Principal principal) {}

    Keys(List<Key> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * Reads the list of keys from a YAML file.
     *
     * @throws InvalidSettings with everything that is wrong with the file
     */
    public static Keys load(Path keysYaml) {
        try {
            JsonNode root = new YAMLMapper().readTree(Files.readString(keysYaml));
            return new Keys(new KeyList(keysYaml).read(root));
        } catch (JacksonException e) {
            String where =
                    e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
            throw new InvalidSettings(List.of("%s is not YAML%s; correct it.".formatted(keysYaml, where)));
        } catch (IOException e) {
            throw new InvalidSettings(
                    List.of("The list of keys %s cannot be read; create it or name another.".formatted(keysYaml)));
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

    /**
     * Who calls, by the key in {@code Authorization: Bearer}.
     *
     * @throws ProblemException 401 without a known key, 403 if none of the roles is its role
     */
    public Principal require(Context ctx, Role... allowed) {
        String header = ctx.header(Header.AUTHORIZATION);
        boolean bearer = header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return require(bearer ? header.substring(SCHEME.length()).strip() : "", allowed);
    }

    /**
     * Who calls, by a key that came another way, as in a form's hidden field; null if none came.
     *
     * @throws ProblemException 401 without a known key, 403 if none of the roles is its role
     */
    public Principal require(String presentedKey, Role... allowed) {
        Principal caller =
                Optional.ofNullable(presentedKey).flatMap(this::find).orElseThrow(ProblemException::unauthorized);
        if (!List.of(allowed).contains(caller.role())) {
            throw ProblemException.forbidden("The key \"%s\" is a %s key and may not do this."
                    .formatted(caller.name(), caller.role().name().toLowerCase(Locale.ROOT)));
        }
        return caller;
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
