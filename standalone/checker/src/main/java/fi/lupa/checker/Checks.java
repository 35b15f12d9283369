package fi.lupa.checker;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.avro.generic.GenericRecord;

/** The promises, each held against what lies on the topics. */
final class Checks {

    private static final List<String> CLEARED = List.of(
            "campaign.cleared.email", "campaign.cleared.mobile", "campaign.cleared.phone", "campaign.cleared.post");
    private static final String MESSAGES = "campaign.messages";

    private final Topics topics;
    private final Journal journal;
    private final long boundMillis;

    /** @param boundMillis how long after its answer a no may take to stop everything */
    Checks(Topics topics, Journal journal, long boundMillis) {
        this.topics = topics;
        this.journal = journal;
        this.boundMillis = boundMillis;
    }

    List<Verdict> all() {
        List<Written> cleared = topics.all(CLEARED);
        Map<String, List<Will.Said>> history = history();
        List<Written> sent = topics.all(MESSAGES);
        return List.of(
                forms(), messages(sent, cleared), launches(sent, history), noes(cleared, history), states(history));
    }

    /** Every form that was answered with 202 is in the history: once, or after a crash once more, with the same words. */
    private Verdict forms() {
        Map<String, Set<String>> submitted = new HashMap<>();
        long again = 0;
        for (Written form : topics.all("forms.submitted")) {
            if (form.value() != null) {
                Set<String> said = submitted.computeIfAbsent(form.text("eventId"), first -> new HashSet<>());
                again += said.isEmpty() ? 0 : 1;
                said.add(form.text("statements"));
            }
        }
        List<String> faults = new ArrayList<>();
        journal.forms().keySet().forEach(eventId -> {
            int versions = submitted.getOrDefault(eventId, Set.of()).size();
            if (versions == 0) {
                faults.add(say("form %s was answered with 202 and is not in the history", eventId));
            } else if (versions > 1) {
                faults.add(say("form %s is in the history with different words", eventId));
            }
        });
        return new Verdict(
                say(
                        "%,d forms answered with 202 are in the history, %,d of them once more after a crash",
                        journal.forms().size(), again),
                faults);
    }

    /** Every message has one outcome, and none is cleared twice. */
    private Verdict messages(List<Written> sent, List<Written> cleared) {
        List<Written> suppressed = topics.all("campaign.suppressed");
        Map<String, String> idByPlace = new HashMap<>();
        Set<String> there = new HashSet<>();
        for (Written message : sent) {
            idByPlace.put(
                    place(message.topic(), message.partition(), message.offset()),
                    message.value() == null ? null : name(message));
            there.add(message.value() == null ? null : message.text("messageId"));
        }
        Set<String> dead = topics.all("dead.letters").stream()
                .map(letter -> place(
                        unprefixed(letter.text("topic")),
                        (Integer) letter.value().get("partition"),
                        letter.moment("offset")))
                .filter(idByPlace::containsKey)
                .collect(toSet());
        long held = held();
        List<String> faults = new ArrayList<>();
        long outcomes = cleared.size() + suppressed.size() + dead.size() + held;
        if (outcomes != sent.size()) {
            faults.add(say("%,d messages have %,d outcomes", sent.size(), outcomes));
        }
        timesById(cleared).forEach((id, times) -> {
            if (times > 1) {
                faults.add(say("message %s is cleared %d times", id, times));
            }
        });
        Map<String, Long> expected = timesById(sent);
        List<Written> told = new ArrayList<>(cleared);
        told.addAll(suppressed);
        Map<String, Long> outcomesById = timesById(told);
        outcomesById.forEach((id, times) -> {
            if (times > expected.getOrDefault(id, 0L)) {
                faults.add(say(
                        "message %s was sent %d times and has %d outcomes", id, expected.getOrDefault(id, 0L), times));
            }
        });
        Set<String> missing = new TreeSet<>(expected.keySet());
        missing.removeIf(id -> outcomesById.getOrDefault(id, 0L) >= expected.get(id));
        long lieElsewhere = held
                + dead.stream().map(idByPlace::get).filter(Objects::nonNull).count();
        if (missing.size() > lieElsewhere) {
            missing.forEach(id -> faults.add(say("message %s has no outcome", id)));
        }
        journal.messages().keySet().stream()
                .filter(id -> !there.contains(id))
                .forEach(id -> faults.add(say("message %s was taken and is not there", id)));
        return new Verdict(
                say(
                        "%,d messages = %,d cleared + %,d suppressed + %,d held + %,d dead-lettered, none cleared twice",
                        sent.size(), cleared.size(), suppressed.size(), held, dead.size()),
                faults);
    }

    /** Whether each launch that was answered wrote to everybody who had been heard of for the bound, once. */
    private Verdict launches(List<Written> sent, Map<String, List<Will.Said>> history) {
        Map<String, Long> launchedAt = new HashMap<>();
        topics.all("campaign.launches").forEach(launch -> launchedAt.put(launch.key(), launch.moment("launchedAt")));
        Map<String, Map<String, Long>> times = sent.stream()
                .filter(message -> message.value() != null)
                .filter(message -> journal.launches().containsKey(message.text("campaignId")))
                .collect(groupingBy(
                        message -> message.text("campaignId"),
                        groupingBy(message -> message.text("subjectId"), counting())));
        List<String> faults = new ArrayList<>();
        journal.launches().keySet().forEach(id -> {
            long until = launchedAt.getOrDefault(id, Long.MAX_VALUE) - boundMillis;
            Map<String, Long> written = times.getOrDefault(id, Map.of());
            history.forEach((subjectId, said) -> {
                boolean wasHeardOf = said.stream().anyMatch(one -> one.recordedAt() <= until);
                if (wasHeardOf
                        && !written.containsKey(subjectId)
                        && !journal.leaving().containsKey(subjectId)) {
                    faults.add(say("launch %s was answered, and did not write to subject %s", id, subjectId));
                }
            });
            written.forEach((subjectId, often) -> {
                if (often > 1) {
                    faults.add(say("launch %s wrote to subject %s %d times", id, subjectId, often));
                }
            });
        });
        long messages = times.values().stream().mapToLong(Map::size).sum();
        return new Verdict(
                say(
                        "%,d launches wrote to everybody, once: %,d messages",
                        journal.launches().size(), messages),
                faults);
    }

