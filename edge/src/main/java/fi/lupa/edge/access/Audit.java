package fi.lupa.edge.access;

import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.AuditEvent;
import fi.lupa.event.AuditOutcome;
import fi.lupa.event.SignIn;
import fi.lupa.schemas.topic.Topics;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.KafkaException;

/** Writes down who saw or changed whose data, and who was refused, and when a service started. */
public final class Audit {
    private final String service;
    private final EventWriter writer;
    private final Clock clock;

    /** @param service whose doors these are */
    public Audit(String service, EventWriter writer, Clock clock) {
        this.service = service;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * Writes one event.
     *
     * @return completes when it is written on every in-sync replica; fails with a {@link ProblemException} otherwise
     */
    CompletableFuture<Void> write(
            Context ctx, Principal principal, Collection<Role> roles, String subjectId, AuditOutcome outcome) {
        return write(AuditEvent.newBuilder()
                .setPrincipal(principal.name())
                .setRoles(roles.stream().sorted().map(Role::written).toList())
                .setSignIn(principal.signIn())
                .setAction(action(ctx))
                .setSubjectId(subjectId)
                .setOutcome(outcome)
                .setRequestId(RequestId.of(ctx)));
    }

    /**
     * Records that the service starts, before it does anything: from Kafka's answer on, its clock is right.
     *
     * @throws KafkaException if it cannot be recorded
     */
    public void recordStart() {
        try {
            writeStart().exceptionallyCompose(timedWrongly -> writeStart()).join();
        } catch (CompletionException e) {
            throw new KafkaException("The start could not be recorded on Kafka; start it again later.", e);
        }
    }

    private CompletableFuture<Void> writeStart() {
        return write(AuditEvent.newBuilder()
                .setPrincipal(service)
                .setRoles(List.of())
                .setSignIn(SignIn.OTHER)
                .setAction("START")
                .setOutcome(AuditOutcome.ALLOWED)
                .setRequestId(UUID.randomUUID()));
    }

    private CompletableFuture<Void> write(AuditEvent.Builder what) {
        AuditEvent event = what.setEventId(UUID.randomUUID())
                .setAt(clock.instant().truncatedTo(ChronoUnit.MILLIS))
                .setService(service)
                .build();
        String key = Objects.requireNonNullElse(event.getSubjectId(), event.getPrincipal());
        return writer.send(Topics.AUDIT_EVENTS, key, event).thenAccept(written -> {});
    }

    // The route's template: the path itself may hold what was asked for.
    private static String action(Context ctx) {
        Endpoint endpoint = ctx.endpoints().matchedHttpEndpoint();
        return ctx.method().name() + " " + (endpoint == null ? "unmatched" : endpoint.path);
    }
}
