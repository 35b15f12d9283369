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
    private static final List<String> PROPERTIES = List.of("name", "role", "forms", "campaigns", "sha256");
    private static final List<String> PROPERTIES_OF_STAFF = List.of("name", "roles", "password");
    private static final List<String> ROLES =
            Arrays.stream(Role.values()).map(Role::written).toList();
    private static final List<String> ROLES_OF_STAFF =
            Role.OF_STAFF.stream().map(Role::written).toList();

    private final Path file;
    private final List<String> faults = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> hashes = new HashSet<>();

    KeyList(Path file) {
        this.file = file;
    }

    Keys read(JsonNode root) {
        JsonNode entries = root.path("keys");
        JsonNode staff = root.path("staff");
        refuseUnknown("The file", root, List.of("keys", "staff"));
        if (!entries.isArray() || entries.isEmpty()) {
            fault("The file", "lists no key; write at least one under \"keys:\".");
        }
        for (int i = 0; entries.isArray() && i < entries.size(); i++) {
            check("Key " + (i + 1), entries.get(i));
        }
        if (root.has("staff") && !staff.isArray()) {
            fault(
                    "The file",
                    "has staff that are no list; write one under another, each with a name, roles and a password.");
        }
        for (int i = 0; staff.isArray() && i < staff.size(); i++) {
            checkMember("Member of staff " + (i + 1), staff.get(i));
        }
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        return new Keys(
                stream(entries).map(KeyList::key).toList(),
                stream(staff).map(KeyList::member).toList());
    }

    private void check(String which, JsonNode entry) {
        refuseUnknown(which, entry, PROPERTIES);
        String name = entry.path("name").asText();
        String role = entry.path("role").asText();
        String sha256 = entry.path("sha256").asText().toLowerCase(Locale.ROOT);
        checkName(which, name);
        if (!ROLES.contains(role)) {
            fault(which, "has the unknown role \"%s\"%s".formatted(role, DidYouMean.of(role, ROLES)));
        }
        if (!sha256.matches("[0-9a-f]{64}")) {
            fault(which, "has no sha256 of 64 hexadecimal digits; hash the key, never write it here.");
        } else if (!hashes.add(sha256)) {
            fault(which, "has the sha256 of another key; every key belongs to one.");
        }
        if (entry.has("forms") && !role.equals(Role.SITE.written())) {
            fault(which, "has forms, but only a site key publishes forms; remove them.");
        }
        if (entry.has("forms") && !isListOfTexts(entry.get("forms"))) {
            fault(which, "has forms that are not a list of form ids; write [newsletter, contact] or [\"*\"].");
        }
        if (entry.has("campaigns") && !role.equals(Role.CAMPAIGN.written())) {
            fault(which, "has campaigns, but only a campaign key is for some of them; remove them.");
        }
        if (entry.has("campaigns") && !isListOfTexts(entry.get("campaigns"))) {
            fault(which, "has campaigns that are not a list of campaign ids; write [spring, autumn] or [\"*\"].");
        }
    }

    private void checkMember(String which, JsonNode entry) {
        refuseUnknown(which, entry, PROPERTIES_OF_STAFF);
        checkName(which, entry.path("name").asText());
        JsonNode roles = entry.path("roles");
        if (!isListOfTexts(roles) || roles.isEmpty()) {
            fault(which, "has no roles; write one or more of %s.".formatted(String.join(", ", ROLES_OF_STAFF)));
        } else {
            stream(roles)
                    .map(JsonNode::asText)
                    .filter(role -> !ROLES_OF_STAFF.contains(role))
                    .forEach(role ->
                            fault(which, "has the role \"%s\"%s".formatted(role, DidYouMean.of(role, ROLES_OF_STAFF))));
        }
        if (!Password.isWritten(entry.path("password").asText())) {
            fault(
                    which,
                    "has no password hash of at least %d iterations; let \"lupa keys --staff\" write it."
                            .formatted(Password.ITERATIONS));
        }
    }

    private void checkName(String which, String name) {
        if (name.isBlank()) {
            fault(which, "has no name; name whoever holds it.");
        } else if (!names.add(name)) {
            fault(which, "has the name \"%s\", which another key has; give each its own.".formatted(name));
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
        Role role = Role.of(entry.get("role").asText()).orElseThrow();
        return new Keys.Key(
                entry.get("sha256").asText().toLowerCase(Locale.ROOT),
                Principal.machine(
                        entry.get("name").asText(),
                        role,
                        texts(entry.path("forms")),
                        entry.has("campaigns") ? texts(entry.get("campaigns")) : Set.of("*")));
    }

    private static Keys.Member member(JsonNode entry) {
        Set<Role> roles = texts(entry.get("roles")).stream()
                .map(role -> Role.of(role).orElseThrow())
                .collect(Collectors.toUnmodifiableSet());
        return new Keys.Member(
                entry.get("name").asText(),
                roles,
                Password.parse(entry.get("password").asText()));
    }

    private static Set<String> texts(JsonNode array) {
        return stream(array).map(JsonNode::asText).collect(Collectors.toSet());
    }

    private static boolean isListOfTexts(JsonNode node) {
        return node.isArray() && stream(node).allMatch(JsonNode::isTextual);
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
