package fi.lupa.campaign.definition;

import com.fasterxml.jackson.annotation.JsonInclude;
import fi.lupa.edge.http.Fault;
import fi.lupa.event.Customership;
import fi.lupa.event.Segment;
import fi.lupa.event.SubjectKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Whom a campaign is for, as a marketer writes it: all that is named has to hold, what is left out asks nothing.
 *
 * @param tags has every one of these
 * @param anyTags has one of these or more
 * @param withoutTags has none of these
 * @param languages speaks one of these, ISO 639-1
 * @param kinds is one of these
 * @param customerships stands so to the company
 * @param forms has sent one of these or more
 * @param withoutForms has sent none of these
 * @param formsWithin within this time, ISO 8601; null for ever
 * @param registeredFrom was first heard of then or later
 * @param registeredUntil was first heard of before then
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record SegmentOf(
        List<String> tags,
        List<String> anyTags,
        List<String> withoutTags,
        List<String> languages,
        List<SubjectKind> kinds,
        List<Customership> customerships,
        List<String> forms,
        List<String> withoutForms,
        Duration formsWithin,
        Instant registeredFrom,
        Instant registeredUntil) {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    static SegmentOf of(Segment segment) {
        return segment == null
                ? null
                : new SegmentOf(
                        segment.getTags(),
                        segment.getAnyTags(),
                        segment.getWithoutTags(),
                        segment.getLanguages(),
                        segment.getKinds(),
                        segment.getCustomerships(),
                        segment.getForms(),
                        segment.getWithoutForms(),
                        segment.getFormsWithin() == null ? null : Duration.parse(segment.getFormsWithin()),
                        segment.getRegisteredFrom(),
                        segment.getRegisteredUntil());
    }

    Segment toEvent() {
        return Segment.newBuilder()
                .setTags(some(tags))
                .setAnyTags(some(anyTags))
                .setWithoutTags(some(withoutTags))
                .setLanguages(some(languages))
                .setKinds(some(kinds))
                .setCustomerships(some(customerships))
                .setForms(some(forms))
                .setWithoutForms(some(withoutForms))
                .setFormsWithin(formsWithin == null ? null : formsWithin.toString())
                .setRegisteredFrom(registeredFrom)
                .setRegisteredUntil(registeredUntil)
                .build();
    }

    /** What is wrong with it; empty for nothing. */
    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        Map.of(
                        "tags", some(tags),
                        "anyTags", some(anyTags),
                        "withoutTags", some(withoutTags),
                        "languages", some(languages),
                        "forms", some(forms),
                        "withoutForms", some(withoutForms))
                .forEach((name, texts) -> {
                    if (texts.stream().anyMatch(text -> text == null || text.isBlank())) {
                        faults.add(new Fault("segment." + name, "Name something, or leave it out."));
                    }
                });
        if (some(languages).stream().anyMatch(language -> language != null && !language.matches("[a-z]{2}"))) {
            faults.add(new Fault("segment.languages", "A language is two small letters, as fi."));
        }
        if (some(kinds).stream().anyMatch(Objects::isNull)
                || some(customerships).stream().anyMatch(Objects::isNull)) {
            faults.add(new Fault("segment", "Name something, or leave it out."));
        }
        boolean asksForms = !some(forms).isEmpty() || !some(withoutForms).isEmpty();
        if (formsWithin != null
                && (formsWithin.isNegative()
                        || formsWithin.isZero()
                        || formsWithin.compareTo(LONGEST) > 0
                        || !asksForms)) {
            faults.add(new Fault(
                    "segment.formsWithin",
                    "Name a time, as P30D, of at most a hundred years, and in forms or withoutForms which forms."));
        }
        if (registeredFrom != null && registeredUntil != null && !registeredFrom.isBefore(registeredUntil)) {
            faults.add(new Fault("segment.registeredUntil", "A period ends after it begins."));
        }
        return faults;
    }

    private static <T> List<T> some(List<T> some) {
        return some == null ? List.of() : some;
    }
}
