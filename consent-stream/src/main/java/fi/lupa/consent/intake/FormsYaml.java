package fi.lupa.consent.intake;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.consent.intake.FormDeclaration.Checkbox;
import fi.lupa.consent.intake.FormDeclaration.Field;
import fi.lupa.consent.intake.FormDeclaration.Meaning;
import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.event.FormType;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import fi.lupa.schemas.OwnCampaigns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Reads the declarations of forms after it has collected everything that is wrong with them. */
final class FormsYaml {

    private static final List<String> FORM = List.of(
            "id", "type", "site", "subject", "origins", "notice", "confirmation", "tags", "fields", "statements");
    private static final List<String> FIELD = List.of("is", "required");
    private static final List<String> CHECKBOX = List.of("scope", "topic", "ticked", "unticked", "values", "wording");
    private static final List<String> IDENTIFIERS = List.of("customerId", "email", "phone");
    private static final Set<Meaning> MANY = Set.of(Meaning.billing, Meaning.tag);
    private static final Set<String> TICKED = Set.of("on", "yes", "true", "1");

    private final String file;
    private final Set<String> topics;
    private final List<String> faults = new ArrayList<>();

    /** @param topics within marketing, as the policy names them */
    FormsYaml(String file, Set<String> topics) {
        this.file = file;
        this.topics = topics;
    }

    List<FormDeclaration> read(JsonNode root) {
        knowOnly("The file", root, List.of("forms"));
        JsonNode forms = root.path("forms");
        if (!forms.isArray() || forms.isEmpty()) {
            fault("The file", "declares no form; write at least one under \"forms:\", each after a \"- \".");
        }
        List<FormDeclaration> read = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (int i = 0; forms.isArray() && i < forms.size(); i++) {
            JsonNode form = forms.get(i);
            String id = form.path("id").asText("");
            String which = id.isBlank() ? "Form " + (i + 1) : "Form \"" + id + "\"";
            if (!id.matches("[A-Za-z0-9._-]{1,64}")) {
                fault(which, "has no id of letters, digits, dots, hyphens and underscores, at most 64.");
            } else if (id.startsWith(OwnCampaigns.PREFIX)) {
                fault(which, "has an id that begins with \"lupa-\", as Lupa's own do; name it otherwise.");
            } else if (!ids.add(id)) {
                fault(which, "is declared twice; give each form its own id.");
            }
            read.add(form(which, id, form));
        }
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        return read;
    }

    private FormDeclaration form(String which, String id, JsonNode form) {
        knowOnly(which, form, FORM);
        if (form.path("site").asText("").isBlank()) {
            fault(which, "has no site; name the website it is on.");
        }
        Map<String, Field> fields = each(which, form, "fields", this::field);
        Map<String, Checkbox> statements = each(which, form, "statements", this::checkbox);
        if (fields.values().stream()
                .noneMatch(field ->
                        field != null && IDENTIFIERS.contains(field.is().name()))) {
            fault(which, "has no field that is a customerId, an email or a phone; without one nobody can be known.");
        }
        checkMeanings(which, fields);
        Stream.of(fields.keySet(), statements.keySet())
                .flatMap(Set::stream)
                .filter(FormReader.OF_THE_DOOR::contains)
                .forEach(name -> fault(
                        which, "has the name \"%s\", which the door itself reads; name it otherwise.".formatted(name)));
        statements.forEach((name, checkbox) -> {
            if (fields.containsKey(name)) {
                fault(which, "has \"%s\" both as a field and as a statement; name one otherwise.".formatted(name));
            }
            checkReach(which, name, checkbox, fields);
            if (form.path("confirmation").asBoolean(false)) {
                checkConfirmable(which, name, checkbox);
            }
        });
        return new FormDeclaration(
                id,
                word(which, form, "type", FormType.class, null),
                form.path("site").asText(),
                word(which, form, "subject", SubjectKind.class, SubjectKind.PERSON),
                texts(which, form, "origins"),
                form.path("notice").asText(null),
                flag(which, form, "confirmation"),
                List.copyOf(texts(which, form, "tags")),
                fields,
                statements);
    }

    private Field field(String which, JsonNode field) {
        knowOnly(which, field, FIELD);
        Meaning is = word(which, field, "is", Meaning.class, null);
        boolean required = flag(which, field, "required");
        return is == null ? null : new Field(is, required);
    }

    private Checkbox checkbox(String which, JsonNode box) {
        knowOnly(which, box, CHECKBOX);
        Scope scope = word(which, box, "scope", Scope.class, null);
        Will ticked = word(which, box, "ticked", Will.class, null);
        Will unticked = box.has("unticked") ? word(which, box, "unticked", Will.class, null) : null;
        if (unticked == Will.GRANT || unticked == Will.CONFIRM || ticked == Will.CONFIRM) {
            fault(which, "would take silence or a form for a confirmation; only a ticked GRANT consents.");
        }
        if (unticked == Will.INVALIDATE || ticked == Will.INVALIDATE) {
            fault(
                    which,
                    "would declare a mistake, which a form cannot; say GRANT, REFUSE, WITHDRAW, PROHIBIT or LIFT.");
        }
        if (unticked == Will.LIFT) {
            fault(which, "would take silence for the end of a prohibition; only a ticked LIFT or GRANT ends one.");
        }
        Map<String, String> wording = new LinkedHashMap<>();
        box.path("wording")
                .fields()
                .forEachRemaining(
                        words -> wording.put(words.getKey(), words.getValue().asText()));
        if (wording.isEmpty() || wording.values().stream().anyMatch(String::isBlank)) {
            fault(which, "has no wording; write the words beside the box by language, as { en: \"…\" }.");
        }
        Set<String> values = texts(which, box, "values");
        return new Checkbox(
                scope, topic(which, box, scope), ticked, unticked, values.isEmpty() ? TICKED : values, wording);
    }

