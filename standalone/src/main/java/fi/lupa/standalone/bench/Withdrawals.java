package fi.lupa.standalone.bench;

import fi.lupa.event.Reason;
import fi.lupa.standalone.bench.Outflow.Outcome;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;

/** Measures how soon a withdrawal counts that was answered: messages to the same person are sent all the while. */
final class Withdrawals {

    /** So many people withdraw at a time, and wait each for the effect. */
    private static final int AT_ONCE = 2;

    private static final long MESSAGE_EVERY_NANOS = 1_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Services services;
    private final Population people;
    private final Outflow outflow;
    private final Messages messages;
    private final Clock clock;
    private final URI consentStream;
    private final Set<Addressee> addressees = ConcurrentHashMap.newKeySet();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    /** Somebody whom messages are sent to at present. */
    private static final class Addressee {
        private final int person;
        private long sent;
        private boolean ended;

        Addressee(int person) {
            this.person = person;
        }

        synchronized void send(Messages messages) {
            if (!ended) {
                messages.send(person);
                sent++;
            }
        }

        synchronized long end() {
            ended = true;
            return sent;
        }
    }

    Withdrawals(Services services, Population people, Outflow outflow, Messages messages, Clock clock)
            throws InterruptedException {
        this.services = services;
        this.people = people;
        this.outflow = outflow;
        this.messages = messages;
        this.clock = clock;
        this.consentStream = services.consentStream().url();
    }

    /**
     * Lets so many people withdraw.
     *
     * @return how many milliseconds after each answer the first message was suppressed; 0 where that was before it
     */
    double[] measure(int count, Progress progress, List<String> into) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE + 1);
        try {
            Future<?> sending = threads.submit(this::send);
            List<Future<Double>> withdrawals = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                withdrawals.add(threads.submit(this::withdraw));
            }
            double[] millis = new double[count];
            for (int i = 0; i < count; i++) {
                millis[i] = withdrawals.get(i).get();
                progress.at(i + 1);
            }
            sending.cancel(true);
            return millis;
        } catch (ExecutionException e) {
            throw new KafkaException("A withdrawal failed: " + e.getCause().getMessage(), e.getCause());
        } finally {
            threads.shutdownNow();
            into.addAll(faults);
        }
    }

    private void send() {
        while (!Thread.currentThread().isInterrupted()) {
            addressees.forEach(addressee -> addressee.send(messages));
            LockSupport.parkNanos(MESSAGE_EVERY_NANOS);
        }
    }

    private double withdraw() throws InterruptedException {
        Addressee addressee = new Addressee(people.withdrawing());
        String subjectId = people.subjectId(addressee.person);
        outflow.watch(subjectId);
        addressees.add(addressee);
        await("the first message had no outcome", () -> !outflow.of(subjectId).isEmpty());
        int status = services.call(services.form(consentStream, addressee.person, "withdrawal"))
                .statusCode();
        Instant answered = clock.instant();
        if (status != 202) {
            faults.add("A withdrawal was answered with " + status + ".");
            return Double.NaN;
        }
        await("it did not take effect", () -> outflow.of(subjectId).stream().anyMatch(Withdrawals::suppressed));
        addressees.remove(addressee);
        long sent = addressee.end();
        await("not all messages had an outcome", () -> outflow.of(subjectId).size() >= sent);
        return effect(outflow.of(subjectId), answered);
    }

    /** From the first that was suppressed on, all are to be. */
    private double effect(List<Outcome> outcomes, Instant answered) {
        List<Outcome> inOrder = outcomes.stream()
                .sorted(Comparator.comparingLong(Outcome::number))
                .toList();
        List<Outcome> after =
                inOrder.stream().dropWhile(outcome -> !suppressed(outcome)).toList();
        long otherwise = after.stream()
                .filter(outcome -> !outcome.reasons().equals(List.of(Reason.CONSENT_WITHDRAWN)))
                .count();
        if (otherwise > 0) {
            faults.add("%,d messages came out otherwise after the withdrawal had taken effect.".formatted(otherwise));
        }
        return Math.max(0, Duration.between(answered, after.get(0).decidedAt()).toNanos() / 1e6);
    }

    private static boolean suppressed(Outcome outcome) {
        return !outcome.reasons().isEmpty();
    }

    private static void await(String otherwise, BooleanSupplier so) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new KafkaException("after " + PATIENCE.toSeconds() + " s " + otherwise);
            }
            Thread.sleep(2);
        }
    }
}
