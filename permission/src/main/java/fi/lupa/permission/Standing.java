package fi.lupa.permission;

import java.time.Instant;

/**
 * Where a scope stands, and the statement that made it so.
 *
 * @param because null where nothing was said
 */
public record Standing(ConsentStatus status, Statement because) {

    static final Standing NEVER_ASKED = new Standing(ConsentStatus.NEVER_ASKED, null);

    public boolean is(ConsentStatus status) {
        return this.status == status;
    }

    /** Since when, or null where nothing was said. */
    public Instant since() {
        return because == null ? null : because.occurredAt();
    }
}
