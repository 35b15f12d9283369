package fi.lupa.standalone.bench;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.bench.BenchCommand.Part;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every phase, measured once, on topics that nothing was done on before.
 *
 * @param peers by their titles
 * @param books what balances, each a sentence without its stop
 * @param faults what did not balance, each a sentence
 */
record Round(Map<Phase, Measured> measured, Map<String, Measured> peers, List<String> books, List<String> faults) {

    /** The copies come last, when all they share with the topologies is warm: a limit is not to be too low. */
    static Round on(Site site, Set<Part> parts, List<Peer> peers) throws InterruptedException {
        Round round =
                new Round(new EnumMap<>(Phase.class), new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
        if (parts.contains(Part.EXPORT)) {
            round.export(site);
        }
        if (parts.contains(Part.FOLD)) {
            round.fold(site);
        }
        if (parts.contains(Part.ROUTING)) {
            round.route(site, peers);
        }
        return round;
    }

    private void fold(Site site) throws InterruptedException {
        try (Site folding = site.within("folding", Folding.TOPICS)) {
            measured.put(Phase.FOLD, Folding.measure(folding));
            Folding.check(folding, faults);
            measured.put(Phase.STATEMENT_COPY, copy(folding, Topics.CONSENT_CHANGES, true));
        }
        books.add("One state a person, with all they said");
    }

    private void route(Site site, List<Peer> peers) throws InterruptedException {
        try (Site routing = site.within("routing", Routing.TOPICS)) {
            measured.put(Phase.ROUTING, Routing.measure(routing));
            Outcomes outcomes = Outcomes.read(routing);
            outcomes.check(faults);
            for (Peer peer : peers) {
                compare(routing, peer);
            }
            measured.put(Phase.PLAIN_COPY, copy(routing, Topics.CAMPAIGN_MESSAGES, false));
            measured.put(Phase.MESSAGE_COPY, copy(routing, Topics.CAMPAIGN_MESSAGES, true));
            books.add(outcomes + ", each once and as the policy says");
        }
    }

    private void compare(Site site, Peer peer) throws InterruptedException {
        try (Site its = site.within("peer-" + peers.size(), Comparing.TOPICS)) {
            peers.put(peer.title(), Comparing.measure(its, peer));
            List<String> wrong = new ArrayList<>();
            Outcomes.read(its).check(wrong);
            wrong.forEach(fault -> faults.add(peer.title() + ": " + fault));
        }
    }

    private void export(Site site) throws InterruptedException {
        try (Site replaying = site.within("replaying", Replaying.TOPICS)) {
            replaying.fill(
                    Topics.CONSENT_CHANGES,
                    site.workload().statements(),
                    statement -> site.workload().subjectId(site.workload().speaker(statement)),
                    site.workload()::statement);
            measured.put(Phase.EXPORT, Replaying.export(replaying, faults));
            measured.put(Phase.STATEMENT_READING, Replaying.read(replaying));
        }
        books.add("Every statement is a row");
    }

    private Measured copy(Site site, Topic<?> topic, boolean transactional) throws InterruptedException {
        try (Site into = site.within(transactional ? "transactional" : "plain", Copying.TOPICS)) {
            Copying copying = new Copying(site, topic, into, transactional);
            Measured of = copying.measure();
            copying.check(faults);
            return of;
        }
    }
}
