package fi.lupa.standalone.embedded;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/** Keeps out of the log the warning that a broker gives at every clean close, by a logger that clients need for real ones. */
public final class BrokerChatter extends Filter<ILoggingEvent> {

    @Override
    public FilterReply decide(ILoggingEvent event) {
        var noise =
                event.getFormattedMessage().endsWith("Attempting to close NetworkClient that has already been closed.");
        return noise ? FilterReply.DENY : FilterReply.NEUTRAL;
    }
}
