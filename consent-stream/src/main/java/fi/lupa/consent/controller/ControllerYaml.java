package fi.lupa.consent.controller;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import fi.lupa.edge.http.Negotiation;
import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.edge.settings.YamlFault;
import fi.lupa.permission.TransferBasis;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;

/** Reads who the controller is after it has collected everything that is wrong with the file, which has the record's shape. */
final class ControllerYaml {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Else NO is no country but a no.
            .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
            .build();

    private static final List<String> FILE = List.of(
            "name",
            "businessId",
            "address",
            "email",
            "phone",
            "dpo",
            "privacyNotice",
            "noticeVersion",
            "storedIn",
            "retention",
            "processors");
    private static final List<String> ADDRESS = List.of("street", "postalCode", "city", "country");
    private static final List<String> OFFICER = List.of("name", "email", "phone");
    private static final List<String> PROCESSOR = List.of("name", "country", "basis", "purpose");
    private static final List<String> LANGUAGES =
            Negotiation.LANGUAGES.stream().map(Locale::getLanguage).sorted().toList();
    private static final List<String> BASES = Arrays.stream(TransferBasis.values())
            .filter(basis -> basis != TransferBasis.NONE)
            .map(Enum::name)
            .toList();
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    private final Path file;
    private final List<String> faults = new ArrayList<>();

    private ControllerYaml(Path file) {
        this.file = file;
    }

    /**
     * Reads the file.
     *
     * @throws InvalidSettings with everything that is wrong with it
     */
    static Controller read(Path file) {
        try {
            return new ControllerYaml(file).checked(YAML.readTree(Files.readString(file)));
        } catch (JacksonException e) {
            throw new InvalidSettings(List.of(
                    "%s is not YAML, or says something twice,%s; correct it.".formatted(file, YamlFault.where(e))));
        } catch (IOException e) {
            throw new InvalidSettings(List.of(
                    "The controller %s cannot be read; create the file, in UTF-8, or name another.".formatted(file)));
        }
    }

    private Controller checked(JsonNode root) throws JacksonException {
        if (isMap("The file", root)) {
            knowOnly("The file", root, FILE);
            need("name", root.path("name"));
            text("businessId", root.path("businessId"));
            need("email", root.path("email"));
            text("phone", root.path("phone"));
            address(root.path("address"));
            if (root.has("dpo") && isMap("dpo", root.path("dpo"))) {
                knowOnly("dpo", root.path("dpo"), OFFICER);
                text("dpo.name", root.path("dpo").path("name"));
                need("dpo.email", root.path("dpo").path("email"));
                text("dpo.phone", root.path("dpo").path("phone"));
            }
            if (root.path("privacyNotice").isEmpty()) {
                fault("privacyNotice", "is missing; say where it is, as { fi: https://www.example.fi/tietosuoja }.");
            }
            byLanguage("privacyNotice", root.path("privacyNotice"), this::url);
            text("noticeVersion", root.path("noticeVersion"));
            list("storedIn", root.path("storedIn"), this::country);
            byLanguage("retention", root.path("retention"), (path, node) -> list(path, node, this::need));
            list("processors", root.path("processors"), this::processor);
        }
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
        return YAML.treeToValue(root, Controller.class);
    }

    private void address(JsonNode address) {
        if (!isMap("address", address)) {
            return;
        }
        knowOnly("address", address, ADDRESS);
        need("address.street", address.path("street"));
        need("address.postalCode", address.path("postalCode"));
        need("address.city", address.path("city"));
        country("address.country", address.path("country"));
    }

    private void processor(String path, JsonNode processor) {
        if (!isMap(path, processor)) {
            return;
        }
        knowOnly(path, processor, PROCESSOR);
        need(path + ".name", processor.path("name"));
        country(path + ".country", processor.path("country"));
        if (processor.has("basis") && !BASES.contains(processor.path("basis").asText())) {
            String basis = processor.path("basis").asText();
            fault(path + ".basis", "has the unknown \"%s\"%s".formatted(basis, DidYouMean.of(basis, BASES)));
        }
        if (processor.path("purpose").isEmpty()) {
            fault(path + ".purpose", "is missing; say what for, as { fi: Sähköpostien lähetys }.");
        }
        byLanguage(path + ".purpose", processor.path("purpose"), this::need);
    }

    private void byLanguage(String path, JsonNode node, BiConsumer<String, JsonNode> check) {
        if (node.isMissingNode() || !isMap(path, node)) {
            return;
        }
        knowOnly(path, node, LANGUAGES);
        node.properties().forEach(entry -> check.accept(path + "." + entry.getKey(), entry.getValue()));
    }

    private void list(String path, JsonNode list, BiConsumer<String, JsonNode> check) {
        if (!list.isMissingNode() && !list.isArray()) {
            fault(path, "is not a list; begin each entry with a hyphen.");
            return;
        }
        for (int i = 0; i < list.size(); i++) {
            check.accept(path + "[" + (i + 1) + "]", list.path(i));
        }
    }

    private void country(String path, JsonNode node) {
        if (!node.isTextual() || !COUNTRIES.contains(node.asText())) {
            fault(path, "is \"%s\", not a country; write two letters, as FI.".formatted(node.asText()));
        }
    }

    private void url(String path, JsonNode node) {
        try {
            URI url = new URI(node.asText());
            if (url.getHost() != null && List.of("http", "https").contains(url.getScheme())) {
                return;
            }
        } catch (java.net.URISyntaxException e) {
            // Said below, as of an address that is none.
        }
        fault(path, "is \"%s\", no address of a page; write it as https://www.example.fi/.".formatted(node.asText()));
    }

    private void need(String path, JsonNode node) {
        if (node.isMissingNode()
                || node.isNull()
                || (node.isTextual() && node.asText().isBlank())) {
            fault(path, "is missing; write it.");
        } else {
            text(path, node);
        }
    }

    private void text(String path, JsonNode node) {
        if (!node.isMissingNode() && !node.isTextual()) {
            fault(path, "is not a text; put it in quotes."); // 00100 would be the number 64
        }
    }

    private boolean isMap(String path, JsonNode node) {
        if (!node.isObject()) {
            fault(path, node.isMissingNode() ? "is missing; write it." : "is not a list of names with their values.");
        }
        return node.isObject();
    }

    private void knowOnly(String path, JsonNode node, List<String> known) {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                fault(path, "has the unknown \"%s\"%s".formatted(name, DidYouMean.of(name, known)));
            }
        });
    }

    private void fault(String path, String what) {
        faults.add("%s: %s %s".formatted(file, path, what));
    }
}
