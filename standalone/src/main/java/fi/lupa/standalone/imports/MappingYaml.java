package fi.lupa.standalone.imports;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.YamlFault;
import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import fi.lupa.standalone.imports.Mapping.Column;
import fi.lupa.standalone.imports.Mapping.Condition;
import fi.lupa.standalone.imports.Mapping.Meaning;
import fi.lupa.standalone.imports.Mapping.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/** Reads a mapping after it has collected everything that is wrong with it. */
final class MappingYaml {

    /** The mappings that come with Lupa. */
    static final List<String> SHIPPED = List.of(
            "mailchimp", "hubspot", "hubspot-optouts", "mautic", "mautic-dnc", "prohibition-phone", "prohibition-post");

    private static final List<String> FILE = List.of(
            "name",
            "source",
            "subject",
            "charset",
            "separator",
            "timeZone",
            "dates",
            "notice",
            "tags",
            "notFor",
            "columns",
            "statements");
    private static final List<String> COLUMN = List.of("column", "optional");
    private static final List<String> RULE = List.of(
            "scope", "will", "door", "wording", "vouched", "optional", "when", "at", "validUntilColumn", "validUntil");
    private static final Set<Will> WILLS = Set.of(Will.GRANT, Will.WITHDRAW, Will.PROHIBIT);
    private static final Set<Door> DOORS =
            Set.of(Door.IMPORT, Door.PROHIBITION_REGISTER, Door.HARD_BOUNCE, Door.COMPLAINT);

    private final String file;
    private final List<String> faults = new ArrayList<>();

    MappingYaml(String file) {
        this.file = file;
    }

    /**
     * The mapping of this name that comes with Lupa, or else that in the file of this name.
     *
     * @throws InvalidSettings with everything that is wrong with it
     */
    static Mapping load(String nameOrFile) {
        try {
            return new MappingYaml(nameOrFile).read(new YAMLMapper().readTree(text(nameOrFile)));
        } catch (JacksonException e) {
            throw new InvalidSettings(
                    List.of("%s is not YAML%s; correct it.".formatted(nameOrFile, YamlFault.where(e))));
        } catch (IOException e) {
            throw new InvalidSettings(
                    List.of("There is no mapping \"%s\" that can be read; name a file, or one that comes with Lupa: %s."
                            .formatted(nameOrFile, String.join(", ", SHIPPED))));
        }
    }

