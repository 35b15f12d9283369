package fi.lupa.standalone.calls;

import fi.lupa.permission.Campaign;
import fi.lupa.permission.Channel;
import fi.lupa.permission.Contact;
import fi.lupa.permission.ContactPoint;
import fi.lupa.permission.Enquiry;
import fi.lupa.permission.Policy;
import fi.lupa.permission.Stops;
import fi.lupa.permission.Subject;
import fi.lupa.permission.Timing;
import fi.lupa.permission.Verdict;
import fi.lupa.schemas.mapping.Campaigns;
import fi.lupa.schemas.mapping.Subjects;
import fi.lupa.standalone.bench.Samples;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One decision on an email by the policy that Lupa comes with, of people to whom nothing was sent before. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PolicyBenchmark {

    private static final Timing NOTHING_SENT = new Timing() {
        @Override
        public boolean cleared(String campaignId, String messageId, Instant after) {
            return false;
        }

        @Override
        public List<Contact> contacts(Instant after) {
            return List.of();
        }

        @Override
        public Set<ZoneId> zones(ContactPoint point) {
            return Set.of();
        }
    };

    private final Policy policy = Samples.policy();
    private final Campaign campaign = Campaigns.of(Samples.campaign());
    private final Subject permitting = Subjects.of(Samples.permitting());
    private final Subject refusing = Subjects.of(Samples.refusing());
    private final Enquiry enquiry =
            new Enquiry(Channel.EMAIL, null, null, Samples.message().getMessageId());
    private final Instant at = Instant.parse("2025-01-02T12:00:00Z");

    @Benchmark
    public Verdict cleared() {
        return policy.decide(enquiry, campaign, permitting, Stops.NONE, NOTHING_SENT, at);
    }

    @Benchmark
    public Verdict suppressed() {
        return policy.decide(enquiry, campaign, refusing, Stops.NONE, NOTHING_SENT, at);
    }
}
