package fi.lupa.consent.topology;

import static fi.lupa.consent.People.AINO;
import static fi.lupa.consent.People.AINO_EMAIL;
import static fi.lupa.consent.People.AINO_PHONE;
import static fi.lupa.consent.People.AINO_POSTAL;
import static fi.lupa.consent.People.CONFIRMATIONS;
import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.MASTER;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.POLICY;
import static fi.lupa.consent.People.aino;
import static fi.lupa.consent.People.ainoWrites;
import static fi.lupa.consent.People.id;
import static fi.lupa.consent.People.visitor;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.edge.TopicSerdes;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.ConsentState;
import fi.lupa.event.DeadLetter;
import fi.lupa.event.Door;
import fi.lupa.event.FailedStage;
import fi.lupa.event.FormPersonalData;
import fi.lupa.event.FormStatement;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** From the inbox to the state: what a form and a statement lead to, and what is refused without stopping the rest. */
class ConsentTopologyTest {

    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final byte[] GARBAGE = "aino@example.fi is no Avro".getBytes(UTF_8);

    private ConsentDriver stream;

    @BeforeEach
    void start(@TempDir Path stateDir) {
        stream = new ConsentDriver(stateDir);
    }

    @AfterEach
    void stop() {
        stream.close();
    }

    /** The router holds messages until these are read: one that is left out there would not be waited for. */
    @Test
    void whatIsFoldedIsWhatTheRouterWaitsFor() {
        Set<String> read =
                ConsentTopology.build("", new TopicSerdes(), IDS, MASTER, POLICY, CONFIRMATIONS)
                        .describe()
                        .subtopologies()
                        .stream()
                        .flatMap(part -> part.nodes().stream())
                        .filter(TopologyDescription.Source.class::isInstance)
                        .flatMap(source -> ((TopologyDescription.Source) source).topicSet().stream())
                        .collect(Collectors.toSet());

        Set<String> waitedFor = Topics.FOLDED.stream().map(Topic::name).collect(Collectors.toSet());
        waitedFor.add(Topics.CAMPAIGN_CONTACTS.name());
        assertThat(read).isEqualTo(waitedFor);
    }

    @Test
    void aFormBecomesHistoryStatementAndState() {
        FormSubmitted form = aino().says(Scope.EMAIL, Will.GRANT).form();

        stream.sends(form);

        List<TestRecord<String, FormSubmitted>> history = stream.written(Topics.FORMS_SUBMITTED);
        assertThat(history).extracting(TestRecord::key).containsExactly(AINO);
        assertThat(history).extracting(TestRecord::value).map(stream::opened).containsExactly(form);
        List<TestRecord<String, ConsentChanged>> changes = stream.written(Topics.CONSENT_CHANGES);
        assertThat(changes).extracting(TestRecord::key).containsExactly(AINO);
        assertThat(changes).extracting(TestRecord::value).singleElement().satisfies(said -> {
            assertThat(said.getSubjectId()).isEqualTo(AINO);
            assertThat(said.getScope()).isEqualTo(Scope.EMAIL);
            assertThat(said.getWill()).isEqualTo(Will.GRANT);
            assertThat(said.getContactPointId()).isEqualTo(AINO_EMAIL);
            assertThat(said.getDoor()).isEqualTo(Door.FORM);
            assertThat(said.getCausedBy()).isEqualTo(form.getEventId());
            assertThat(said.getWording()).isEqualTo("GRANT EMAIL");
            assertThat(said.getNoticeVersion()).isEqualTo("2023-07-01");
            assertThat(said.getOccurredAt()).isEqualTo(NOON);
        });
        List<TestRecord<String, ConsentState>> states = stream.written(Topics.CONSENT_STATE);
        assertThat(states).extracting(TestRecord::key).containsOnly(AINO, AINO_PHONE);
        assertThat(states)
                .filteredOn(state -> state.key().equals(AINO))
                .last()
                .extracting(TestRecord::value)
                .extracting(stream::opened)
                .isEqualTo(stream.state(AINO));
        assertThat(status(Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
        assertThat(stream.state(AINO).getPersonal().getContactPoints())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        AINO_EMAIL, "aino@example.fi",
                        AINO_PHONE, "+358401234567",
                        AINO_POSTAL, "MANNERHEIMINTIE 1\n00100\nHELSINKI\nFI"));
        assertThat(stream.deadLetters()).isEmpty();
    }