    /** Null where the box is about the whole scope. */
    private String topic(String which, JsonNode box, Scope scope) {
        String topic = box.path("topic").asText(null);
        if (topic != null && scope != null && scope != Scope.MARKETING_USE) {
            fault(which, "has a topic and the scope %s; topics are within MARKETING_USE.".formatted(scope));
        }
        if (topic != null && !topics.contains(topic)) {
            fault(
                    which,
                    "has the topic \"%s\", which the policy does not name%s"
                            .formatted(topic, DidYouMean.of(topic, List.copyOf(topics))));
        }
        return topic;
    }

    /** Of two email addresses only one could be the sender's, and which would be left to chance. */
    private void checkMeanings(String which, Map<String, Field> fields) {
        Set<Meaning> seen = EnumSet.noneOf(Meaning.class);
        Set<Meaning> several = EnumSet.noneOf(Meaning.class);
        for (Field field : fields.values()) {
            if (field != null && !MANY.contains(field.is()) && !seen.add(field.is())) {
                several.add(field.is());
            }
        }
        several.forEach(meaning -> fault(which, "has several fields that are: %s; keep one.".formatted(meaning)));
    }

    /** A consent that no field of the form can reach could never be used, and nobody would notice. */
    private void checkReach(String which, String name, Checkbox box, Map<String, Field> fields) {
        if (box == null || box.ticked() != Will.GRANT || box.scope() == null) {
            return;
        }
        Meaning needed =
                switch (box.scope()) {
                    case EMAIL -> Meaning.email;
                    case MOBILE -> Meaning.phone;
                    default -> null;
                };
        if (needed != null && fields.values().stream().noneMatch(field -> field != null && field.is() == needed)) {
            fault(
                    which,
                    "asks with \"%s\" for consent to %s and has no field that is: %s."
                            .formatted(name, box.scope(), needed));
        }
    }

    /** Anybody can type anybody's address into a form: a no on it would switch off what another has subscribed to. */
    private void checkConfirmable(String which, String name, Checkbox box) {
        boolean well = box.ticked() == Will.GRANT && box.unticked() == null;
        // A word that is none is told of already.
        if (!well && box.ticked() != null) {
            fault(
                    which,
                    "asks for confirmation, and \"%s\" says more on it than a consent; let it say GRANT when ticked and nothing when not, and put a no on a form without confirmation."
                            .formatted(name));
        }
    }

    private <T> Map<String, T> each(
            String which, JsonNode form, String property, BiFunction<String, JsonNode, T> read) {
        Map<String, T> all = new LinkedHashMap<>();
        JsonNode node = form.path(property);
        if (!node.isMissingNode() && !node.isObject()) {
            fault(which, "has %s that are not a map by name.".formatted(property));
        }
        node.fields()
                .forEachRemaining(entry ->
                        all.put(entry.getKey(), read.apply(which + ", \"" + entry.getKey() + "\"", entry.getValue())));
        return all;
    }

    private <E extends Enum<E>> E word(String which, JsonNode node, String property, Class<E> words, E absent) {
        String text = node.path(property).asText("");
        if (text.isEmpty() && absent != null) {
            return absent;
        }
        List<String> known =
                Arrays.stream(words.getEnumConstants()).map(Enum::name).toList();
        if (known.contains(text)) {
            return Enum.valueOf(words, text);
        }
        fault(
                which,
                text.isEmpty()
                        ? "has no %s; it is one of %s.".formatted(property, String.join(", ", known))
                        : "has the unknown %s \"%s\"%s".formatted(property, text, DidYouMean.of(text, known)));
        return null;
    }

    private boolean flag(String which, JsonNode node, String property) {
        JsonNode flag = node.path(property);
        if (!flag.isMissingNode() && !flag.isBoolean()) {
            fault(which, "has a %s that is neither true nor false.".formatted(property));
        }
        return flag.asBoolean(false);
    }

    private Set<String> texts(String which, JsonNode node, String property) {
        Set<String> texts = new LinkedHashSet<>();
        JsonNode list = node.path(property);
        if (!list.isMissingNode() && !list.isArray()) {
            fault(which, "has %s that are not a list.".formatted(property));
        }
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private void knowOnly(String which, JsonNode node, List<String> known) {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                fault(which, "has the unknown property \"%s\"%s".formatted(name, DidYouMean.of(name, known)));
            }
        });
    }

    private void fault(String which, String what) {
        faults.add("%s: %s %s".formatted(file, which, what));
    }
}
