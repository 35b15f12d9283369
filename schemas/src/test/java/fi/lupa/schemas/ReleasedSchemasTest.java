package fi.lupa.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.ContactsMade;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.HeldMessage;
import fi.lupa.event.LaunchProgress;
import fi.lupa.event.Membership;
import fi.lupa.event.PendingConfirmation;
import fi.lupa.event.StatePersonalData;
import fi.lupa.event.SubjectFile;
import fi.lupa.schemas.registry.SchemaEvolution;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every form in which an event was ever released, as {@code src/main/released/<event>/<version>.avsc}: what records out there are
 * written in, and other people's programs read with; and of what a service keeps for itself, which a later version finds.
 */
class ReleasedSchemasTest {

    /** On no topic of their own: in stores and their changelogs, or sealed in another event. */
    private static final List<Class<?>> INTERNAL = List.of(
            ContactsMade.class,
            FormPersonalData.class,
            HeldMessage.class,
            LaunchProgress.class,
            Membership.class,
            PendingConfirmation.class,
            StatePersonalData.class,
            SubjectFile.class);

    private static final SchemaFormatter PRETTY = SchemaFormatter.getInstance("json/pretty");
    private static final Path RELEASED = Path.of("src/main/released");
    private static final String RELEASE = "mvn -pl permission,schemas test -Dtest=ReleasedSchemasTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dlupa.release=";
    private static final String WHAT_TO_DO = """
            If the change is meant, write it down as the next version:
              %snext
            or, while nobody has yet written records in the newest version, over that one:
              %sredo
            """.formatted(RELEASE, RELEASE);

    @BeforeAll
    static void releaseIfAsked() throws IOException {
        String how = System.getProperty("lupa.release");
        if (how == null) {
            return;
        }
        assertThat(how).as("-Dlupa.release").isIn("next", "redo");
        for (Schema event : events().toList()) {
            NavigableMap<Integer, Schema> released = released(event);
            int newest = released.isEmpty() ? 0 : released.lastKey();
            if (newest == 0 || !released.get(newest).toString().equals(event.toString())) {
                int version = newest == 0 || how.equals("next") ? newest + 1 : newest;
                Path file = RELEASED.resolve(event.getName()).resolve(version + ".avsc");
                Files.createDirectories(file.getParent());
                Files.writeString(file, PRETTY.format(event) + "\n");
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("namedEvents")
    void theNewestReleasedFormIsTodays(Schema event) {
        NavigableMap<Integer, Schema> released = released(event);

        assertThat(released)
                .as("released forms of %s. %s", event.getName(), WHAT_TO_DO)
                .isNotEmpty();
        assertThat(PRETTY.format(event))
                .as("%s differs from its newest released form. %s", event.getName(), WHAT_TO_DO)
                .isEqualTo(PRETTY.format(released.lastEntry().getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("namedEvents")
    void todaysFormAndEveryReleasedOneReadEachOther(Schema event) {
        released(event).forEach((version, released) -> assertThat(
                        SchemaEvolution.faults(event, "version " + version, released))
                .as("%s: records out there would become unreadable, or today's unreadable out there", event.getName())
                .isEmpty());
    }

    @Test
    void aReleasedEventStaysAnEvent() throws IOException {
        try (Stream<Path> directories = Files.list(RELEASED)) {
            assertThat(directories.map(directory -> directory.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(
                            events().map(Schema::getName).toList());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("namedEvents")
    void everyTypeAndEveryFieldSaysWhatItIs(Schema event) {
        Set<String> silent = new TreeSet<>();
        collectSilent(event, new ArrayList<>(), silent);

        assertThat(silent).as("types and fields without a doc").isEmpty();
    }

    static Stream<Named<Schema>> namedEvents() {
        return events().map(event -> Named.of(event.getName(), event));
    }

    private static Stream<Schema> events() {
        return Stream.concat(
                        Topics.all().stream().map(Topic::schema),
                        INTERNAL.stream().map(SpecificData.get()::getSchema))
                .distinct();
    }

    private static NavigableMap<Integer, Schema> released(Schema event) {
        NavigableMap<Integer, Schema> released = new TreeMap<>();
        Path directory = RELEASED.resolve(event.getName());
        for (int version = 1; Files.exists(directory.resolve(version + ".avsc")); version++) {
            try {
                String text = Files.readString(directory.resolve(version + ".avsc"), UTF_8);
                released.put(version, new Schema.Parser().parse(text));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return released;
    }

    private static void collectSilent(Schema schema, List<Schema> seen, Set<String> silent) {
        switch (schema.getType()) {
            case RECORD -> {
                if (!seen.contains(schema)) {
                    seen.add(schema);
                    collectIfBlank(schema.getName(), schema.getDoc(), silent);
                    for (Schema.Field field : schema.getFields()) {
                        collectIfBlank(schema.getName() + "." + field.name(), field.doc(), silent);
                        collectSilent(field.schema(), seen, silent);
                    }
                }
            }
            case ENUM, FIXED -> collectIfBlank(schema.getName(), schema.getDoc(), silent);
            case ARRAY -> collectSilent(schema.getElementType(), seen, silent);
            case MAP -> collectSilent(schema.getValueType(), seen, silent);
            case UNION -> schema.getTypes().forEach(branch -> collectSilent(branch, seen, silent));
            default -> {}
        }
    }

    private static void collectIfBlank(String name, String doc, Set<String> silent) {
        if (doc == null || doc.isBlank()) {
            silent.add(name);
        }
    }
}