    @Test
    void theSameFormSentAgainChangesNothing() {
        FormSubmitted form = aino().says(Scope.EMAIL, Will.GRANT).form();
        stream.sends(form);
        ConsentState once = stream.state(AINO);
        List<?> writtenOnce = written();

        stream.sends(form);

        assertThat(writtenOnce).isNotEmpty();
        assertThat(written()).isEmpty();
        assertThat(stream.state(AINO)).isEqualTo(once);
    }

    @Test
    void everyStatementOfAFormIsAnEventOfItsOwn() {
        UUID eventId = UUID.randomUUID();
        FormSubmitted form = aino().under(eventId)
                .says(Scope.EMAIL, Will.GRANT)
                .says(Scope.PHONE, Will.PROHIBIT)
                .says(Scope.MARKETING_USE, Will.PROHIBIT)
                .form();

        stream.sends(form);

        assertThat(stream.values(Topics.CONSENT_CHANGES))
                .extracting(ConsentChanged::getScope)
                .containsExactly(Scope.EMAIL, Scope.PHONE, Scope.MARKETING_USE);
        assertThat(stream.state(AINO).getStatements()).hasSize(3).allSatisfy(kept -> assertThat(kept.getEventId())
                .isNotEqualTo(eventId));
        assertThat(status(Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
        assertThat(status(Scope.PHONE)).isEqualTo(ConsentStatus.PROHIBITED);
        assertThat(status(Scope.MARKETING_USE)).isEqualTo(ConsentStatus.PROHIBITED);
    }

    @ParameterizedTest
    @CsvSource({
        "C-1, aino@example.fi, 0401234567, CUSTOMER",
        ", aino@example.fi, 0401234567, EMAIL",
        ", ' Aino@EXAMPLE.fi ', , EMAIL",
        "' ', '', +358 40 123 4567, PHONE"
    })
    void theStrongestIdentifierNamesTheSubject(String customerId, String email, String phone, String strongest) {
        stream.sends(visitor(customerId, email, phone).form());

        String subject =
                switch (strongest) {
                    case "CUSTOMER" -> id(IDS.contactPoints().customerId("C-1"));
                    case "EMAIL" -> AINO_EMAIL;
                    default -> AINO_PHONE;
                };
        assertThat(stream.written(Topics.FORMS_SUBMITTED))
                .extracting(TestRecord::key)
                .containsExactly(subject);
        assertThat(stream.state(subject).getRegisteredAt()).isEqualTo(NOON);
    }

    @Test
    void historyKeepsIdentifiersInTheirOneForm() {
        stream.sends(visitor(" C-1 ", " Aino@EXAMPLE.fi ", "040 123 4567").form());

        assertThat(stream.values(Topics.FORMS_SUBMITTED))
                .singleElement()
                .extracting(form -> stream.opened(form).getPersonal())
                .extracting(FormPersonalData::getCustomerId, FormPersonalData::getEmail, FormPersonalData::getPhone)
                .containsExactly("C-1", "aino@example.fi", "+358401234567");
    }

    @ParameterizedTest
    @CsvSource({
        "EMAIL, GRANT, email",
        "EMAIL, CONFIRM, email",
        "EMAIL, WITHDRAW,",
        "EMAIL, PROHIBIT,",
        "EMAIL, LIFT,",
        "MOBILE, GRANT, phone",
        "MOBILE, PROHIBIT,",
        "PHONE, GRANT, phone",
        "PHONE, PROHIBIT,",
        "POST, GRANT, postal",
        "POST, PROHIBIT,",
        "MARKET_RESEARCH, GRANT,",
        "MARKETING_USE, GRANT,",
        "WEB_ANALYTICS, GRANT,"
    })
    void aConsentIsForTheAddressGivenWithItAndANoForTheWholeScope(Scope scope, Will will, String boundTo) {
        stream.sends(aino().says(scope, will).form());

        Map<String, String> points = Map.of("email", AINO_EMAIL, "phone", AINO_PHONE, "postal", AINO_POSTAL);
        assertThat(stream.values(Topics.CONSENT_CHANGES))
                .singleElement()
                .extracting(ConsentChanged::getContactPointId)
                .isEqualTo(boundTo == null ? null : points.get(boundTo));
    }

    @Test
    void aConsentWithoutTheAddressItIsForGrantsNothing() {
        stream.sends(
                visitor(null, null, "0401234567").says(Scope.EMAIL, Will.GRANT).form());

        assertThat(POLICY.standing(Subjects.of(stream.state(AINO_PHONE)), fi.lupa.permission.Scope.EMAIL, NOON)
                        .status())
                .isEqualTo(ConsentStatus.NEVER_ASKED);
    }

    @Test
    void aConsentThatAwaitsConfirmationIsPendingUntilItIsConfirmed() {
        stream.sends(aino().asksToBeConfirmed(Scope.EMAIL).form());

        assertThat(status(Scope.EMAIL)).isEqualTo(ConsentStatus.PENDING);

        stream.says(ainoWrites(Scope.EMAIL, Will.CONFIRM)
                .setContactPointId(AINO_EMAIL)
                .setOccurredAt(NOON.plusSeconds(60))
                .build());

        assertThat(status(Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
    }

    @Test
    void aNoThatIsMarkedToAwaitConfirmationAwaitsNone() {
        FormSubmitted form = aino().says(Scope.EMAIL, Will.PROHIBIT).form();
        FormStatement marked = FormStatement.newBuilder(form.getStatements().get(0))
                .setAwaitsConfirmation(true)
                .build();

        stream.sends(
                FormSubmitted.newBuilder(form).setStatements(List.of(marked)).build());

        assertThat(status(Scope.EMAIL)).isEqualTo(ConsentStatus.PROHIBITED);
        assertThat(stream.deadLetters()).isEmpty();
    }

    @Test
    void aLetterKeyedLateTakesItsPlaceInThePast() {
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).form());

        stream.says(ainoWrites(Scope.EMAIL, Will.PROHIBIT)
                .setOccurredAt(NOON.minus(Duration.ofDays(7)))
                .build());

        assertThat(status(Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
        assertThat(stream.state(AINO).getStatements()).hasSize(2);

        stream.says(ainoWrites(Scope.EMAIL, Will.PROHIBIT)
                .setOccurredAt(NOON.plusMillis(1))
                .build());

        assertThat(status(Scope.EMAIL)).isEqualTo(ConsentStatus.PROHIBITED);
    }

    @Test
    void anEventThatChangesNothingIsPublishedAgainUnderTheSameRevision() {
        ConsentChanged letter = ainoWrites(Scope.POST, Will.PROHIBIT).build();

        stream.says(letter);
        stream.says(letter);

        assertThat(stream.values(Topics.CONSENT_STATE))
                .extracting(ConsentState::getRevision)
                .containsExactly(1L, 1L);
    }

    static Stream<Arguments> unprocessable() {
        FormSubmitted form = aino().form();
        FormSubmitted bare = FormSubmitted.newBuilder(form)
                .setPersonal((FormPersonalData) null)
                .build();
        ConsentChanged letter = ainoWrites(Scope.POST, Will.PROHIBIT).build();
        return Stream.of(
                bad(Topics.FORMS_INBOX, AINO, null, "the record has no value"),
                bad(Topics.FORMS_INBOX, AINO, bare, "the form does not say who sent it"),
                bad(
                        Topics.FORMS_INBOX,
                        AINO,
                        visitor(null, " ", null).form(),
                        "the form has no customer number, email or phone"),
                bad(
                        Topics.FORMS_INBOX,
                        AINO,
                        visitor(null, "aino at example.fi", "040 12").form(),
                        "the form has no valid email and phone"),
                bad(
                        Topics.FORMS_INBOX,
                        AINO,
                        aino().at(NOON.plus(FIVE_MINUTES).plusMillis(1)).form(),
                        "occurredAt lies more than five minutes ahead of the record's own time"),
                bad(Topics.FORMS_SUBMITTED, AINO, null, "the record has no value"),
                bad(Topics.FORMS_SUBMITTED, AINO, bare, "the form does not say who sent it"),
                bad(
                        Topics.FORMS_SUBMITTED,
                        AINO_PHONE,
                        form,
                        "the record's key is not the subject that its value names"),
                bad(Topics.CONSENT_CHANGES, AINO, null, "the record has no value"),
                bad(Topics.CONSENT_CHANGES, null, letter, "the record's key names no subject"),
                bad(Topics.CONSENT_CHANGES, " ", letter, "the record's key names no subject"),
                bad(
                        Topics.CONSENT_CHANGES,
                        AINO_PHONE,
                        letter,
                        "the record's key is not the subject that its value names"),
                bad(
                        Topics.CONSENT_CHANGES,
                        AINO,
                        ainoWrites(Scope.POST, Will.PROHIBIT)
                                .setOccurredAt(NOON.plus(FIVE_MINUTES).plusMillis(1))
                                .build(),
                        "occurredAt lies more than five minutes ahead of the record's own time"));
    }

    private static <V extends org.apache.avro.specific.SpecificRecord> Arguments bad(
            Topic<V> topic, String key, V value, String problem) {
        return Arguments.of(
                topic, key, new InternalSerde<>(topic.value()).serializer().serialize("", value), problem);
    }

    @ParameterizedTest
    @MethodSource("unprocessable")
    void whatCannotBeProcessedGoesToTheDeadLettersAndTheRestGoesOn(
            Topic<?> topic, String key, byte[] value, String problem) {
        stream.put(
                Topics.CONSENT_CHANGES,
                AINO,
                ainoWrites(Scope.PHONE, Will.PROHIBIT).build());
        stream.put(topic, key, value);

        List<TestRecord<String, DeadLetter>> letters = stream.written(Topics.DEAD_LETTERS);
        assertThat(letters).extracting(TestRecord::key).containsExactly(key);
        assertThat(letters).extracting(TestRecord::value).singleElement().satisfies(letter -> {
            assertThat(letter.getTopic()).isEqualTo(topic.name());
            assertThat(letter.getPartition()).isZero();
            assertThat(letter.getOffset()).isEqualTo(topic == Topics.CONSENT_CHANGES ? 1 : 0);
            assertThat(letter.getRecordTime()).isEqualTo(NOON);
            assertThat(letter.getService()).isEqualTo("consent-stream");
            assertThat(letter.getStage()).isEqualTo(FailedStage.PROCESS);
            assertThat(letter.getProblem()).isEqualTo(problem);
            assertThat(letter.getValue()).isEqualTo(value == null ? null : ByteBuffer.wrap(value));
        });
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).form());
        assertThat(status(Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
        assertThat(stream.deadLetters()).isEmpty();
    }

    @Test
    void fiveMinutesAheadIsStillBelieved() {
        stream.sends(
                aino().says(Scope.EMAIL, Will.GRANT).at(NOON.plus(FIVE_MINUTES)).form());
        stream.says(ainoWrites(Scope.POST, Will.PROHIBIT)
                .setOccurredAt(NOON.plus(FIVE_MINUTES))
                .build());

        assertThat(stream.deadLetters()).isEmpty();
        assertThat(stream.state(AINO).getStatements()).hasSize(2);
    }

    /** A website whose clock is fast, and a no by a clock that is right. */
    @ParameterizedTest
    @EnumSource(
            value = Will.class,
            names = {"WITHDRAW", "PROHIBIT"})
    void aFastClockWinsOverNothingThatWasSaidAfterIt(Will will) {
        stream.sends(
                aino().says(Scope.EMAIL, Will.GRANT).at(NOON.plus(FIVE_MINUTES)).form());
        stream.says(ainoWrites(Scope.MOBILE, Will.GRANT)
                .setContactPointId(AINO_PHONE)
                .setOccurredAt(NOON.plus(FIVE_MINUTES))
                .build());
        for (Scope scope : List.of(Scope.EMAIL, Scope.MOBILE)) {
            assertThat(status(scope)).isEqualTo(ConsentStatus.GRANTED);
            stream.says(ainoWrites(scope, will).setOccurredAt(NOON).build());
            assertThat(status(scope)).isNotEqualTo(ConsentStatus.GRANTED);
        }
    }

    static Stream<Topic<?>> inputs() {
        return Stream.of(Topics.FORMS_INBOX, Topics.FORMS_SUBMITTED, Topics.CONSENT_CHANGES);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void whatIsNoEventGoesToTheDeadLettersAndTheRestGoesOn(Topic<?> topic) {
        stream.put(topic, AINO, GARBAGE);

        assertThat(stream.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.getStage()).isEqualTo(FailedStage.READ);
            assertThat(letter.getTopic()).isEqualTo(topic.name());
            assertThat(letter.getOffset()).isZero();
            assertThat(letter.getValue()).isEqualTo(ByteBuffer.wrap(GARBAGE));
            assertThat(letter.getProblem())
                    .startsWith("the value is not an event this topic takes: ")
                    .doesNotContain("aino", "example.fi");
        });
        stream.sends(aino().says(Scope.EMAIL, Will.GRANT).form());
        assertThat(status(Scope.EMAIL)).isEqualTo(ConsentStatus.GRANTED);
    }

    /** In the history, it would make every question about the past fail. */
    @Test
    void whatTheLawHasNoWordsForIsNotKept() {
        stream.says(ainoWrites(Scope.EMAIL, Will.GRANT).setTopic("newsletter").build());

        assertThat(stream.deadLetters()).singleElement().satisfies(letter -> assertThat(letter.getProblem())
                .contains("topics are within MARKETING_USE"));
        assertThat(History.saidBy(stream.history(), AINO)).isEmpty();
    }

    /** Names of nodes and stores are names of topics and of folders on disk: another name is another, empty, state. */
    @Test
    void theTopologyIsFrozen() throws IOException {
        String description = ConsentTopology.build(
                        "", new TopicSerdes(), IDS, MASTER, PolicyFile.shipped().read(), CONFIRMATIONS)
                .describe()
                .toString();

        assertThat(description)
                .as("The topology is not the one in src/test/resources/consent-topology.txt. If a node or store was"
                        + " renamed without need, take its name back: under another name it starts empty. If the change"
                        + " is meant, say in CHANGELOG.md what a running installation has to do, and copy the description"
                        + " below into the file.")
                .isEqualTo(frozen("/consent-topology.txt"));
    }

    private static String frozen(String resource) throws IOException {
        try (InputStream text = ConsentTopologyTest.class.getResourceAsStream(resource)) {
            return new String(text.readAllBytes(), UTF_8);
        }
    }

    private List<?> written() {
        return Stream.of(Topics.FORMS_SUBMITTED, Topics.CONSENT_CHANGES, Topics.CONSENT_STATE, Topics.DEAD_LETTERS)
                .flatMap(topic -> stream.values(topic).stream())
                .toList();
    }

    private ConsentStatus status(Scope scope) {
        return POLICY.standing(Subjects.of(stream.state(AINO)), Words.same(scope, fi.lupa.permission.Scope.class), NOON)
                .status();
    }
}
