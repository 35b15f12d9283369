package fi.lupa.standalone.bench;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.export.Export;
import fi.lupa.standalone.replay.read.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.KafkaException;

/** Measures the export of the statements to Parquet, and beside it a plain consumer that reads the same records. */
final class Replaying {

    /** What an export reads: the statements, and who was erased. */
    static final List<Topic<?>> TOPICS = List.of(Topics.CONSENT_CHANGES, Topics.SUBJECT_RIGHTS);

    private Replaying() {}

    static Measured read(Site site) {
        Stopwatch watch = site.cluster().stopwatch();
        return watch.stop(site.cluster().read(site.partitions(Topics.CONSENT_CHANGES), record -> {}));
    }

    /** Adds a fault unless every record has become a row. */
    static Measured export(Site site, List<String> faults) {
        BenchSerdes serdes = site.serdes();
        Source source = Source.ofToday(site.cluster().client(), site.prefix(), serdes, serdes.registry());
        Path file = site.folder().resolve("statements.parquet");
        try {
            Files.createDirectories(site.folder());
            Stopwatch watch = site.cluster().stopwatch();
            long rows = Export.toParquet(source, Topics.CONSENT_CHANGES, file, site.err());
            Measured measured = watch.stop(rows);
            Files.delete(file);
            if (rows != site.workload().statements()) {
                faults.add(String.format(
                        Locale.ROOT,
                        "An export of the %,d statements has %,d rows.",
                        site.workload().statements(),
                        rows));
            }
            return measured;
        } catch (IOException e) {
            throw new KafkaException("The export's file could not be written.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while exporting.", e);
        } catch (Exception e) {
            throw new KafkaException("The export failed: " + e.getMessage(), e);
        }
    }
}
