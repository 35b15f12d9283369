package fi.lupa.edge.keys;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Reads a list of keys after it has collected everything that is wrong with it. */
final class KeyList {
    private static final List<String> PROPERTIES = List.of("name", "role", "forms", "sha256");
    private static final List<String> ROLES =
            Arrays.stream(Role.values()).map(KeyList::written).toList();

    private final Path file;
    private final List<String> faults = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> hashes = new HashSet<>();

    KeyList(Path file) {
        this.file = file;
    }

    List<Keys.Key> read(JsonNode root) {
        JsonNode entries = root.path("keys");
        refuseUnknown("The file", root, List.of("keys"));
        if (!entries.isArray() || entries.isEmpty()) {
            fault("The file", "lists no key; write at least one under \"keys:\".");
        }
        for (int i = 0; i < entries.size(); i++) {
            check("Key " + (i + 1), entries.get(i));
        }
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        return stream(entries).map(KeyList::key).toList();
    }

    private void check(String which, JsonNode entry) {
        refuseUnknown(which, entry, PROPERTIES);
        String name = entry.path("name").asText();
        String role = entry.path("role").asText();
        String sha256 = entry.path("sha256").asText().toLowerCase(Locale.ROOT);
        if (name.isBlank()) {
            fault(which, "has no name; name whoever holds it.");
        } else if (!names.add(name)) {
            fault(which, "has the name \"%s\", which another key has; give each its own.".formatted(name));
        }
        if (!ROLES.contains(role)) {
            fault(which, "has the unknown role \"%s\"%s".formatted(role, DidYouMean.of(role, ROLES)));
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            fault(which, "has no sha256 of 64 hexadecimal digits; hash the key, never write it here.");
        } else if (!hashes.add(sha256)) {
            fault(which, "has the sha256 of another key; every key belongs to one.");
        }
        if (entry.has("forms") && !role.equals(written(Role.SITE))) {
            fault(which, "has forms, but only a site key publishes forms; remove them.");
        }
        if (entry.has("forms") && !isListOfTexts(entry.get("forms"))) {
            fault(which, "has forms that are not a list of form ids; write [newsletter, contact] or [\"*\"].");
        }
    }

    private void refuseUnknown(String which, JsonNode node, Collection<String> known) {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                fault(which, "has the unknown property \"%s\"%s".formatted(name, DidYouMean.of(name, known)));
            }
        });
    }

    private void fault(String which, String what) {
        faults.add("%s: %s %s".formatted(file, which, what));
    }

    private static Keys.Key key(JsonNode entry) {
        Role role = Role.valueOf(entry.get("role").asText().toUpperCase(Locale.ROOT));
        Set<String> forms = stream(entry.path("forms")).map(JsonNode::asText).collect(Collectors.toSet());
        return new Keys.Key(
                entry.get("sha256").asText().toLowerCase(Locale.ROOT),
                new Principal(entry.get("name").asText(), role, forms));
    }

    private static boolean isListOfTexts(JsonNode node) {
        return node.isArray() && stream(node).allMatch(JsonNode::isTextual);
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String written(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
