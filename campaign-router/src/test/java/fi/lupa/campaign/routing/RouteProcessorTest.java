package fi.lupa.campaign.routing;

import static fi.lupa.campaign.People.AINO;
import static fi.lupa.campaign.People.AINO_EMAIL;
import static fi.lupa.campaign.People.AINO_PHONE;
import static fi.lupa.campaign.People.AINO_POSTAL;
import static fi.lupa.campaign.People.IDS;
import static fi.lupa.campaign.People.NOON;
import static fi.lupa.campaign.People.aino;
import static fi.lupa.campaign.People.spring;
import static fi.lupa.campaign.People.toAino;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.campaign.People;
import fi.lupa.campaign.decision.StoredState;
import fi.lupa.event.CampaignDefined;
import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.event.ConsentState;
import fi.lupa.event.ContactMade;
import fi.lupa.event.ContactPointStop;
import fi.lupa.event.ContactsMade;
import fi.lupa.event.Door;
import fi.lupa.event.HeldMessage;
import fi.lupa.event.MessageCleared;
import fi.lupa.event.MessagePersonalData;
import fi.lupa.event.MessageSuppressed;
import fi.lupa.event.Processor;
import fi.lupa.event.Purpose;
import fi.lupa.event.Reason;
import fi.lupa.event.Scope;
import fi.lupa.event.StatementInForce;
import fi.lupa.event.SubjectKind;
import fi.lupa.event.TransferBasis;
import fi.lupa.event.Will;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Stops;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.InternalSerde;
import fi.lupa.schemas.mapping.Campaigns;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.schemas.mapping.Words;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** The router obeys: whatever the campaign, the state and the message, its outcome is the policy's verdict. */
class RouteProcessorTest {

    @Property
    void theOutcomeIsThePolicysVerdict(
            @ForAll("campaigns") CampaignDefined campaign,
            @ForAll("states") ConsentState state,
            @ForAll("messages") CampaignMessage message) {
        Verdict verdict = People.POLICY.decide(
                new Enquiry(
                        Words.same(message.getChannel(), fi.lupa.permission.Channel.class),
                        asked(message),
                        message.getExpiresAt()),
                campaign == null ? null : Campaigns.of(campaign),
                state == null ? null : Subjects.of(state),
                Stops.NONE,
                NOON);

        SpecificRecord outcome = routed(campaign, state, message);

        if (verdict instanceof Verdict.Cleared cleared) {
            assertThat(outcome).isInstanceOfSatisfying(MessageCleared.class, out -> {
                assertThat(out.getContactPointId())
                        .isEqualTo(cleared.contactPoint().id());
                assertThat(out.getNotAfter()).isEqualTo(cleared.notAfter());
                assertThat(out.getConsentRevision()).isEqualTo(cleared.consentRevision());
            });
        } else {
            assertThat(outcome).isInstanceOfSatisfying(MessageSuppressed.class, out -> assertThat(out.getReasons())
                    .extracting(Reason::name)
                    .isEqualTo(((Verdict.Suppressed) verdict)
                            .reasons().stream().map(Enum::name).toList()));
        }
    }

    @Example
    void aStateThatCannotBeReadPermitsNothing() {
        Deserializer<ConsentState> broken = (topic, bytes) -> {
            throw new SerializationException("a value that nobody can read");
        };
        ConsentState state = aino().consentsToEmailAndMobile().state();

        SpecificRecord outcome = routed(
                spring().build(),
                state,
                toAino(Channel.EMAIL).build(),
                Serdes.serdeFrom(new InternalSerde<>(ConsentState.class).serializer(), broken));

        assertThat(outcome).isInstanceOfSatisfying(MessageSuppressed.class, out -> assertThat(out.getReasons())
                .containsExactly(Reason.STATE_UNAVAILABLE));
    }

    private static String asked(CampaignMessage message) {
        return switch (message.getChannel()) {
            case EMAIL ->
                IDS.id(IDS.read(null, message.getPersonal().getEmail(), null).email());
            case MOBILE, PHONE ->
                IDS.id(IDS.read(null, null, message.getPersonal().getPhone()).phone());
            case POST -> null;
        };
    }

    private static SpecificRecord routed(CampaignDefined campaign, ConsentState state, CampaignMessage message) {
        return routed(campaign, state, message, new InternalSerde<>(ConsentState.class));
    }

