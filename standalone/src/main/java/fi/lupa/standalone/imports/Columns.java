package fi.lupa.standalone.imports;

import fi.lupa.edge.settings.DidYouMean;
import fi.lupa.edge.settings.InvalidSettings;
import fi.lupa.standalone.imports.Mapping.Column;
import fi.lupa.standalone.imports.Mapping.Condition;
import fi.lupa.standalone.imports.Mapping.Meaning;
import fi.lupa.standalone.imports.Mapping.Rule;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Where a mapping's columns are in one list, and which of its rules are about it. */
final class Columns {

    private final int width;
    private final Map<Column, int[]> places = new IdentityHashMap<>();
    private final List<Rule> rules = new ArrayList<>();
    private final List<String> absent = new ArrayList<>();

    /**
     * @param vouched whether the operator vouches for what the list does not show
     * @throws InvalidSettings with every column that is missing
     */
    Columns(Mapping mapping, List<String> header, boolean vouched) {
        width = header.size();
        Set<Column> missing = new LinkedHashSet<>();
        mapping.columns().forEach((meaning, column) -> {
            if (!place(column, header) && !column.optional()) {
                missing.add(column);
            } else if (places.get(column) == null) {
                absent.add(column.shown());
            }
        });
        for (Rule rule : mapping.rules()) {
            boolean about = rule.headers().stream().allMatch(column -> place(column, header));
            if (!about || (rule.vouched() && !vouched)) {
                continue;
            }
            List<Column> lacking =
                    of(rule).filter(column -> !place(column, header)).toList();
            if (lacking.isEmpty()) {
                rules.add(rule);
            } else if (rule.optional()) {
                lacking.forEach(column -> absent.add(column.shown()));
            } else {
                missing.addAll(lacking);
            }
        }
        if (!missing.isEmpty()) {
            throw new InvalidSettings(missing.stream()
                    .map(column -> "The list has no column %s%s".formatted(column.shown(), hint(column, header)))
                    .distinct()
                    .toList());
        }
    }

    private static Stream<Column> of(Rule rule) {
        return Stream.of(
                        rule.when().stream().map(Condition::column),
                        Stream.ofNullable(rule.occurredAt()),
                        Stream.ofNullable(rule.validUntilColumn()))
                .flatMap(columns -> columns);
    }

    /** Never the names as they are: a list without a header would show people here. */
    private static String hint(Column column, List<String> header) {
        if (header.size() == 1) {
            return ": it has one column only, so the separator may be another than the mapping's.";
        }
        return column.names().stream()
                .flatMap(name -> DidYouMean.closest(name, header).stream())
                .findFirst()
                .map("; did you mean \"%s\"? Then say so in a mapping of your own."::formatted)
                .orElse("; export it with that column, or write a mapping of your own.");
    }

    /** Finds a column by its names; products change the case of theirs, and some have two of one name. */
    private boolean place(Column column, List<String> header) {
        int[] found = column.names().stream()
                .flatMap(name -> Stream.iterate(0, i -> i < header.size(), i -> i + 1)
                        .filter(i -> header.get(i).equalsIgnoreCase(name)))
                .mapToInt(Integer::intValue)
                .toArray();
        if (found.length > 0) {
            places.put(column, found);
        }
        return found.length > 0;
    }

    int width() {
        return width;
    }

    /** The rules that are about this list, in the mapping's order. */
    List<Rule> rules() {
        return rules;
    }

    /** The columns that the mapping could have read, and that the list does not have. */
    List<String> absent() {
        return absent.stream().distinct().toList();
    }

    /** What a row holds there; null for nothing. */
    String value(List<String> cells, Column column) {
        if (column == null || !places.containsKey(column)) {
            return null;
        }
        for (int place : places.get(column)) {
            String cell = cells.get(place);
            if (!cell.isBlank()) {
                return cell.strip();
            }
        }
        return null;
    }

    boolean holds(List<String> cells, Condition condition) {
        String value = value(cells, condition.column());
        String compared = value == null ? null : value.toLowerCase(Locale.ROOT);
        return switch (condition.test()) {
            case filled -> value != null;
            case empty -> value == null;
            case is -> value != null && condition.values().contains(compared);
            case isNot -> value != null && !condition.values().contains(compared);
            case contains ->
                value != null
                        && Stream.of(compared.split(";")).map(String::strip).anyMatch(condition.values()::contains);
        };
    }

    /** For people: what the mapping calls the column of a meaning. */
    static String shown(Mapping mapping, Meaning meaning) {
        Column column = mapping.columns().get(meaning);
        return column == null ? meaning.name() : column.names().get(0);
    }
}
