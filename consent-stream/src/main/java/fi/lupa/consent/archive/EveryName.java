package fi.lupa.consent.archive;

import static java.nio.charset.StandardCharsets.UTF_8;

import fi.lupa.event.ConsentChanged;
import fi.lupa.event.Will;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A no under every name that is the person's own: an address or number may be parted from whom it stands for, or given by
 * somebody else too, and a consent beneath must not count again.
 */
public final class EveryName {

    /** A no that is recorded again counts from its latest record, so what is recorded a moment later is never what is shown. */
    private static final long A_MOMENT = 1;

    /** Tells under which names a person is known. */
    @FunctionalInterface
    public interface Names {

        /** Every name that is the person's own, of the subject or of the one that stands for it; empty where nothing is known. */
        CompletableFuture<Set<String>> of(Context ctx, String subjectId, Instant now);
    }

    private EveryName() {}

    /** Whether it says no to a whole scope or topic; what is said for one address or number binds that one. */
    public static boolean saysNo(ConsentChanged said) {
        return said.getContactPointId() == null && (said.getWill() == Will.PROHIBIT || said.getWill() == Will.WITHDRAW);
    }

    /** The same no, or the correction of it, under the other names; given the same names the same, ids included. */
    public static List<ConsentChanged> repeated(ConsentChanged said, Collection<String> names) {
        return names.stream()
                .filter(name -> !name.equals(said.getSubjectId()))
                .map(name -> ConsentChanged.newBuilder(said)
                        .setEventId(under(name, said.getEventId()))
                        .setSubjectId(name)
                        .setRecordedAt(said.getRecordedAt().plusMillis(A_MOMENT))
                        .setCausedBy(said.getEventId())
                        .setAbout(said.getAbout() == null ? null : under(name, said.getAbout()))
                        .build())
                .toList();
    }

    private static UUID under(String name, UUID eventId) {
        return UUID.nameUUIDFromBytes((eventId + "/under/" + name).getBytes(UTF_8));
    }
}
