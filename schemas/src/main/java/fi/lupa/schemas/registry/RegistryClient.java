package fi.lupa.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fi.lupa.schemas.registry.RegistryHttp.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * A client of the Confluent Schema Registry API.
 *
 * <p>What is once known of an id is kept for ever, for an id never changes its meaning: a registry that goes down does not matter
 * to schemas already seen. It goes by the HTTP status; bodies differ between registries and may be anything.
 */
public final class RegistryClient implements SchemaRegistry {

    /** Garbage that happens to begin with a zero names a new id each; more than these need not be remembered. */
    private static final int MOST_UNKNOWN_IDS = 10_000;

    private static final Map<RegistryConfig, RegistryClient> SHARED = new ConcurrentHashMap<>();

    private record Entry(String subject, Schema schema) {}

    private final RegistryConfig config;
    private final RegistryHttp http;
    private final Map<Entry, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<Integer, Long> unknownUntil = new ConcurrentHashMap<>();

    public RegistryClient(RegistryConfig config) {
        this.config = config;
        this.http = new RegistryHttp(config);
    }

    /** The one client of this process for the configuration, so that all its serdes share connections and what is known. */
    public static RegistryClient shared(Map<String, ?> config) {
        return SHARED.computeIfAbsent(RegistryConfig.from(config), RegistryClient::new);
    }

    /** Registers the schema if {@code auto.register.schemas} says so, and otherwise only looks it up. */
    @Override
    public int idOf(String subject, Schema schema) {
        Integer known = ids.get(new Entry(subject, schema));
        if (known != null) {
            return known;
        }
        if (config.autoRegister()) {
            return register(subject, schema);
        }
        return lookUp(subject, schema)
                .orElseThrow(() -> new RegistryRefusedException("Subject " + subject + " does not hold today's "
                        + schema.getFullName() + ": register it first, or set auto.register.schemas=true."));
    }

    @Override
    public Schema schemaOf(int id) {
        Schema known = schemas.get(id);
        return known != null ? known : fetch(id);
    }

    /** Registers the schema as the subject's newest version, unless it is there already, and returns its id. */
    public int register(String subject, Schema schema) {
        Answer answer = http.call("POST", versionsOf(subject), bodyOf(schema));
        if (answer.status() == 409) {
            // Two services that start together both register it, and a registry may refuse the second.
            OptionalInt there = lookUp(subject, schema);
            if (there.isPresent()) {
                return there.getAsInt();
            }
        }
        return remember(subject, schema, required(answer, "register a schema under " + subject, "id"));
    }

    /** The id of the schema within the subject, or nothing if the subject does not hold it. */
    public OptionalInt lookUp(String subject, Schema schema) {
        Answer answer = http.call("POST", "/subjects/" + encode(subject), bodyOf(schema));
        return answer.status() == 404
                ? OptionalInt.empty()
                : OptionalInt.of(
                        remember(subject, schema, required(answer, "look up a schema under " + subject, "id")));
    }

    /** Sets the level by which the registry checks new versions of the subject, {@code FULL_TRANSITIVE} for one. */
    public void setCompatibility(String subject, String level) {
        String path = "/config/" + encode(subject);
        // Asked first, since reading needs fewer rights than writing.
        if (hasLevel(path, level)) {
            return;
        }
        Answer set =
                http.call("PUT", path, JsonNodeFactory.instance.objectNode().put("compatibility", level));
        // Two services that start together both set it, and a registry may refuse the second.
        if (!set.ok() && !hasLevel(path, level)) {
            required(set, "set the compatibility of " + subject);
        }
    }

    /** Why the registry would not take the schema beside the subject's versions, in its own words; empty if it would. */
    public List<String> incompatibilities(String subject, Schema schema) {
        Answer answer = http.call("POST", "/compatibility" + versionsOf(subject) + "?verbose=true", bodyOf(schema));
        if (answer.status() == 404) {
            return List.of(); // no version yet
        }
        JsonNode body = required(answer, "check a schema against " + subject);
        if (body.path("is_compatible").asBoolean()) {
            return List.of();
        }
        List<String> messages = new ArrayList<>();
        body.path("messages").forEach(message -> messages.add(message.asText()));
        return messages.isEmpty() ? List.of("the registry gives no reason") : messages;
    }

    /** The numbers of the subject's versions, oldest first. */
    public List<Integer> versions(String subject) {
        Answer answer = http.call("GET", versionsOf(subject), null);
        List<Integer> versions = new ArrayList<>();
        if (answer.status() != 404) {
            required(answer, "list the versions of " + subject).forEach(version -> versions.add(version.asInt()));
        }
        return versions;
    }

