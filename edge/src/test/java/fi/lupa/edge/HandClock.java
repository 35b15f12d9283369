package fi.lupa.edge;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that a test sets; noon until then. */
public class HandClock extends Clock {

    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");

    public volatile Instant at = NOON;

    @Override
    public Instant instant() {
        return at;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
