package fi.lupa.checker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What whoever used the pipeline was promised: the forms that were answered with 202, the messages that the broker took, the
 * campaigns whose launch was answered, the subjects whose erasure was asked for, and answered. All moments are milliseconds since
 * 1970.
 *
 * @param forms when each was answered, by its eventId
 * @param messages when each was taken, by its messageId
 * @param launches when each was answered, by campaignId
 * @param leaving when each was asked for, by subjectId: whether answered or not, it may have been done
 * @param erased when each was answered, by subjectId
 */
record Journal(
        Map<String, Long> forms,
        Map<String, Long> messages,
        Map<String, Long> launches,
        Map<String, Long> leaving,
        Map<String, Long> erased) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Reads a file of JSON objects, one a line, as {@code {"form": id, "at": millis}}; or {@code message}, {@code launch}, {@code leaving}, {@code erased}. */
    static Journal read(Path file) throws IOException {
        Journal journal =
                new Journal(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
        Map<String, Map<String, Long>> kinds = Map.of(
                "form", journal.forms,
                "message", journal.messages,
                "launch", journal.launches,
                "leaving", journal.leaving,
                "erased", journal.erased);
        try (Stream<String> lines = Files.lines(file)) {
            for (String line : (Iterable<String>) lines::iterator) {
                JsonNode promise = JSON.readTree(line);
                String kind = promise.fieldNames().next();
                kinds.get(kind)
                        .put(promise.get(kind).asText(), promise.get("at").asLong());
            }
        }
        return journal;
    }
}
