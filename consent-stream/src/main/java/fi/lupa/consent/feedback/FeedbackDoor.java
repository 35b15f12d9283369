package fi.lupa.consent.feedback;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.consent.identity.ClockSkew;
import fi.lupa.edge.access.Access;
import fi.lupa.edge.http.Fault;
import fi.lupa.edge.http.Json;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.http.Read;
import fi.lupa.edge.identity.ParsedIdentifier;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.identity.SubjectIds.Identifiers;
import fi.lupa.edge.kafka.EventWriter;
import fi.lupa.edge.keys.Role;
import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.schemas.topic.Topics;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/feedback}: what came back becomes a stop of the address or number, under whichever name it is known. From
 * whoever carries messages out, or as a mail provider's own webhook.
 */
public final class FeedbackDoor {

    private static final Logger LOG = LoggerFactory.getLogger(FeedbackDoor.class);

    private static final String UNREADABLE =
            "This cannot be read; feedback is a JSON object, several stand on a line each.";

    private final Access access;
    private final SubjectIds ids;
    private final EventWriter writer;
    private final Clock clock;

    public FeedbackDoor(Access access, SubjectIds ids, EventWriter writer, Clock clock) {
        this.access = access;
        this.ids = ids;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * The answer, once every stop is on disk.
     *
     * @param recorded how many stops
     * @param ignored of a provider's: addresses that are none, and so nobody's
     */
    record Taken(int recorded, int ignored) {}

    public void mount(RoutesConfig routes) {
        routes.post("/v1/feedback", this::post, Role.CAMPAIGN);
        for (MailProvider provider : MailProvider.values()) {
            routes.post(
                    "/v1/feedback/" + provider.name().toLowerCase(Locale.ROOT),
                    ctx -> webhook(ctx, provider),
                    Role.CAMPAIGN);
        }
    }

    private void post(Context ctx) {
        String recorder = access.require(ctx, Role.CAMPAIGN).name();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Read<Feedback>> told = read(ctx);
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            faults.addAll(faults(told.get(i), i, told.size() == 1 ? "" : "[" + i + "].", now));
        }
        if (!faults.isEmpty()) {
            throw ProblemException.badRequest(faults);
        }
        write(ctx, told.stream().map(one -> stop(one.value(), recorder, now)).toList(), 0);
    }

    /** A provider sends again until it is answered well: what cannot be used is counted, and not asked for again. */
    private void webhook(Context ctx, MailProvider provider) {
        String recorder = access.require(ctx, Role.CAMPAIGN).name();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<Feedback> told;
        try {
            var body = Json.MAPPER.readTree(ctx.bodyAsBytes());
            confirmable(body.path("SubscribeURL").asText());
            told = provider.read(body);
        } catch (IOException e) {
            throw ProblemException.badRequest(List.of(new Fault(null, "This is not JSON as the provider sends it.")));
        }
        List<ConsentChanged> stops = told.stream()
                .filter(one -> ids.id(pointOf(one)) != null)
                .map(one -> stop(one, recorder, now))
                .toList();
        write(ctx, stops, told.size() - stops.size());
    }

    /** Amazon SNS sends nothing before somebody has opened this address. */
    private static void confirmable(String url) {
        if (url.matches("https://sns\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?/[!-~]*")) {
            LOG.info("Amazon SNS asks whether it may send feedback here; if it may, open {}", url);
        }
    }

    private static List<Read<Feedback>> read(Context ctx) {
        List<Read<Feedback>> told = Json.readAll(ctx, Feedback.class);
        if (told.isEmpty() || ctx.body().stripLeading().startsWith("[")) {
            throw ProblemException.badRequest(List.of(new Fault("[0]", UNREADABLE)));
        }
        return told;
    }

    private List<Fault> faults(Read<Feedback> told, int i, String path, Instant now) {
        if (told.value() == null) {
            return told.faults().isEmpty()
                    ? List.of(new Fault("[" + i + "]", UNREADABLE))
                    : told.under(path).faults();
        }
        List<Fault> faults = new ArrayList<>();
        check(faults, told.value(), path, now);
        return told.under(path).and(faults);
    }

    private void check(List<Fault> faults, Feedback told, String path, Instant now) {
        if (told.kind() == null) {
            faults.add(new Fault(
                    path + "kind", "Say what happened: one of " + Arrays.toString(Feedback.Kind.values()) + "."));
        }
        if (told.channel() == null) {
            faults.add(new Fault(
                    path + "channel",
                    "Say on which channel: one of " + Arrays.toString(Feedback.Channel.values()) + "."));
        } else {
            ParsedIdentifier point = pointOf(told);
            String field = path + (told.channel() == Feedback.Channel.EMAIL ? "email" : "phone");
            if (point == null) {
                faults.add(new Fault(field, "Say which address or number it was."));
            } else if (point instanceof ParsedIdentifier.Invalid invalid) {
                faults.add(new Fault(field, invalid.why()));
            }
        }
        if (told.id() != null && !told.id().matches("\\S{1,128}")) {
            faults.add(new Fault(path + "id", "An id is 1 to 128 characters without spaces."));
        }
        if (told.occurredAt() != null && ClockSkew.isTooFarAhead(told.occurredAt(), now)) {
            faults.add(new Fault(path + "occurredAt", "This moment lies more than five minutes in the future."));
        }
    }

    /** The address or number it is about; null where none is named. */
    private ParsedIdentifier pointOf(Feedback told) {
        Identifiers named = told.channel() == Feedback.Channel.EMAIL
                ? ids.read(null, told.email(), null)
                : ids.read(null, null, told.phone());
        return told.channel() == Feedback.Channel.EMAIL ? named.email() : named.phone();
    }

    /** Whatever comes back, nothing more goes there by this channel; told again, it is the same stop. */
    private ConsentChanged stop(Feedback told, String recorder, Instant now) {
        String contactPoint = ids.id(pointOf(told));
        boolean usable = told.occurredAt() != null
                && !told.occurredAt().isBefore(Instant.EPOCH)
                && !told.occurredAt().isAfter(now);
        UUID eventId = told.id() == null
                ? UUID.randomUUID()
                : UUID.nameUUIDFromBytes(String.join(
                                "/",
                                recorder,
                                "feedback",
                                told.id(),
                                told.channel().name(),
                                contactPoint)
                        .getBytes(UTF_8));
        return ConsentChanged.newBuilder()
                .setEventId(eventId)
                .setSubjectId(contactPoint)
                .setScope(Scope.valueOf(told.channel().name()))
                .setWill(Will.PROHIBIT)
                .setContactPointId(contactPoint)
                .setOccurredAt(usable ? told.occurredAt().truncatedTo(ChronoUnit.MILLIS) : now)
                .setRecordedAt(now)
                .setDoor(told.kind().door)
                .setRecordedBy(recorder)
                .setEvidence(told.id())
                .build();
    }

    private void write(Context ctx, List<ConsentChanged> stops, int ignored) {
        ctx.future(() -> CompletableFuture.allOf(stops.stream()
                        .map(stop -> access.record(ctx, stop.getSubjectId())
                                .thenCompose(
                                        recorded -> writer.send(Topics.CONSENT_CHANGES, stop.getSubjectId(), stop)))
                        .toArray(CompletableFuture[]::new))
                .thenAccept(written -> ctx.status(202).json(new Taken(stops.size(), ignored))));
    }
}
