package fi.lupa.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What every test and both services take for granted of a broker and a registry, embedded or in containers. */
class InfrastructureIT {

    @Test
    void aRecordThatTheBrokerAcknowledgedCanBeRead() throws Exception {
        var broker = Infrastructure.bootstrapServers();
        Records.create(broker, "infrastructure.read");
        Records.write(broker, "infrastructure.read", "moi");
        assertThat(Records.read(broker, "infrastructure.read")).containsExactly("moi");
    }

    @Test
    void aSchemaHasOneIdHoweverOftenItIsRegistered() throws Exception {
        var registry = Infrastructure.registryUrl();
        var id = Schemas.register(registry, "infrastructure.id-value", "Once");
        assertThat(Schemas.register(registry, "infrastructure.id-value", "Once"))
                .isEqualTo(id);
        assertThat(Schemas.register(registry, "infrastructure.other-value", "Other"))
                .isNotEqualTo(id);
    }

    @Test
    void aBrokerComesBackAtItsAddressWithItsRecords() throws Exception {
        try (var broker = Infrastructure.ownBroker()) {
            Records.create(broker.address(), "outage");
            Records.write(broker.address(), "outage", "before");
            broker.stop();
            broker.start();
            Records.write(broker.address(), "outage", "after");
            assertThat(Records.read(broker.address(), "outage")).containsExactly("before", "after");
        }
    }

    @Test
    void aRegistryComesBackAtItsAddressWithItsIds() throws Exception {
        try (var registry = Infrastructure.ownRegistry()) {
            var first = Schemas.register(registry.address(), "outage-value", "First");
            var last = Schemas.register(registry.address(), "outage-key", "Last");
            registry.stop();
            registry.start();
            assertThat(Schemas.register(registry.address(), "outage-value", "First"))
                    .isEqualTo(first);
            assertThat(Schemas.register(registry.address(), "outage-key", "Last"))
                    .isEqualTo(last);
            assertThat(Schemas.register(registry.address(), "outage-other", "Fresh"))
                    .isNotIn(first, last);
        }
    }
}