    /** The schema of one version of the subject. */
    public Schema version(String subject, int version) {
        String what = "read version " + version + " of " + subject;
        return parse(required(http.call("GET", versionsOf(subject) + "/" + version, null), what, "schema"), what);
    }

    private boolean hasLevel(String path, String level) {
        Answer now = http.call("GET", path, null);
        return now.ok() && level.equals(now.body().path("compatibilityLevel").asText());
    }

    /** The registry's addresses, without credentials. */
    @Override
    public String toString() {
        return config.toString();
    }

    private Schema fetch(int id) {
        Long until = unknownUntil.get(id);
        if (until != null && System.nanoTime() - until < 0) {
            throw unknown(id);
        }
        Answer answer = http.call("GET", "/schemas/ids/" + id, null);
        if (answer.status() == 404) {
            // A follower may lag behind the registration: one more look before a good record goes to the dead letters.
            RegistryHttp.pause(config.retryWait());
            answer = http.call("GET", "/schemas/ids/" + id, null);
        }
        if (answer.status() == 404) {
            if (!answer.body().has("error_code")) {
                throw new RegistryRefusedException("HTTP 404 at " + answer.from()
                        + " does not come from a schema registry: is the path in schema.registry.url right?");
            }
            if (unknownUntil.size() >= MOST_UNKNOWN_IDS) {
                unknownUntil.clear();
            }
            unknownUntil.put(
                    id, System.nanoTime() + config.unknownIdRemembered().toNanos());
            throw unknown(id);
        }
        String what = "read schema id " + id;
        JsonNode body = required(answer, what, "schema");
        if (!body.path("schemaType").asText("AVRO").equals("AVRO")) {
            throw new UnknownSchemaException("Schema id " + id + " is not an Avro schema.");
        }
        Schema schema = parse(body, what);
        schemas.put(id, schema);
        unknownUntil.remove(id);
        return schema;
    }

    private UnknownSchemaException unknown(int id) {
        return new UnknownSchemaException("The schema registry at " + config + " knows no schema id " + id + ".");
    }

    private int remember(String subject, Schema schema, JsonNode body) {
        int id = body.path("id").asInt();
        ids.put(new Entry(subject, schema), id);
        schemas.putIfAbsent(id, schema);
        return id;
    }

    private Schema parse(JsonNode body, String what) {
        // Others' schemas may be laxer than our own; what they wrote is to be read, not judged.
        Schema.Parser parser = new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
        try {
            parseReferences(body, parser, new HashSet<>());
            return parser.parse(body.path("schema").asText());
        } catch (AvroRuntimeException e) {
            throw new UnknownSchemaException(
                    "Cannot " + what + ": the registry holds something that Avro cannot parse.");
        }
    }

    /** Makes the types that a schema borrows from other subjects known to the parser, the borrowed ones' own first. */
    private void parseReferences(JsonNode body, Schema.Parser parser, Set<String> done) {
        for (JsonNode reference : body.path("references")) {
            String path = versionsOf(reference.path("subject").asText()) + "/"
                    + reference.path("version").asInt();
            if (done.add(path)) {
                JsonNode referred = required(http.call("GET", path, null), "read a referenced schema", "schema");
                parseReferences(referred, parser, done);
                parser.parse(referred.path("schema").asText());
            }
        }
    }

    private static JsonNode required(Answer answer, String what) {
        if (!answer.ok()) {
            String reason = answer.body().path("message").asText();
            throw refused(answer, what, reason.isEmpty() ? "" : ", " + reason);
        }
        return answer.body();
    }

    /** The answer, if it holds the field: something else than a registry may well answer 200 and JSON. */
    private static JsonNode required(Answer answer, String what, String field) {
        if (!required(answer, what).has(field)) {
            throw refused(answer, what, " without a field " + field + ", so it is not a registry that answers");
        }
        return answer.body();
    }

    private static RegistryRefusedException refused(Answer answer, String what, String reason) {
        return new RegistryRefusedException("The schema registry at " + answer.from() + " refuses to " + what
                + ": HTTP " + answer.status() + reason);
    }

    /** One canonical text: property order and {@code avro.java.string} are part of what the registry compares. */
    private static ObjectNode bodyOf(Schema schema) {
        return JsonNodeFactory.instance.objectNode().put("schema", schema.toString());
    }

    private static String versionsOf(String subject) {
        return "/subjects/" + encode(subject) + "/versions";
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
