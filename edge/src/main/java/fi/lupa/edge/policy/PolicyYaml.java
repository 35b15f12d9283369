package fi.lupa.edge.policy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.Scope;
import fi.lupa.permission.Terms;
import fi.lupa.permission.Terms.Answer;
import fi.lupa.permission.Terms.Prohibition;
import fi.lupa.permission.TransferBasis;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Reads a policy after it has collected everything that is wrong with it.
 *
 * <p>The file has the shape of {@link Terms}, and Jackson binds it as it stands. What Jackson would let pass, or would
 * name one at a time, is looked for first.
 */
final class PolicyYaml {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .addModule(new JavaTimeModule())
            .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
            // Else NO is no country but a no.
            .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
            .build();

    private static final List<String> SECTIONS = List.of(
            "version",
            "purposes",
            "topics",
            "alsoProhibits",
            "essentialOnly",
            "transfers",
            "staleAfter",
            "confirmWithin",
            "consentValidFor",
            "clearedOnceWithin",
            "timeZone",
            "caps",
            "quietHours");
    private static final List<String> PURPOSE = List.of("finnish", "person", "organisation", "prohibitedBy");
    private static final List<String> TOPIC = List.of("answer", "name");
    private static final List<String> OF_A_TOPIC = List.of(Answer.OPT_IN.toString(), Answer.OPT_OUT.toString());
    private static final List<String> ESSENTIAL = List.of("whenProhibited", "stillSent");
    private static final List<String> TRANSFERS = List.of("homeArea", "adequate", "bases");
    private static final List<String> CAP = List.of("purposes", "channels", "most", "window");
    private static final List<String> QUIET = List.of("purposes", "channels", "opens", "closes", "weekdaysOnly");

    private static final Duration LONGEST_WINDOW = Duration.ofDays(31);

    private static final List<String> PURPOSES = words(Purpose.class);
    private static final List<String> CHANNELS = words(Channel.class);
    private static final List<String> SCOPES = words(Scope.class);
    private static final List<String> ANSWERS = words(Answer.class);
    private static final List<String> PROHIBITIONS = words(Prohibition.class);
    private static final List<String> BASES = words(TransferBasis.class).stream()
            .filter(basis -> !basis.equals(TransferBasis.NONE.name()))
            .toList();

    private static final Set<String> LANGUAGES = Set.of(Locale.getISOLanguages());
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    /** What the EU's own texts call two countries that ISO 3166-1 calls otherwise. */
    private static final Map<String, String> MEANT = Map.of("EL", "GR", "UK", "GB");

    private final String file;
    private final List<String> faults = new ArrayList<>();

    PolicyYaml(String file) {
        this.file = file;
    }

    Terms read(String text) throws IOException {
        checkNames(text);
        JsonNode root = YAML.readTree(text);
        check(root);
        refuse();
        return YAML.treeToValue(root, Terms.class);
    }

    /** @param shipped the policy that Lupa comes with, whose version stands for it and for no other */
    Terms read(String text, Terms shipped) throws IOException {
        Terms terms = read(text);
        if (terms.version().equals(shipped.version()) && !terms.equals(shipped)) {
            fault(
                    "version",
                    "is \"%s\", the version of Lupa's own policy, and this one is another; give it its own."
                            .formatted(shipped.version()));
        }
        refuse();
        return terms;
    }

    private void refuse() {
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
    }

