package fi.lupa.standalone.bench;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Every phase, measured once, on topics that nothing was done on before.
 *
 * @param books of the messages, in a sentence
 * @param faults what did not balance, each a sentence
 */
record Round(Map<Phase, Measured> measured, String books, List<String> faults) {

    /** The copies come last, when all they share with the topologies is warm: a limit is not to be too low. */
    static Round on(Site site) throws InterruptedException {
        Map<Phase, Measured> measured = new EnumMap<>(Phase.class);
        List<String> faults = new ArrayList<>();
        replay(site, measured, faults);
        try (Site folding = site.within("folding", Folding.TOPICS)) {
            measured.put(Phase.FOLD, Folding.measure(folding));
            Folding.check(folding, faults);
            measured.put(Phase.STATEMENT_COPY, copy(folding, Topics.CONSENT_CHANGES, true, faults));
        }
        try (Site routing = site.within("routing", Routing.TOPICS)) {
            measured.put(Phase.ROUTING, Routing.measure(routing));
            Outcomes outcomes = Outcomes.read(routing);
            outcomes.check(faults);
            measured.put(Phase.PLAIN_COPY, copy(routing, Topics.CAMPAIGN_MESSAGES, false, faults));
            measured.put(Phase.MESSAGE_COPY, copy(routing, Topics.CAMPAIGN_MESSAGES, true, faults));
            return new Round(
                    measured,
                    outcomes + ", each once and as the policy says; one state a person, with all they said",
                    faults);
        }
    }

    /** The export alone: of the same statements. */
    static Round ofReplay(Site site) throws InterruptedException {
        Map<Phase, Measured> measured = new EnumMap<>(Phase.class);
        List<String> faults = new ArrayList<>();
        replay(site, measured, faults);
        return new Round(measured, "Every statement is a row", faults);
    }

    private static void replay(Site site, Map<Phase, Measured> measured, List<String> faults)
            throws InterruptedException {
        try (Site replaying = site.within("replaying", Replaying.TOPICS)) {
            replaying.fill(
                    Topics.CONSENT_CHANGES,
                    site.workload().statements(),
                    statement -> site.workload().subjectId(site.workload().speaker(statement)),
                    site.workload()::statement);
            measured.put(Phase.EXPORT, Replaying.export(replaying, faults));
            measured.put(Phase.STATEMENT_READING, Replaying.read(replaying));
        }
    }

    private static Measured copy(Site site, Topic<?> topic, boolean transactional, List<String> faults)
            throws InterruptedException {
        try (Site into = site.within(transactional ? "transactional" : "plain", Copying.TOPICS)) {
            Copying copying = new Copying(site, topic, into, transactional);
            Measured measured = copying.measure();
            copying.check(faults);
            return measured;
        }
    }
}
