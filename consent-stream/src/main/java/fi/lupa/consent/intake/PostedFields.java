package fi.lupa.consent.intake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The fields of a form as they were posted, whichever way: JSON, form-encoded or multipart.
 *
 * @param values every value of each field, in the order they came
 */
record PostedFields(Map<String, List<String>> values) {

    private static final int MOST_FIELDS = 500;

    /**
     * Reads the body.
     *
     * @throws ProblemException 400 if it cannot be read, 415 if it is of another kind
     */
    static PostedFields read(Context ctx) {
        String type = ctx.contentType() == null
                ? ""
                : ctx.contentType().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        PostedFields posted =
                switch (type) {
                    case "application/json" -> json(ctx);
                    case "application/x-www-form-urlencoded" -> new PostedFields(ctx.formParamMap());
                    case "multipart/form-data" -> multipart(ctx);
                    default ->
                        throw ProblemException.unsupportedMediaType("A form is posted as application/json,"
                                + " application/x-www-form-urlencoded or multipart/form-data.");
                };
        if (posted.values.isEmpty()) {
            throw ProblemException.badRequest(List.of(new Fault(null, "The body is empty.")));
        }
        if (posted.values.size() > MOST_FIELDS) {
            throw ProblemException.badRequest(
                    List.of(new Fault(null, "The form has more than %d fields.".formatted(MOST_FIELDS))));
        }
        if (posted.values.entrySet().stream().anyMatch(PostedFields::isMisread)) {
            throw ProblemException.badRequest(List.of(new Fault(
                    null,
                    "The form is not in the character set that it says, or not in UTF-8 where it says none: a name would"
                            + " be kept with holes in it. Post it as UTF-8.")));
        }
        return posted;
    }

    /** The sign that stands for what could not be read. */
    private static boolean isMisread(Map.Entry<String, List<String>> field) {
        return Stream.concat(Stream.of(field.getKey()), field.getValue().stream())
                .anyMatch(text -> text.indexOf('\uFFFD') >= 0);
    }

    /** The field's first value without the spaces around it; null if it was not posted or is blank. */
    String first(String field) {
        return values.getOrDefault(field, List.of()).stream()
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse(null);
    }

    List<String> all(String field) {
        return values.getOrDefault(field, List.of());
    }

    private static PostedFields multipart(Context ctx) {
        Map<String, List<String>> fields = ctx.formParamMap();
        List<Fault> files = ctx.uploadedFiles().stream()
                .filter(file -> file.size() > 0)
                .map(UploadedFile::filename)
                .map(name -> new Fault(null, "A file came with the form; forms carry text only."))
                .toList();
        if (!files.isEmpty()) {
            throw ProblemException.badRequest(files);
        }
        return new PostedFields(fields);
    }

    private static PostedFields json(Context ctx) {
        if (ctx.body().isBlank()) {
            return new PostedFields(Map.of());
        }
        JsonNode body = ctx.bodyAsClass(JsonNode.class);
        if (!body.isObject()) {
            throw ProblemException.badRequest(
                    List.of(new Fault(null, "The body is JSON, but not an object of fields.")));
        }
        Map<String, List<String>> fields = new LinkedHashMap<>();
        body.fields().forEachRemaining(field -> fields.put(field.getKey(), texts(field.getValue())));
        return new PostedFields(fields);
    }

    private static List<String> texts(JsonNode value) {
        if (value.isNull()) {
            return List.of();
        }
        if (value.isArray()) {
            List<String> texts = new ArrayList<>();
            value.forEach(element -> texts.addAll(element.isContainerNode() ? List.of(json(element)) : texts(element)));
            return texts;
        }
        return List.of(value.isObject() ? json(value) : value.asText());
    }

    private static String json(JsonNode value) {
        try {
            return Json.MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read can be written", e);
        }
    }
}