    /** How many messages wait for another hour: the keys of the router's own store that have not gone again. */
    private long held() {
        Map<String, Boolean> waits = new HashMap<>();
        topics.all("campaign-router-held-changelog").forEach(change -> waits.put(change.key(), !change.empty()));
        return waits.values().stream().filter(is -> is).count();
    }

    /** What was cleared later than the bound after a no was answered, or without any yes. */
    private Verdict noes(List<Written> cleared, Map<String, List<Will.Said>> history) {
        Map<String, Long> answered = answered();
        List<String> faults = new ArrayList<>();
        for (Written message : cleared) {
            String channel = message.text("channel");
            if (!message.text("purpose").equals("DIRECT_MARKETING")
                    || !(channel.equals("EMAIL") || channel.equals("MOBILE"))) {
                continue;
            }
            long decidedAt = message.moment("decidedAt");
            List<Will.Said> said = history.getOrDefault(message.text("subjectId"), List.of());
            List<Will.Said> mayBeKnown =
                    said.stream().filter(one -> one.recordedAt() <= decidedAt).toList();
            List<Will.Said> mustBeKnown = mayBeKnown.stream()
                    .filter(one -> !one.isNo()
                            || answered.getOrDefault(one.eventId(), Long.MAX_VALUE) + boundMillis <= decidedAt)
                    .toList();
            if (Will.of(mustBeKnown, channel, message.text("contactPointId")) != Will.YES) {
                faults.add(say(
                        "message %s to subject %s was cleared by %s at %d against their word",
                        message.text("messageId"), message.text("subjectId"), channel, decidedAt));
            }
        }
        return new Verdict(
                say(
                        "%,d noes were answered, and nothing was cleared against one later than %,d ms after",
                        answered.size(), boundMillis),
                faults);
    }

    /** When each no was answered, by the eventId of its statement. */
    private Map<String, Long> answered() {
        Map<String, Long> answered = new HashMap<>();
        for (Written change : topics.all("consent.changes")) {
            Long at = change.value() == null || change.text("causedBy") == null
                    ? null
                    : journal.forms().get(change.text("causedBy"));
            if (at != null && Will.Said.of(change.value()).isNo()) {
                answered.put(change.text("eventId"), at);
            }
        }
        return answered;
    }

    /** Whether the consent state of each subject says what the fold of their history says. */
    private Verdict states(Map<String, List<Will.Said>> history) {
        Map<String, GenericRecord> states = new HashMap<>();
        topics.all("consent.state").forEach(state -> states.put(state.key(), state.value()));
        List<String> faults = new ArrayList<>();
        history.forEach((subjectId, said) -> {
            if (journal.leaving().containsKey(subjectId)) {
                return;
            }
            GenericRecord state = states.get(subjectId);
            List<Will.Said> kept = state == null ? List.of() : statements(state);
            for (Will.Said one : said) {
                Will is = Will.of(kept, one.scope(), one.contactPoint());
                Will shouldBe = Will.of(said, one.scope(), one.contactPoint());
                if (is != shouldBe) {
                    faults.add(say(
                            "%s of subject %s says %s on %s, and what they said %s",
                            state == null ? "no state" : "the state", subjectId, is, one.scope(), shouldBe));
                }
            }
        });
        journal.erased().keySet().stream()
                .filter(subjectId -> states.get(subjectId) != null)
                .forEach(subjectId -> faults.add(say("subject %s was erased and has a state", subjectId)));
        return new Verdict(say("the states of %,d subjects say what their history says", history.size()), faults);
    }

    private Map<String, List<Will.Said>> history() {
        return topics.all("consent.changes").stream()
                .filter(change -> change.value() != null)
                .collect(groupingBy(
                        change -> change.text("subjectId"),
                        TreeMap::new,
                        mapping(change -> Will.Said.of(change.value()), toList())));
    }

    private static List<Will.Said> statements(GenericRecord state) {
        return ((Collection<?>) state.get("statements"))
                .stream().map(GenericRecord.class::cast).map(Will.Said::of).toList();
    }

    private static Map<String, Long> timesById(List<Written> messages) {
        return messages.stream()
                .filter(message -> message.value() != null)
                .collect(groupingBy(Checks::name, counting()));
    }

    /** What a message is known by: its id within its campaign, and its recipient. */
    private static String name(Written message) {
        return "%s of %s to %s"
                .formatted(message.text("messageId"), message.text("campaignId"), message.text("subjectId"));
    }

    private String unprefixed(String topic) {
        return topic.startsWith(topics.prefix())
                ? topic.substring(topics.prefix().length())
                : topic;
    }

    private static String place(String topic, int partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }

    private static String say(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }
}
