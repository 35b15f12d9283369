package fi.lupa.standalone.bench;

import fi.lupa.event.CampaignDefined;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.Peer.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.kafka.common.KafkaException;

/** Measures a peer as {@link Routing} measures Lupa: it knows every state and stop, and then a full topic of messages is let loose on it. */
final class Comparing {

    /** What a peer reads and writes. */
    static final List<Topic<?>> TOPICS = topics();

    private Comparing() {}

    /** Those on the class path, in the order their module names them. */
    static List<Peer> peers() {
        return ServiceLoader.load(Peer.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    static Measured measure(Site site, Peer peer) throws InterruptedException {
        Workload workload = site.workload();
        CampaignDefined campaign = workload.campaign();
        site.fill(Topics.CONSENT_STATE, workload.subjects(), workload::subjectId, workload::published);
        site.fill(
                Topics.CONSENT_STOPS, workload.stops(), at -> workload.stop(at).getContactPointId(), workload::stop);
        Task task = new Task(
                site.prefix(),
                site.cluster().client(),
                site.serdes().registry(),
                campaign,
                Site.MASTER_KEYSET,
                site.folder(),
                site.threads(),
                site.spread(),
                workload.stops());
        try (Peer.Running running = peer.start(task)) {
            site.progress(peer.title() + " taking in states", workload.subjects() + workload.stops())
                    .await(running::taken);
            running.hold();
            site.fill(
                    Topics.CAMPAIGN_MESSAGES,
                    workload.messages(),
                    place -> workload.subjectId(workload.recipient(workload.sent(place))),
                    place -> workload.message(workload.sent(place)));
            Duration clientCpu = running.clientCpu();
            Duration serverCpu = running.serverCpu();
            return Routing.measure(site, peer.title(), running::release, running::done)
                    .with(
                            running.clientCpu().minus(clientCpu),
                            running.serverCpu().minus(serverCpu));
        } catch (KafkaException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new KafkaException(peer.title() + " failed: " + e, e);
        }
    }

    private static List<Topic<?>> topics() {
        List<Topic<?>> topics = new ArrayList<>(Routing.OUTCOMES);
        topics.add(Topics.CAMPAIGN_CONTACTS);
        topics.add(Topics.CONSENT_STATE);
        topics.add(Topics.CONSENT_STOPS);
        topics.add(Topics.CAMPAIGN_MESSAGES);
        return topics;
    }
}
