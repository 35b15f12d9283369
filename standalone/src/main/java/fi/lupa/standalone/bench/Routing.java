package fi.lupa.standalone.bench;

import fi.lupa.campaign.decision.Decisions;
import fi.lupa.campaign.routing.AudienceSizes;
import fi.lupa.campaign.routing.Books;
import fi.lupa.campaign.routing.Recipients;
import fi.lupa.campaign.routing.RouterTopology;
import fi.lupa.edge.streams.StreamsRuntime.Guarantee;
import fi.lupa.event.CampaignDefined;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.Topology;

/** Measures the router's topology as it decides on messages, with everybody's state at hand. */
final class Routing {

    /** What a message comes to. */
    static final List<Topic<?>> OUTCOMES = Stream.<Topic<?>>concat(
                    Copying.TOPICS.stream(), Stream.of(Topics.CAMPAIGN_SUPPRESSED))
            .toList();

    /** What the topology reads and writes. */
    static final List<Topic<?>> TOPICS = Stream.of(
                    OUTCOMES.stream(),
                    Arrays.stream(Channel.values()).map(Topics::audience),
                    Stream.of(
                            Topics.CAMPAIGN_DEFINITIONS,
                            Topics.CAMPAIGN_LAUNCHES,
                            Topics.CONSENT_STATE,
                            Topics.CONSENT_STOPS,
                            Topics.CAMPAIGN_READDRESSED,
                            Topics.CAMPAIGN_CONTACTS,
                            Topics.CAMPAIGN_NOTES,
                            Topics.CAMPAIGN_MESSAGES,
                            Topics.DEAD_LETTERS))
            .<Topic<?>>flatMap(Function.identity())
            .toList();

    private Routing() {}

    static Measured measure(Site site) throws InterruptedException {
        Workload workload = site.workload();
        try (HeldTopology router = start(site)) {
            router.hold();
            site.fill(
                    Topics.CAMPAIGN_MESSAGES,
                    workload.messages(),
                    place -> workload.subjectId(workload.recipient(workload.sent(place))),
                    place -> workload.message(workload.sent(place)));
            return measure(
                    site,
                    "router reading messages",
                    router::release,
                    () -> read(site, router, Topics.CAMPAIGN_MESSAGES));
        }
    }

    /**
     * Measures from when the messages are let loose on who routes them until all that becomes of them can be read.
     *
     * @param done how many messages are done with
     */
    static Measured measure(Site site, String step, Runnable release, LongSupplier done) throws InterruptedException {
        List<TopicPartition> outcomes = Stream.concat(
                        site.partitions(OUTCOMES).stream(), site.partitions(Topics.CAMPAIGN_CONTACTS).stream())
                .toList();
        // What was made ready has left garbage behind, which is not to be this one's to clear away.
        System.gc();
        Progress progress = site.progress(step, site.workload().messages());
        Stopwatch watch = site.cluster().stopwatch();
        release.run();
        progress.await(done);
        // All is committed; it can be read when the transactions' markers are there, too.
        while (!site.cluster().settled(outcomes)) {
            Thread.sleep(1);
        }
        return watch.stop(site.workload().messages());
    }

    /** A router that knows the campaign and everybody, and has looked at them all, as it does once after a start. */
    static HeldTopology start(Site site) throws InterruptedException {
        Workload workload = site.workload();
        CampaignDefined campaign = workload.campaign();
        site.fill(Topics.CAMPAIGN_DEFINITIONS, 1, one -> campaign.getCampaignId(), one -> campaign);
        site.fill(Topics.CONSENT_STATE, workload.subjects(), workload::subjectId, workload::published);
        site.fill(
                Topics.CONSENT_STOPS, workload.stops(), at -> workload.stop(at).getContactPointId(), workload::stop);
        AudienceSizes sizes = new AudienceSizes(new SimpleMeterRegistry());
        HeldTopology router = site.start("campaign-router", Guarantee.EXACTLY_ONCE, topology(site, sizes));
        try {
            site.progress("router reading " + Topics.CONSENT_STATE.name(), workload.subjects())
                    .await(() -> read(site, router, Topics.CONSENT_STATE));
            site.progress("router looking at everybody", workload.subjects())
                    .await(() -> sizes.now().counted()
                            ? workload.subjects()
                            : sizes.now().subjects());
            return router;
        } catch (InterruptedException | RuntimeException e) {
            router.close();
            throw e;
        }
    }

    private static Topology topology(Site site, AudienceSizes sizes) {
        Decisions decisions = Site.decisions(Site.masterKey());
        return RouterTopology.build(
                site.prefix(),
                site.serdes(),
                decisions,
                Site.links(decisions),
                new Recipients(Site.subjectIds()),
                new Books(new SimpleMeterRegistry()),
                sizes,
                () -> true,
                partition -> true,
                Clock.systemUTC());
    }

    /** A message is done with when its reading is committed, which under exactly-once is one with its outcome. */
    private static long read(Site site, HeldTopology router, Topic<?> topic) {
        return site.cluster().committed(router.group(), site.partitions(topic));
    }
}
