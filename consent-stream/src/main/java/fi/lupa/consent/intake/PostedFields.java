package fi.lupa.consent.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
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
        if (posted.hasHoles() && isMisread(ctx, type)) {
            throw ProblemException.badRequest(List.of(new Fault(
                    null,
                    "The form is not in the character set that it says, or not in UTF-8 where it says none: a name would"
                            + " be kept with holes in it. Post it as UTF-8.")));
        }
        return posted;
    }

    /** Whether the sign that stands for what could not be read is in it: put there as it was read, or written by whoever sent it. */
    private boolean hasHoles() {
        return values.entrySet().stream()
                .flatMap(field -> Stream.concat(Stream.of(field.getKey()), field.getValue().stream()))
                .anyMatch(text -> text.indexOf('\uFFFD') >= 0);
    }

    private static boolean isMisread(Context ctx, String type) {
        Charset charset = ctx.characterEncoding() == null ? UTF_8 : Charset.forName(ctx.characterEncoding());
        try {
            switch (type) {
                case "multipart/form-data" -> {
                    for (Part part : ctx.req().getParts()) {
                        check(part.getInputStream().readAllBytes(), charset);
                    }
                }
                case "application/json" -> check(ctx.bodyAsBytes(), charset);
                default -> {
                    String bytes = URLDecoder.decode(new String(ctx.bodyAsBytes(), ISO_8859_1), ISO_8859_1);
                    check(bytes.getBytes(ISO_8859_1), charset);
                }
            }
            return false;
        } catch (CharacterCodingException e) {
            return true;
        } catch (IOException | ServletException e) {
            throw ProblemException.badRequest(List.of(new Fault(null, "The parts of the body cannot be read.")));
        }
    }

    private static void check(byte[] text, Charset charset) throws CharacterCodingException {
        charset.newDecoder().decode(ByteBuffer.wrap(text));
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
