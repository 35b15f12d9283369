package fi.lupa.standalone.replay.options;

import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.kafka.EventProducer;
import fi.lupa.edge.kafka.KafkaClock;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.AuditEvent;
import fi.lupa.event.AuditOutcome;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.read.Source;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;

/** Writes down, before anything is opened, who takes people's data out of the topics. */
public final class ReplayAudit {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ReplayAudit() {}

    /**
     * @param command which of replay's it is
     * @param subjectId whose data; null for everybody's
     * @throws KafkaException if it is not on every in-sync replica
     */
    public static void write(Source source, Principal officer, String command, String subjectId, Instant at) {
        AuditEvent event = AuditEvent.newBuilder()
                .setEventId(UUID.randomUUID())
                .setAt(at.truncatedTo(ChronoUnit.MILLIS))
                .setService("replay")
                .setPrincipal(officer.name())
                .setRoles(List.of(Role.DPO.written()))
                .setSignIn(officer.signIn())
                .setAction("lupa replay " + command + " --open")
                .setSubjectId(subjectId)
                .setOutcome(AuditOutcome.ALLOWED)
                .setRequestId(UUID.randomUUID())
                .build();
        String key = subjectId == null ? officer.name() : subjectId;
        KafkaClock clock = new KafkaClock(Clock.fixed(at, ZoneOffset.UTC));
        try (EventProducer producer =
                new EventProducer(source.client(), source.prefix(), source.serdes(), PATIENCE, clock)) {
            producer.send(Topics.AUDIT_EVENTS, key, event).join();
        } catch (CompletionException | ProblemException e) {
            throw new KafkaException(
                    "It could not be written down on audit.events that personal data is taken out, so none is.", e);
        }
    }
}
