package fi.lupa.standalone.imports;

import fi.lupa.edge.identity.IdentifierParser;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.standalone.imports.Row.Consent;
import fi.lupa.standalone.imports.Row.Refused;
import fi.lupa.standalone.imports.Row.Said;
import fi.lupa.standalone.imports.Row.Stop;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The sample lists, read by a mapping. */
final class Lists {

    static {
        EventClasses.trust();
    }

    static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    static final Instant EXPORTED = Instant.parse("2026-11-01T00:00:00Z");
    static final Instant END = Instant.parse("2029-01-01T00:00:00Z");
    static final SubjectIds IDS = new SubjectIds(
            new IdentifierParser("FI"),
            new PseudonymousIds("the tests' secret, known to everybody".getBytes(StandardCharsets.UTF_8)));

    private Lists() {}

    static Path sample(String name) {
        return Path.of("src/test/resources/imports", name);
    }

    static String email(String address) {
        return IDS.id(IDS.contactPoints().email(address));
    }

    static String phone(String number) {
        ParsedIdentifier phone = IDS.contactPoints().phone(number);
        return IDS.id(phone);
    }

    /** What the rows of a list came to, by the line they begin at. */
    static Map<Long, Row> read(String mapping, Path file, boolean vouched) {
        return read(MappingYaml.load(mapping), file, vouched, EXPORTED);
    }

    static Map<Long, Row> read(Mapping mapping, Path file, boolean vouched, Instant asOf) {
        ListFile list = new ListFile(file, mapping);
        RowReader reader = new RowReader(
                mapping,
                new Columns(mapping, list.header(), vouched),
                IDS,
                new RowReader.Given(mapping.timeZone(), asOf, END, "archive/1", NOW));
        Map<Long, Row> rows = new TreeMap<>();
        list.read((line, bytes) -> rows.put(line.number(), reader.read(line.cells())));
        return rows;
    }

    static List<Said> said(Map<Long, Row> rows) {
        return rows.values().stream()
                .flatMap(row -> row instanceof Row.Read read ? read.said().stream() : Stream.empty())
                .toList();
    }

    /** A row in a few words. */
    static String shown(Row row) {
        if (row instanceof Refused refused) {
            return "refused " + refused.column();
        }
        List<Said> said = ((Row.Read) row).said();
        return said.isEmpty()
                ? "says nothing"
                : String.join(", ", said.stream().map(Lists::shown).toList());
    }

    private static String shown(Said said) {
        return said instanceof Stop stop
                ? "%s %s %s at %s"
                        .formatted(
                                stop.changed().getDoor(),
                                stop.changed().getWill(),
                                said.scope(),
                                stop.changed().getOccurredAt())
                : "GRANT %s at %s"
                        .formatted(said.scope(), ((Consent) said).form().getOccurredAt());
    }
}
