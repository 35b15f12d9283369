package fi.lupa.consent.archive;

import fi.lupa.event.ConsentChanged;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.state.HostInfo;

/** Everything that was ever said, spread over the instances. */
public interface Archive {

    /** The other instance that holds what a subject said; empty if this one does. */
    Optional<HostInfo> holder(String subjectId);

    /** What this instance holds of what was said under an id, in no order. */
    List<ConsentChanged> saidUnder(String subjectId);
}
