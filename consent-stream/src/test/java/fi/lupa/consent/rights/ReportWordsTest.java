package fi.lupa.consent.rights;

import static org.assertj.core.api.Assertions.assertThatCode;

import fi.lupa.consent.pages.Texts;
import fi.lupa.event.Channel;
import fi.lupa.event.Collection;
import fi.lupa.event.Customership;
import fi.lupa.event.LinkGround;
import fi.lupa.event.Purpose;
import fi.lupa.event.Reason;
import fi.lupa.event.RequestOutcome;
import fi.lupa.event.RequestedRight;
import fi.lupa.event.RightKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.ContactKind;
import fi.lupa.permission.SubjectKind;
import fi.lupa.permission.Will;
import fi.lupa.schemas.topic.Topics;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A report has a text for every word that an event may hold, and for every topic; that all languages have them is told elsewhere. */
class ReportWordsTest {

    private static final Map<String, Class<? extends Enum<?>>> WORDS = Map.ofEntries(
            Map.entry("status", ConsentStatus.class),
            Map.entry("will", Will.class),
            Map.entry("channel", Channel.class),
            Map.entry("collection", Collection.class),
            Map.entry("customership", Customership.class),
            Map.entry("kind", SubjectKind.class),
            Map.entry("field", ContactKind.class),
            Map.entry("linkGround", LinkGround.class),
            Map.entry("purpose", Purpose.class),
            Map.entry("reason", Reason.class),
            Map.entry("outcome", RequestOutcome.class),
            Map.entry("right", RequestedRight.class),
            Map.entry("done", RightKind.class),
            Map.entry("basis", TransferBasis.class));

    @TestFactory
    Stream<DynamicTest> everyWordHasAText() {
        Stream<String> words = WORDS.entrySet().stream()
                .flatMap(of ->
                        Arrays.stream(of.getValue().getEnumConstants()).map(word -> of.getKey() + "." + word.name()));
        Stream<String> topics = Topics.all().stream()
                .filter(topic -> !Set.of(Topics.CAMPAIGN_DEFINITIONS, Topics.CAMPAIGN_LAUNCHES)
                        .contains(topic))
                .map(topic -> "topic." + topic.name().replaceFirst("^(campaign\\.cleared|audience)\\..*", "$1"));
        Stream<String> kept = List.of(AccessReport.Kept.UNTIL_REPLACED, AccessReport.Kept.FOR_GOOD).stream()
                .map(word -> "kept." + word);
        return Stream.of(words, topics, kept)
                .flatMap(keys -> keys)
                .distinct()
                .map(key -> DynamicTest.dynamicTest(key, () -> assertThatCode(
                                () -> Texts.of("report", Locale.ENGLISH).get(key))
                        .doesNotThrowAnyException()));
    }
}
