package fi.lupa.standalone.imports;

import fi.lupa.event.Door;
import fi.lupa.event.Scope;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.Will;
import java.nio.charset.Charset;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the columns of a list mean, and what a row of it says about permission.
 *
 * @param name part of the ids of what is imported: the same list under the same name is the same events
 * @param source where the list comes from
 * @param dates how moments are written, beside ISO 8601
 * @param notFor files this mapping must not read, by a pattern of their names, with the reason
 */
record Mapping(
        String name,
        String source,
        SubjectKind subject,
        Charset charset,
        char separator,
        ZoneId timeZone,
        List<DateTimeFormatter> dates,
        String notice,
        List<String> tags,
        Map<String, String> notFor,
        Map<Meaning, Column> columns,
        List<Rule> rules) {

    /** What a column holds of a person. */
    enum Meaning {
        customerId,
        email,
        phone,
        name,
        givenName,
        familyName,
        organisation,
        position,
        street,
        postalCode,
        city,
        country,
        language
    }

    /**
     * A column by its name, or by several: the first of them that a row fills counts.
     *
     * @param optional whether a list without it can be read all the same
     */
    record Column(List<String> names, boolean optional) {

        /** For people. */
        String shown() {
            return "\"" + String.join("\" or \"", names) + "\"";
        }
    }

    /**
     * What a row says when all conditions hold.
     *
     * @param vouched whether the list itself does not show it, so that it counts only where the operator vouches for it
     * @param optional whether a list that lacks the columns can be read without this rule
     * @param headers columns that the list must have for the rule to be about it; none for every list
     * @param occurredAt when it was said; null where the list does not tell
     * @param validUntilColumn until when it holds; null where the list does not tell
     * @param validUntil the last day it holds, for the whole list; null for none
     */
    record Rule(
            Scope scope,
            Will will,
            Door door,
            String wording,
            boolean vouched,
            boolean optional,
            List<Column> headers,
            List<Condition> when,
            Column occurredAt,
            Column validUntilColumn,
            LocalDate validUntil) {

        boolean stops() {
            return will != Will.GRANT;
        }

        /** A national list's stop ends, and its end must be known. */
        boolean needsEnd() {
            return door == Door.PROHIBITION_REGISTER && validUntil == null && validUntilColumn == null;
        }
    }

    /** What a cell must hold. */
    record Condition(Column column, Test test, Set<String> values) {

        enum Test {
            /** Anything. */
            filled,
            /** Nothing. */
            empty,
            /** One of the values, in whatever case. */
            is,
            /** Something, and none of the values. */
            isNot,
            /** A list with semicolons that has one of the values. */
            contains
        }
    }
}
