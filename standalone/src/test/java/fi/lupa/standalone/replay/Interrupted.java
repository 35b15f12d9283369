package fi.lupa.standalone.replay;

import fi.lupa.edge.kafka.Installation;
import fi.lupa.schemas.registry.RegistryClient;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.progress.ProgressBar;
import fi.lupa.standalone.replay.asof.AsOf;
import fi.lupa.standalone.replay.export.Export;
import fi.lupa.standalone.replay.export.RowGatherer;
import fi.lupa.standalone.replay.gather.EventGatherer;
import fi.lupa.standalone.replay.gather.GatheredEvents;
import fi.lupa.standalone.replay.gather.GatheredPeople;
import fi.lupa.standalone.replay.open.Opening;
import fi.lupa.standalone.replay.read.EventReader;
import fi.lupa.standalone.replay.read.Filters;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.Source;
import fi.lupa.standalone.replay.read.TopicReader;
import fi.lupa.standalone.replay.table.Staging;
import fi.lupa.standalone.replay.table.Target;
import fi.lupa.standalone.replay.whatif.WhatIf;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * What a replay leaves that is killed while it reads: its files as they are on disk at that moment, taken before it can close
 * them.
 */
public final class Interrupted {

    private static final int KEPT_EVERY = 10;
    private static final PrintWriter NOWHERE = new PrintWriter(Writer.nullWriter());

    private final Source source;

    private static final class Killed extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** @param registry where the installation's schemas are */
    public Interrupted(Installation installation, RegistryClient registry) {
        Source found = Source.of(installation, registry);
        // A record a time, so that something is read and something is not.
        Map<String, Object> slow = new HashMap<>(found.client());
        slow.put("fetch.max.bytes", 1);
        this.source = new Source(slow, found.prefix(), found.serdes(), found.registry(), found.versions());
    }

    /** Of {@code as-of}, at the given one of the statements that it reads. */
    public void asOf(Path to, int at) throws Exception {
        Path file = Target.of(to, null, 1).beside("events");
        try (TopicReader reader = source.reader();
                GatheredEvents gathered = new GatheredEvents(file)) {
            GatheredPeople people = new GatheredPeople(gathered);
            EventGatherer reading = people.readBy(new EventGatherer(source.serdes(), gathered, KEPT_EVERY));
            int[] count = {0};
            reading.on(Topics.CONSENT_CHANGES, (record, said) -> {
                people.said(record, said);
                if (++count[0] == at) {
                    kill(file);
                }
            });
            reading.read(reader, AsOf.REQUEST, NOWHERE);
            throw new AssertionError("it was to be killed");
        } catch (Killed e) {
            asItWasLeft(file);
        }
    }

    /** Of {@code what-if} of all that was ever decided, at the given one of the contacts that it reads. */
    public void whatIf(Path to, int at) throws Exception {
        Path file = Target.of(to, null, 1).beside("events");
        try (TopicReader reader = source.reader();
                GatheredEvents gathered = new GatheredEvents(file)) {
            WhatIf whatIf = new WhatIf(gathered, null, null);
            EventGatherer reading = whatIf.readBy(new EventGatherer(source.serdes(), gathered, KEPT_EVERY));
            int[] count = {0};
            reading.on(Topics.CAMPAIGN_CONTACTS, (record, made) -> {
                whatIf.contact(made);
                if (++count[0] == at) {
                    kill(file);
                }
            });
            reading.read(reader, whatIf.request(), NOWHERE);
            throw new AssertionError("it was to be killed");
        } catch (Killed e) {
            asItWasLeft(file);
        }
    }

    /** Of {@code export} of a topic, when its first partition is read. */
    public void export(Topic<?> topic, Path to) throws Exception {
        Target target = Target.of(to, null, 1);
        Filters all = new Filters(null, null, false, null, null, null, null);
        try (TopicReader reader = source.reader();
                Opening opening = new Opening(Map.of(), null);
                Staging staging = new Staging(target.gathered(), true)) {
            String request = new Export(source, all, null, NOWHERE, false).request(List.of(topic), opening);
            List<PartitionSpan> spans = staging.positions().goOn(request, reader.spans(List.of(topic)), NOWHERE);
            EventReader events = source.events(topic, false);
            Schema shown = opening.shown(events.schema());
            staging.table(topic, shown);
            ProgressBar bar = new ProgressBar(NOWHERE, false, "reading", 1);
            RowGatherer export =
                    new RowGatherer(staging, all, Map.of(topic, events), Map.of(topic, shown), opening, spans, bar);
            reader.read(spans.subList(0, 1), export);
            export.keep();
            kill(target.gathered());
        } catch (Killed e) {
            asItWasLeft(target.gathered());
        }
    }

    private static void kill(Path file) throws Killed, IOException {
        for (Path one : List.of(file, beside(file, ".wal"))) {
            if (Files.exists(one)) {
                Files.copy(one, beside(one, ".left"));
            }
        }
        throw new Killed();
    }

    private static void asItWasLeft(Path file) throws IOException {
        Staging.delete(file);
        for (Path one : List.of(file, beside(file, ".wal"))) {
            if (Files.exists(beside(one, ".left"))) {
                Files.move(beside(one, ".left"), one, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    private static Path beside(Path file, String end) {
        return file.resolveSibling(file.getFileName() + end);
    }
}
