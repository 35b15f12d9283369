package fi.lupa.standalone.replay.read;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Door;
import fi.lupa.event.Will;
import fi.lupa.permission.Scope;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.options.PeriodOptions;
import java.time.Instant;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Which records an export takes. */
class FiltersTest {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final Topic<?> STATEMENTS = Topics.CONSENT_CHANGES;
    private static final long LOG_TIME = NOON.plusSeconds(3_600).toEpochMilli();

    @Test
    void aPeriodTakesItsFirstMomentAndNotTheOneAfterItsLast() {
        assertThat(takes("--from=2026-03-02T12:00:00Z")).isTrue();
        assertThat(takes("--from=2026-03-02T12:00:00.001Z")).isFalse();
        assertThat(takes("--until=2026-03-02T12:00:00Z")).isFalse();
        assertThat(takes("--until=2026-03-02T12:00:00.001Z")).isTrue();
    }

    @Test
    void theLogTellsAnotherTimeThanTheEvent() {
        assertThat(takes("--from=2026-03-02T12:30:00Z")).isFalse();
        assertThat(takes("--from=2026-03-02T12:30:00Z", "--by=log")).isTrue();
        assertThat(takes("--until=2026-03-02T12:30:00Z", "--by=log")).isFalse();
    }

    @Test
    void aDayIsItsBeginningWhereTheCompanyIs() {
        assertThat(filters("--from=2026-03-02").from()).isEqualTo(Instant.parse("2026-03-01T22:00:00Z"));
        assertThat(filters("--from=2026-03-02", "--time-zone=UTC").from())
                .isEqualTo(Instant.parse("2026-03-02T00:00:00Z"));
    }

    @Test
    void whoAndWhatItIsAbout() {
        assertThat(takes("--subject=aino")).isTrue();
        assertThat(takes("--subject=eino")).isFalse();
        assertThat(takes("--scope=email")).isTrue();
        assertThat(takes("--scope=PHONE")).isFalse();
    }

    @Test
    void aTombstoneIsTakenByItsKeyAndTime() {
        assertThat(filters("--subject=aino").take(Topics.CONSENT_STATE, "aino", null, LOG_TIME))
                .isTrue();
        assertThat(filters("--subject=aino").take(Topics.CONSENT_STATE, "eino", null, LOG_TIME))
                .isFalse();
        assertThat(filters("--scope=EMAIL").take(Topics.CONSENT_STATE, "aino", null, LOG_TIME))
                .isFalse();
    }

    @Test
    void topicsThatTellNothingOfItAreNoPartOfIt() {
        assertThat(Topics.all().stream()
                        .filter(filters("--campaign=spring")::canTell)
                        .map(Topic::name))
                .contains("campaign.messages", "campaign.suppressed", "campaign.contacts", "campaign.definitions")
                .doesNotContain("consent.changes", "consent.state", "audit.events");
        assertThat(Topics.all().stream()
                        .filter(filters("--form=newsletter")::canTell)
                        .map(Topic::name))
                .containsExactly("forms.inbox", "forms.submitted", "consent.changes");
    }

    @Test
    void whatIsWrittenWronglyIsToldAllAtOnce() {
        PeriodOptions options = new PeriodOptions();
        new CommandLine(new Holder(options)).parseArgs("--from=yesterday", "--by=moon", "--scope=FAX");
        assertThat(options.faults())
                .containsExactly(
                        "--from is \"yesterday\"; write it as 2026-03-01 or 2026-03-01T12:00:00Z.",
                        "--by is \"moon\"; write event or log.",
                        "--scope is \"FAX\"; there are EMAIL, MOBILE, PHONE, POST, MARKET_RESEARCH, MARKETING_USE, WEB_ANALYTICS.");
        PeriodOptions backwards = new PeriodOptions();
        new CommandLine(new Holder(backwards)).parseArgs("--from=2026-03-02", "--until=2026-03-01");
        assertThat(backwards.faults()).containsExactly("--until is not after --from; nothing lies between.");
    }

    private static boolean takes(String... options) {
        return filters(options).take(STATEMENTS, "aino", statement(), LOG_TIME);
    }

    private static Filters filters(String... options) {
        PeriodOptions period = new PeriodOptions();
        new CommandLine(new Holder(period)).parseArgs(options);
        assertThat(period.faults()).isEmpty();
        return period.filters();
    }

    @CommandLine.Command
    private static final class Holder {
        @CommandLine.Mixin
        private final PeriodOptions period;

        Holder(PeriodOptions period) {
            this.period = period;
        }
    }

    /** As it is read: generically. */
    private static IndexedRecord statement() {
        ConsentChanged said = ConsentChanged.newBuilder()
                .setEventId(UUID.randomUUID())
                .setSubjectId("aino")
                .setScope(fi.lupa.event.Scope.valueOf(Scope.EMAIL.name()))
                .setWill(Will.GRANT)
                .setOccurredAt(NOON)
                .setRecordedAt(NOON)
                .setDoor(Door.FORM)
                .build();
        Schema schema = said.getSchema();
        GenericData.Record generic = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            Object value = said.get(field.pos());
            generic.put(field.pos(), value instanceof Instant at ? (Object) at.toEpochMilli() : value);
        }
        return generic;
    }
}