    /** Of two entries of one name YAML keeps the second, and of two documents the first, without a word. */
    private void checkNames(String text) throws IOException {
        Set<String> seen = new HashSet<>();
        int documents = 0;
        try (JsonParser parser = YAML.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean begins = parser.getParsingContext().inRoot()
                        || (token.isStructStart()
                                && parser.getParsingContext().getParent().inRoot());
                if (begins && !token.isStructEnd() && ++documents == 2) {
                    fault("The file", "holds a second document after \"---\"; keep one.");
                }
                String path = parser.getParsingContext().pathAsPointer().toString();
                if (token == JsonToken.FIELD_NAME && !seen.add(documents + path)) {
                    fault(
                            path.substring(1).replace('/', '.'),
                            "is written twice, again at line %d; keep one."
                                    .formatted(parser.currentTokenLocation().getLineNr()));
                }
            }
        }
    }

    private void check(JsonNode root) {
        if (!root.isObject()) {
            fault("The file", "holds no policy; start from the one that comes with Lupa.");
            return;
        }
        knowOnly("The file", root, SECTIONS);
        SECTIONS.stream()
                .filter(section -> !root.has(section))
                .forEach(section -> fault("The file", "says nothing of " + section + "; take it from Lupa's own."));
        if (root.has("version") && !root.path("version").asText("").matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            fault("version", "is not a name of letters, digits, dots, hyphens and underscores, at most 64.");
        }
        checkPurposes(root.path("purposes"));
        checkTopics(root.path("topics"));
        checkAlsoProhibits(root.path("alsoProhibits"));
        checkEssentialOnly(root.path("essentialOnly"));
        checkTransfers(root.path("transfers"));
        map("staleAfter", root.path("staleAfter"), CHANNELS, this::duration);
        complete("staleAfter", root.path("staleAfter"), CHANNELS, "write a length of time, as PT24H");
        if (root.has("confirmWithin")) {
            duration("confirmWithin", root.path("confirmWithin"));
        }
        map("consentValidFor", root.path("consentValidFor"), CHANNELS, this::period);
        checkValidity(root);
        if (root.has("clearedOnceWithin")) {
            window("clearedOnceWithin", root.path("clearedOnceWithin"));
        }
        if (root.has("timeZone")) {
            timeZone(root.path("timeZone"));
        }
        items("caps", root.path("caps"), this::cap);
        items("quietHours", root.path("quietHours"), this::quietHours);
    }

    private void checkPurposes(JsonNode purposes) {
        map("purposes", purposes, PURPOSES, this::purpose);
        complete("purposes", purposes, PURPOSES, "say for it what is needed on every channel");
    }

    private void purpose(String path, JsonNode purpose) {
        if (!isMap(path, purpose)) {
            return;
        }
        knowOnly(path, purpose, PURPOSE);
        if (purpose.path("finnish").asText("").isBlank()) {
            fault(path, "has no finnish; write the privacy notice's word for it.");
        }
        JsonNode person = purpose.path("person");
        map(path + ".person", person, CHANNELS, (at, answer) -> word(at, answer, ANSWERS));
        complete(path + ".person", person, CHANNELS, "write opt-in, opt-out or always");
        JsonNode organisation = purpose.path("organisation");
        map(path + ".organisation", organisation, CHANNELS, (at, answer) -> word(at, answer, ANSWERS));
        words(path + ".prohibitedBy", purpose.path("prohibitedBy"), PROHIBITIONS);
        checkProhibitions(path, purpose);
    }

    /** An opt-out that nothing can exercise, and a prohibition that nothing heeds, were both meant otherwise. */
    private void checkProhibitions(String path, JsonNode purpose) {
        Set<String> answers = Stream.of(purpose.path("person"), purpose.path("organisation"))
                .flatMap(PolicyYaml::stream)
                .map(JsonNode::asText)
                .collect(Collectors.toSet());
        boolean prohibited = !purpose.path("prohibitedBy").isEmpty();
        if (answers.contains(Answer.OPT_OUT.toString()) && !prohibited) {
            fault(path, "is opt-out and no prohibition binds it; name one in prohibitedBy, or write always.");
        }
        if (answers.equals(Set.of(Answer.ALWAYS.toString())) && prohibited) {
            fault(
                    path,
                    "is always on every channel, which no prohibition stops; write opt-out, or empty prohibitedBy.");
        }
    }

    private void checkTopics(JsonNode topics) {
        if (topics.isMissingNode() || !isMap("topics", topics)) {
            return;
        }
        topics.properties().forEach(topic -> topic("topics." + topic.getKey(), topic.getKey(), topic.getValue()));
    }

    private void topic(String path, String topic, JsonNode terms) {
        if (!topic.matches("[a-z0-9][a-z0-9-]{0,31}")) {
            fault(path, "is not a name of small letters, digits and hyphens, at most 32.");
        }
        if (!isMap(path, terms)) {
            return;
        }
        knowOnly(path, terms, TOPIC);
        word(path + ".answer", terms.path("answer"), OF_A_TOPIC);
        JsonNode name = terms.path("name");
        if (!name.isObject() || name.isEmpty()) {
            fault(path, "has no name for people; write one by language, as { en: Newsletter }.");
            return;
        }
        name.properties().forEach(words -> {
            if (!LANGUAGES.contains(words.getKey())
                    || words.getValue().asText("").isBlank()) {
                fault(
                        path + ".name",
                        "has \"%s\", which is no language, two letters of ISO 639-1, with a name in it."
                                .formatted(words.getKey()));
            }
        });
    }

    private void checkAlsoProhibits(JsonNode channels) {
        map("alsoProhibits", channels, CHANNELS, (path, others) -> {
            words(path, others, CHANNELS);
            if (texts(others).anyMatch(other -> path.endsWith("." + other))) {
                fault(path, "names the channel itself; a prohibition stops its own channel without that.");
            }
        });
    }

    private void checkEssentialOnly(JsonNode essential) {
        if (essential.isMissingNode() || !isMap("essentialOnly", essential)) {
            return;
        }
        knowOnly("essentialOnly", essential, ESSENTIAL);
        words("essentialOnly.whenProhibited", essential.path("whenProhibited"), SCOPES);
        if (essential.path("whenProhibited").isEmpty()) {
            fault(
                    "essentialOnly",
                    "names nothing in whenProhibited, so that everybody without a consent would get the essential only;"
                            + " name the prohibitions.");
        }
        words("essentialOnly.stillSent", essential.path("stillSent"), PURPOSES);
    }

    private void checkTransfers(JsonNode transfers) {
        if (transfers.isMissingNode() || !isMap("transfers", transfers)) {
            return;
        }
        knowOnly("transfers", transfers, TRANSFERS);
        countries("transfers.homeArea", transfers.path("homeArea"));
        countries("transfers.adequate", transfers.path("adequate"));
        words("transfers.bases", transfers.path("bases"), BASES);
        if (transfers.path("homeArea").isEmpty()) {
            fault("transfers", "has no homeArea; name at least the country that the company itself is in.");
        }
        Set<String> home = texts(transfers.path("homeArea")).collect(Collectors.toSet());
        texts(transfers.path("adequate"))
                .filter(home::contains)
                .forEach(country -> fault(
                        "transfers.adequate", "names %s, which is in the home area; keep one.".formatted(country)));
    }

    /** The end of a consent that nothing asks for would change nothing. */
    private void checkValidity(JsonNode root) {
        Set<String> asked = stream(root.path("purposes"))
                .flatMap(purpose -> Stream.of(purpose.path("person"), purpose.path("organisation")))
                .flatMap(answers -> answers.properties().stream())
                .filter(answer ->
                        Answer.OPT_IN.toString().equals(answer.getValue().asText()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
        root.path("consentValidFor").fieldNames().forEachRemaining(channel -> {
            if (CHANNELS.contains(channel) && !asked.contains(channel)) {
                fault("consentValidFor." + channel, "ends consents that no purpose asks for; leave it out.");
            }
        });
    }

    private void cap(String path, JsonNode cap) {
        ofSome(path, cap, CAP);
        if (!cap.path("most").isInt() || cap.path("most").asInt() < 1) {
            fault(path, "has no most of 1 or more; write how many messages may go out in the window.");
        }
        window(path + ".window", cap.path("window"));
    }

    /** What went out is remembered as long as the longest window, for everybody. */
    private void window(String path, JsonNode window) {
        Duration length = duration(path, window);
        if (length != null && length.compareTo(LONGEST_WINDOW) > 0) {
            fault(path, "is longer than %d days; shorten it.".formatted(LONGEST_WINDOW.toDays()));
        }
    }

    private void timeZone(JsonNode zone) {
        if (!ZoneId.getAvailableZoneIds().contains(zone.asText())) {
            fault("timeZone", "is \"%s\", no time zone; write for example Europe/Helsinki.".formatted(zone.asText()));
        }
    }

    private void quietHours(String path, JsonNode hours) {
        ofSome(path, hours, QUIET);
        LocalTime opens = time(path + ".opens", hours.path("opens"));
        LocalTime closes = time(path + ".closes", hours.path("closes"));
        if (opens != null && closes != null && !opens.isBefore(closes)) {
            fault(path, "closes before it opens; write the earlier time in opens.");
        }
        if (hours.has("weekdaysOnly") && !hours.path("weekdaysOnly").isBoolean()) {
            fault(path + ".weekdaysOnly", "is neither true nor false.");
        }
    }

    private void ofSome(String path, JsonNode item, List<String> known) {
        knowOnly(path, item, known);
        words(path + ".purposes", item.path("purposes"), PURPOSES);
        words(path + ".channels", item.path("channels"), CHANNELS);
        if (item.path("purposes").isEmpty() || item.path("channels").isEmpty()) {
            fault(path, "does not name its purposes and channels; write at least one of each.");
        }
        if (texts(item.path("purposes")).anyMatch(Purpose.SERVICE_NOTICE.name()::equals)) {
            fault(path, "binds SERVICE_NOTICE, which neither waits nor is one too many; leave it out.");
        }
    }

    private void countries(String path, JsonNode countries) {
        list(path, countries, (at, country) -> {
            String text = country.asText();
            if (MEANT.containsKey(text)) {
                fault(path, "has the unknown \"%s\"; did you mean %s?".formatted(text, MEANT.get(text)));
            } else if (!COUNTRIES.contains(text)) {
                fault(path, "has the unknown \"%s\"; write a country's two letters of ISO 3166-1.".formatted(text));
            }
        });
    }

    /** Null where it is none. */
    private Duration duration(String path, JsonNode node) {
        try {
            Duration length = Duration.parse(node.asText());
            if (!length.isNegative() && !length.isZero()) {
                return length;
            }
        } catch (DateTimeException e) {
            // Said below, as of a length that is none.
        }
        fault(path, "is \"%s\", not a length of time; write for example PT24H or P7D.".formatted(node.asText()));
        return null;
    }

    private void period(String path, JsonNode node) {
        try {
            Period length = Period.parse(node.asText());
            if (!length.isNegative() && !length.isZero()) {
                return;
            }
        } catch (DateTimeException e) {
            // Said below, as of a length that is none.
        }
        fault(path, "is \"%s\", not a number of days or more; write for example P2Y or P90D.".formatted(node.asText()));
    }

    private LocalTime time(String path, JsonNode node) {
        try {
            return LocalTime.parse(node.asText());
        } catch (DateTimeException e) {
            fault(path, "is \"%s\", not a time of day; write for example \"09:00\".".formatted(node.asText()));
            return null;
        }
    }

    private void words(String path, JsonNode list, List<String> known) {
        list(path, list, (at, word) -> word(at, word, known));
    }

    private void word(String path, JsonNode node, List<String> known) {
        if (!node.isTextual() || !known.contains(node.asText())) {
            fault(path, "has the unknown \"%s\"%s".formatted(node.asText(), DidYouMean.of(node.asText(), known)));
        }
    }

    private void map(String path, JsonNode map, List<String> known, BiConsumer<String, JsonNode> check) {
        if (map.isMissingNode() || map.isNull() || !isMap(path, map)) {
            return;
        }
        knowOnly(path, map, known);
        map.properties().stream()
                .filter(entry -> known.contains(entry.getKey()))
                .forEach(entry -> check.accept(path + "." + entry.getKey(), entry.getValue()));
    }

    private void complete(String path, JsonNode map, List<String> all, String remedy) {
        all.stream()
                .filter(name -> !map.has(name))
                .forEach(name -> fault(path, "has no answer for %s; %s.".formatted(name, remedy)));
    }

    private boolean isMap(String path, JsonNode node) {
        if (!node.isObject()) {
            fault(path, "is not a list of names, each with a colon and what is said of it.");
        }
        return node.isObject();
    }

    private void list(String path, JsonNode list, BiConsumer<String, JsonNode> check) {
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            fault(path, "is not a list; write [A, B].");
        }
        stream(list).forEach(item -> check.accept(path, item));
    }

    private void items(String path, JsonNode list, BiConsumer<String, JsonNode> check) {
        if (!list.isMissingNode() && !list.isNull() && !list.isArray()) {
            fault(path, "is not a list; begin each entry with a hyphen, or write [] for none.");
        }
        for (int i = 0; i < list.size(); i++) {
            String at = path + "[" + (i + 1) + "]";
            if (isMap(at, list.path(i))) {
                check.accept(at, list.path(i));
            }
        }
    }

    private void knowOnly(String path, JsonNode node, List<String> known) {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                fault(path, "has the unknown \"%s\"%s".formatted(name, DidYouMean.of(name, known)));
            }
        });
    }

    private static <E extends Enum<E>> List<String> words(Class<E> words) {
        return Arrays.stream(words.getEnumConstants()).map(Object::toString).toList();
    }

    private static Stream<String> texts(JsonNode list) {
        return stream(list).map(JsonNode::asText);
    }

    private static Stream<JsonNode> stream(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    private void fault(String path, String what) {
        faults.add("%s: %s %s".formatted(file, path, what));
    }
}
