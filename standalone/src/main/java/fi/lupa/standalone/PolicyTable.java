package fi.lupa.standalone;

import fi.lupa.permission.Channel;
import fi.lupa.permission.Purpose;
import fi.lupa.permission.SubjectKind;
import fi.lupa.permission.Terms;
import fi.lupa.permission.Terms.PurposeTerms;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A policy as a table of fixed width, for people. */
final class PolicyTable {

    /** As wide as the channels' Finnish names need, in their order. */
    private static final String ROW = "%-26s%-12s%-14s%-9s%-9s%s";

    private static final int NAME = 26;
    private static final int WIDTH = 100;

    private final Terms terms;
    private final StringBuilder lines = new StringBuilder();

    private PolicyTable(Terms terms) {
        this.terms = terms;
    }

    /** @param from where the policy was read */
    static String of(Terms terms, String from) {
        PolicyTable table = new PolicyTable(terms);
        table.line("Policy " + terms.version() + "  " + from);
        table.purposes();
        table.topics();
        table.essentialOnly();
        table.transfers();
        table.times();
        table.pace();
        return table.lines.toString();
    }

    private void purposes() {
        heading("What a message needs", Channel::name, "prohibited by");
        line(row("", PolicyTable::finnish, ""));
        for (Purpose purpose : Purpose.values()) {
            PurposeTerms answers = terms.purposes().get(purpose);
            line(row(
                    purpose.name(),
                    channel -> answer(answers, SubjectKind.PERSON, channel),
                    list(answers.prohibitedBy())));
            line("    " + answers.finnish());
        }
        List<Purpose> others = Stream.of(Purpose.values())
                .filter(purpose -> Stream.of(Channel.values()).anyMatch(channel -> differs(purpose, channel)))
                .toList();
        if (!others.isEmpty()) {
            heading("An organisation, where it differs", channel -> "", "");
            others.forEach(purpose -> line(row(
                    purpose.name(),
                    channel -> differs(purpose, channel)
                            ? answer(terms.purposes().get(purpose), SubjectKind.ORGANISATION, channel)
                            : "",
                    "")));
        }
        if (!terms.alsoProhibits().isEmpty()) {
            heading("A prohibition that stops more, unless a consent there is newer", channel -> "", "");
            terms.alsoProhibits().forEach((channel, more) -> named(channel.name(), "also " + list(more)));
        }
    }

    private void topics() {
        section("Topics within marketing");
        if (terms.topics().isEmpty()) {
            line("  none");
        }
        terms.topics()
                .forEach((topic, asked) -> named(
                        topic,
                        "%s: %s"
                                .formatted(
                                        asked.answer(),
                                        String.join(", ", asked.name().values()))));
    }

    private void essentialOnly() {
        section("Essential only");
        named("who has prohibited", list(terms.essentialOnly().whenProhibited()));
        named("still gets", list(terms.essentialOnly().stillSent()));
    }

    private void transfers() {
        section("Transfers");
        named("no ground needed in", String.join(" ", terms.transfers().homeArea()));
        named("found adequate", String.join(" ", terms.transfers().adequate()));
        named("grounds", list(terms.transfers().bases()));
    }

    private void times() {
        heading("Times", Channel::name, "");
        line(row("cleared, it goes out in", channel -> length(terms.staleAfter().get(channel)), ""));
        line(row("a consent counts", channel -> length(terms.consentValidFor().get(channel)), ""));
        named("confirmed within", length(terms.confirmWithin()));
        named("cleared once within", length(terms.clearedOnceWithin()));
        named("time zone, unless known", terms.timeZone().toString());
    }

    private void pace() {
        section("Caps");
        if (terms.caps().isEmpty()) {
            line("  none");
        }
        terms.caps()
                .forEach(cap -> named(
                        list(cap.channels()),
                        "at most %d in %s: %s".formatted(cap.most(), length(cap.window()), list(cap.purposes()))));
        section("Quiet hours");
        if (terms.quietHours().isEmpty()) {
            line("  none");
        }
        terms.quietHours()
                .forEach(hours -> named(
                        list(hours.channels()),
                        "rests outside %s to %s%s: %s"
                                .formatted(
                                        hours.opens(),
                                        hours.closes(),
                                        hours.weekdaysOnly() ? ", Monday to Friday" : "",
                                        list(hours.purposes()))));
    }

    private static String answer(PurposeTerms answers, SubjectKind kind, Channel channel) {
        return answers.answer(kind, channel).toString();
    }

    private boolean differs(Purpose purpose, Channel channel) {
        PurposeTerms answers = terms.purposes().get(purpose);
        return answers.answer(SubjectKind.ORGANISATION, channel) != answers.answer(SubjectKind.PERSON, channel);
    }

    private static String finnish(Channel channel) {
        return switch (channel) {
            case EMAIL -> "sähköposti";
            case MOBILE -> "matkapuhelin";
            case PHONE -> "puhelin";
            case POST -> "posti";
        };
    }

    private static String list(Collection<?> words) {
        return words.isEmpty()
                ? "nothing"
                : words.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static String length(Duration length) {
        if (length.toDays() > 3 && length.equals(Duration.ofDays(length.toDays()))) {
            return count(length.toDays(), "day");
        }
        return length.equals(Duration.ofHours(length.toHours())) ? count(length.toHours(), "hour") : length.toString();
    }

    /** @param length null for ever */
    private static String length(Period length) {
        if (length == null) {
            return "for ever";
        }
        List<String> parts = new ArrayList<>();
        parts.add(count(length.getYears(), "year"));
        parts.add(count(length.getMonths(), "month"));
        parts.add(count(length.getDays(), "day"));
        return parts.stream().filter(part -> !part.startsWith("0 ")).collect(Collectors.joining(" "));
    }

    private static String count(long many, String unit) {
        return many + " " + unit + (many == 1 ? "" : "s");
    }

    private void section(String name) {
        line("");
        line(name);
    }

    private void heading(String name, Function<Channel, String> cells, String last) {
        line("");
        line(cells(name, cells, last));
    }

    private static String row(String name, Function<Channel, String> cells, String last) {
        return cells("  " + name, cells, last);
    }

    private static String cells(String name, Function<Channel, String> cells, String last) {
        return ROW.formatted(
                name,
                cells.apply(Channel.EMAIL),
                cells.apply(Channel.MOBILE),
                cells.apply(Channel.PHONE),
                cells.apply(Channel.POST),
                last);
    }

    /** A name and what is said of it, on as many lines as that takes. */
    private void named(String name, String text) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "  %-" + (NAME - 2) + "s", name));
        boolean begun = false;
        for (String word : text.split(" ")) {
            if (begun && line.length() + 1 + word.length() > WIDTH) {
                line(line.toString());
                line = new StringBuilder(" ".repeat(NAME));
                begun = false;
            }
            line.append(begun ? " " : "").append(word);
            begun = true;
        }
        line(line.toString());
    }

    private void line(String text) {
        lines.append(text.stripTrailing()).append(System.lineSeparator());
    }
}
