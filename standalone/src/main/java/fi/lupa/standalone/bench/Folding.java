package fi.lupa.standalone.bench;

import fi.lupa.consent.confirmation.Confirmations;
import fi.lupa.consent.topology.ConsentTopology;
import fi.lupa.edge.streams.StreamsRuntime.Guarantee;
import fi.lupa.event.ConsentState;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.Topology;

/** Measures the consent topology as it folds statements into states. */
final class Folding {

    /** What the topology reads and writes. */
    static final List<Topic<?>> TOPICS = List.of(
            Topics.FORMS_INBOX,
            Topics.FORMS_SUBMITTED,
            Topics.CONSENT_CHANGES,
            Topics.CONSENT_STATE,
            Topics.CONSENT_STOPS,
            Topics.SUBJECT_LINKS,
            Topics.SUBJECT_NOTES,
            Topics.SUBJECT_KEYS,
            Topics.SUBJECT_RIGHTS,
            Topics.CAMPAIGN_MESSAGES,
            Topics.CAMPAIGN_CONTACTS,
            Topics.DEAD_LETTERS);

    /** Nothing of the workload is asked to be confirmed. */
    private static final Confirmations CONFIRMATIONS =
            new Confirmations(URI.create("http://127.0.0.1"), Duration.ofDays(3));

    private Folding() {}

    static Measured measure(Site site) throws InterruptedException {
        Workload workload = site.workload();
        Topology topology = ConsentTopology.build(
                site.prefix(), site.serdes(), Site.subjectIds(), Site.masterKey(), Site.policy(), CONFIRMATIONS);
        try (HeldTopology consentStream = site.start("consent-stream", Guarantee.AT_LEAST_ONCE, topology)) {
            consentStream.hold();
            site.fill(
                    Topics.CONSENT_CHANGES,
                    workload.statements(),
                    statement -> workload.subjectId(workload.speaker(statement)),
                    workload::statement);
            List<TopicPartition> states = site.partitions(Topics.CONSENT_STATE);
            Progress progress = site.progress("folding", workload.statements());
            Stopwatch watch = site.cluster().stopwatch();
            consentStream.release();
            // Each statement publishes its subject's state, outside of any transaction.
            progress.await(() -> site.cluster().written(states));
            return watch.stop(workload.statements());
        }
    }

    /** Adds what is not as it should be: every subject has one state, changed once by each of their statements. */
    static void check(Site site, List<String> faults) {
        Workload workload = site.workload();
        long[] missing = new long[workload.subjects()];
        for (int statement = 0; statement < workload.statements(); statement++) {
            missing[workload.speaker(statement)]++;
        }
        long[] revisions = new long[workload.subjects()];
        try (Deserializer<ConsentState> deserializer =
                site.serdes().of(Topics.CONSENT_STATE).deserializer()) {
            site.cluster().read(site.partitions(Topics.CONSENT_STATE), record -> {
                ConsentState state = deserializer.deserialize(record.topic(), record.value());
                revisions[workload.subjectOf(state.getSubjectId())] = state.getRevision();
            });
        }
        Arrays.setAll(missing, subject -> missing[subject] - revisions[subject]);
        long wrong = Arrays.stream(missing).filter(count -> count != 0).count();
        if (wrong > 0) {
            faults.add(String.format(
                    Locale.ROOT,
                    "%,d of %,d subjects have no state, or one that has not taken in all they said once.",
                    wrong,
                    workload.subjects()));
        }
    }
}