    private static SpecificRecord routed(
            CampaignDefined campaign, ConsentState state, CampaignMessage message, Serde<ConsentState> stateSerde) {
        MockProcessorContext<String, SpecificRecord> context = new MockProcessorContext<>();
        KeyValueStore<String, StoredState> states =
                store(context, RouterTopology.CONSENT_STATE, StoredState.serde(stateSerde));
        KeyValueStore<String, CampaignDefined> campaigns =
                store(context, RouterTopology.CAMPAIGNS, new InternalSerde<>(CampaignDefined.class));
        store(context, RouterTopology.STOPS, new InternalSerde<>(ContactPointStop.class));
        store(context, RouterTopology.CONTACTS, new InternalSerde<>(ContactsMade.class));
        store(context, RouterTopology.HELD, new InternalSerde<>(HeldMessage.class));
        store(context, RouterTopology.TALLIES, Serdes.Long());
        context.setRecordMetadata(Topics.CAMPAIGN_READDRESSED.name(), 0, 17);
        if (state != null) {
            states.put(AINO, StoredState.of(state));
        }
        if (campaign != null) {
            campaigns.put(campaign.getCampaignId(), campaign);
        }
        RouteProcessor route = new RouteProcessor(
                People.DECISIONS,
                People.LINKS,
                new Recipients(IDS),
                new Stopped(),
                new Books(new SimpleMeterRegistry()),
                () -> true,
                Clock.fixed(NOON, ZoneOffset.UTC),
                Topics.CAMPAIGN_READDRESSED.name());
        route.init(context);

        route.process(new Record<>(AINO, message, NOON.toEpochMilli()));

        List<SpecificRecord> outcomes = context.forwarded().stream()
                .<SpecificRecord>map(forwarded -> forwarded.record().value())
                .filter(outcome -> !(outcome instanceof ContactMade))
                .toList();
        assertThat(outcomes).hasSize(1);
        return outcomes.get(0);
    }

    private static <V> KeyValueStore<String, V> store(
            MockProcessorContext<String, SpecificRecord> context, String name, Serde<V> serde) {
        KeyValueStore<String, V> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), Serdes.String(), serde)
                .withLoggingDisabled()
                .build();
        store.init(context.getStateStoreContext(), store);
        context.addStateStore(store);
        return store;
    }

    @Provide
    Arbitrary<CampaignDefined> campaigns() {
        return Combinators.combine(
                        Arbitraries.of(Purpose.class),
                        Arbitraries.of(Channel.class).set().ofMinSize(2),
                        Arbitraries.of("FI", "US", "BR"),
                        Arbitraries.of(TransferBasis.class),
                        moments(),
                        moments().injectNull(0.7))
                .as((purpose, channels, country, basis, from, until) -> spring().setPurpose(purpose)
                        .setChannels(List.copyOf(channels))
                        .setProcessor(Processor.newBuilder()
                                .setName("Posti Oy")
                                .setCountry(country)
                                .setTransferBasis(basis)
                                .build())
                        .setValidFrom(from)
                        .setValidUntil(until)
                        .build())
                .injectNull(0.1);
    }

    @Provide
    Arbitrary<ConsentState> states() {
        return Combinators.combine(
                        statements().list().ofMaxSize(6),
                        Arbitraries.of(SubjectKind.class),
                        Arbitraries.of(AINO_EMAIL, AINO_PHONE, AINO_POSTAL).set())
                .as((statements, kind, reached) -> ConsentState.newBuilder(aino().state())
                        .setStatements(statements)
                        .setKind(kind)
                        .setContactPoints(reachedAt(reached))
                        .build())
                .injectNull(0.1);
    }

    private static List<fi.lupa.event.KnownContactPoint> reachedAt(Set<String> reached) {
        return aino().state().getContactPoints().stream()
                .filter(point -> reached.contains(point.getId()))
                .toList();
    }

    private static Arbitrary<StatementInForce> statements() {
        return Combinators.combine(
                        Arbitraries.of(Scope.class),
                        Arbitraries.of(Will.class).filter(will -> will != Will.INVALIDATE),
                        Arbitraries.of(AINO_EMAIL, AINO_PHONE, AINO_POSTAL).injectNull(0.5),
                        moments(),
                        Arbitraries.of(true, false))
                .as((scope, will, point, at, awaits) -> StatementInForce.newBuilder()
                        .setScope(scope)
                        .setWill(will)
                        .setContactPointId(point)
                        .setAwaitsConfirmation(awaits && will == Will.GRANT)
                        .setOccurredAt(at)
                        .setRecordedAt(at)
                        .setDoor(Door.FORM)
                        .setEventId(new UUID(0, 1))
                        .build());
    }

    @Provide
    Arbitrary<CampaignMessage> messages() {
        return Combinators.combine(
                        Arbitraries.of(Channel.class),
                        Arbitraries.of("aino@example.fi", "eero@example.fi").injectNull(0.7),
                        Arbitraries.of("+358401234567", "+358501234567").injectNull(0.7),
                        moments().injectNull(0.7))
                .as((channel, email, phone, expiresAt) -> toAino(channel)
                        .setPersonal(MessagePersonalData.newBuilder()
                                .setEmail(email)
                                .setPhone(phone)
                                .build())
                        .setExpiresAt(expiresAt)
                        .build());
    }

    private static Arbitrary<Instant> moments() {
        return Arbitraries.integers().between(-3, 3).map(NOON::plusSeconds);
    }
}