    private static String text(String nameOrFile) throws IOException {
        if (!SHIPPED.contains(nameOrFile)) {
            return Files.readString(Path.of(nameOrFile));
        }
        try (InputStream shipped = MappingYaml.class.getResourceAsStream("/imports/" + nameOrFile + ".yaml")) {
            return new String(shipped.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Mapping read(JsonNode root) {
        knowOnly("the file", root, FILE);
        String name = root.path("name").asText("");
        if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
            fault("name", "is to be letters, digits, dots, hyphens and underscores, at most 64.");
        }
        Map<Meaning, Column> columns = columns(root.path("columns"));
        List<Rule> rules = new ArrayList<>();
        JsonNode statements = root.path("statements");
        if (!statements.isArray() || statements.isEmpty()) {
            fault("statements", "is to be a list of what a row can say; there is none.");
        }
        for (int i = 0; statements.isArray() && i < statements.size(); i++) {
            String which = "statements[" + i + "]";
            Rule rule = rule(which, statements.get(i));
            checkReach(which, rule, columns);
            rules.add(rule);
        }
        Mapping mapping = new Mapping(
                name,
                root.path("source").asText(name),
                word("subject", root, "subject", SubjectKind.class, Set.of(SubjectKind.values()), SubjectKind.PERSON),
                value("charset", root, "charset", Charset::forName, StandardCharsets.UTF_8, "UTF-8 or windows-1252"),
                separator(root),
                value("timeZone", root, "timeZone", ZoneId::of, ZoneOffset.UTC, "UTC or Europe/Helsinki"),
                dates(root.path("dates")),
                root.path("notice").asText(null),
                texts("tags", root.path("tags")),
                notFor(root.path("notFor")),
                columns,
                rules);
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        return mapping;
    }

    private Map<Meaning, Column> columns(JsonNode node) {
        Map<Meaning, Column> columns = new EnumMap<>(Meaning.class);
        List<String> known = names(Set.of(Meaning.values()));
        if (!node.isObject() || node.isEmpty()) {
            fault("columns", "is to say which column holds what, as email: \"Email Address\".");
        }
        node.fields().forEachRemaining(entry -> {
            String which = "columns." + entry.getKey();
            if (!known.contains(entry.getKey())) {
                fault(which, "is unknown" + DidYouMean.of(entry.getKey(), known));
                return;
            }
            boolean described = entry.getValue().isObject();
            if (described) {
                knowOnly(which, entry.getValue(), COLUMN);
            }
            columns.put(
                    Meaning.valueOf(entry.getKey()),
                    column(
                            which,
                            described ? entry.getValue().path("column") : entry.getValue(),
                            described && flag(which, entry.getValue(), "optional")));
        });
        return columns;
    }

    private Rule rule(String which, JsonNode node) {
        knowOnly(which, node, RULE);
        List<Column> headers = new ArrayList<>();
        List<Condition> conditions = new ArrayList<>();
        JsonNode when = node.path("when");
        if (!when.isMissingNode() && !when.isArray()) {
            fault(which + ".when", "is to be a list of conditions.");
        }
        for (int i = 0; when.isArray() && i < when.size(); i++) {
            condition(which + ".when[" + i + "]", when.get(i), headers, conditions);
        }
        Will will = word(which + ".will", node, "will", Will.class, WILLS, null);
        Door door = word(which + ".door", node, "door", Door.class, DOORS, Door.IMPORT);
        if (will == Will.GRANT && door != Door.IMPORT) {
            fault(which + ".door", "is to be IMPORT for a GRANT: a list can give no other consent.");
        }
        boolean ends = node.has("validUntil") || node.has("validUntilColumn");
        if (will == Will.GRANT && ends) {
            fault(which, "gives a GRANT an end; only a stop can have one.");
        }
        return new Rule(
                word(which + ".scope", node, "scope", Scope.class, Set.of(Scope.values()), null),
                will,
                door,
                node.path("wording").asText(null),
                flag(which, node, "vouched"),
                flag(which, node, "optional"),
                headers,
                conditions,
                node.has("at") ? column(which + ".at", node.path("at"), false) : null,
                node.has("validUntilColumn")
                        ? column(which + ".validUntilColumn", node.path("validUntilColumn"), false)
                        : null,
                value(which + ".validUntil", node, "validUntil", LocalDate::parse, null, "2027-12-31"));
    }

    private void condition(String which, JsonNode node, List<Column> headers, List<Condition> conditions) {
        List<String> tests =
                Arrays.stream(Condition.Test.values()).map(Enum::name).toList();
        List<String> known = new ArrayList<>(List.of("header", "column"));
        known.addAll(tests);
        knowOnly(which, node, known);
        if (node.has("header")) {
            headers.add(column(which + ".header", node.path("header"), false));
            return;
        }
        List<String> asked = tests.stream().filter(node::has).toList();
        if (asked.size() != 1) {
            fault(which, "is to have one of " + String.join(", ", tests) + ".");
            return;
        }
        Condition.Test test = Condition.Test.valueOf(asked.get(0));
        boolean bare = test == Condition.Test.filled || test == Condition.Test.empty;
        if (bare && !node.path(test.name()).asBoolean()) {
            fault(which + "." + test, "is to be true; there is filled and there is empty.");
        }
        Set<String> values = bare
                ? Set.of()
                : texts(which + "." + test, node.path(test.name())).stream()
                        .map(value -> value.strip().toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        if (!bare && values.isEmpty()) {
            fault(which + "." + test, "is to be a list of values.");
        }
        conditions.add(new Condition(column(which + ".column", node.path("column"), false), test, values));
    }

    /** What a row says of an address that no column holds could never be recorded. */
    private void checkReach(String which, Rule rule, Map<Meaning, Column> columns) {
        if (rule.scope() == null) {
            return;
        }
        List<Meaning> needed =
                switch (rule.scope()) {
                    case EMAIL -> List.of(Meaning.email);
                    case MOBILE, PHONE -> List.of(Meaning.phone);
                    case POST -> List.of(Meaning.street, Meaning.postalCode, Meaning.city);
                    case MARKET_RESEARCH, MARKETING_USE, WEB_ANALYTICS -> List.of();
                };
        List<Meaning> missing =
                needed.stream().filter(meaning -> !columns.containsKey(meaning)).toList();
        if (!missing.isEmpty()) {
            fault(which, "is about %s, and columns has no %s.".formatted(rule.scope(), join(missing)));
        }
        boolean someone = columns.containsKey(Meaning.customerId)
                || columns.containsKey(Meaning.email)
                || columns.containsKey(Meaning.phone);
        if (!someone && (needed.isEmpty() || !rule.stops())) {
            fault(which, "needs somebody to be about; columns has no customerId, email or phone.");
        }
    }

    private Column column(String which, JsonNode node, boolean optional) {
        List<String> names =
                node.isArray() ? texts(which, node) : List.of(node.asText("").strip());
        if (names.isEmpty() || names.stream().anyMatch(String::isBlank)) {
            fault(which, "is to be the name of a column, or a list of names.");
        }
        return new Column(names, optional);
    }

    private char separator(JsonNode root) {
        String text = root.path("separator").asText(",");
        if (text.length() != 1) {
            fault("separator", "is to be one character, as \";\".");
            return ',';
        }
        return text.charAt(0);
    }

    private List<DateTimeFormatter> dates(JsonNode node) {
        List<DateTimeFormatter> dates = new ArrayList<>();
        for (String pattern : texts("dates", node)) {
            try {
                dates.add(Moments.pattern(pattern));
            } catch (IllegalArgumentException e) {
                fault(
                        "dates",
                        "has \"%s\", which is no pattern of a date; write it as \"d.M.uuuu\".".formatted(pattern));
            }
        }
        return dates;
    }

    private Map<String, String> notFor(JsonNode node) {
        Map<String, String> notFor = new LinkedHashMap<>();
        node.fields().forEachRemaining(entry -> {
            try {
                FileSystems.getDefault().getPathMatcher("glob:" + entry.getKey());
                notFor.put(entry.getKey(), entry.getValue().asText());
            } catch (PatternSyntaxException e) {
                fault("notFor", "has \"%s\", which is no pattern of file names.".formatted(entry.getKey()));
            }
        });
        return notFor;
    }

    private <E extends Enum<E>> E word(
            String which, JsonNode node, String property, Class<E> words, Set<E> allowed, E absent) {
        String text = node.path(property).asText("");
        if (text.isEmpty() && absent != null) {
            return absent;
        }
        List<String> known = names(allowed);
        if (known.contains(text)) {
            return Enum.valueOf(words, text);
        }
        fault(
                which,
                text.isEmpty()
                        ? "is missing; it is one of %s.".formatted(String.join(", ", known))
                        : "is \"%s\"%s".formatted(text, DidYouMean.of(text, known)));
        return null;
    }

    private <T> T value(
            String which, JsonNode node, String property, Function<String, T> read, T absent, String example) {
        String text = node.path(property).asText("");
        if (text.isEmpty()) {
            return absent;
        }
        try {
            return read.apply(text);
        } catch (IllegalArgumentException | DateTimeException e) {
            fault(which, "is \"%s\"; write it as %s.".formatted(text, example));
            return absent;
        }
    }

    private boolean flag(String which, JsonNode node, String property) {
        JsonNode flag = node.path(property);
        if (!flag.isMissingNode() && !flag.isBoolean()) {
            fault(which + "." + property, "is neither true nor false.");
        }
        return flag.asBoolean(false);
    }

    private List<String> texts(String which, JsonNode list) {
        if (!list.isMissingNode() && !list.isArray()) {
            fault(which, "is not a list.");
        }
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText().strip()));
        return texts;
    }

    private void knowOnly(String which, JsonNode node, List<String> known) {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                fault(which, "has the unknown property \"%s\"%s".formatted(name, DidYouMean.of(name, known)));
            }
        });
    }

    private static <E extends Enum<E>> List<String> names(Set<E> words) {
        return words.stream().sorted().map(Enum::name).toList();
    }

    private static String join(List<Meaning> meanings) {
        return meanings.stream().map(Enum::name).collect(Collectors.joining(", "));
    }

    private void fault(String which, String what) {
        faults.add("%s: %s %s".formatted(file, which, what));
    }
}
