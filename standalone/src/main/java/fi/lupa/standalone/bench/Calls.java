package fi.lupa.standalone.bench;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * What became of many calls at a service's door.
 *
 * @param took from the first call to the last answer
 * @param millis how long each took, from when it was due
 * @param otherwise how many were answered otherwise than they should be, or not at all
 */
record Calls(Duration took, double[] millis, long otherwise) {

    /** On so many keep-alive connections at once. */
    static final int CONNECTIONS = 64;

    /**
     * Makes so many calls, and waits for their answers.
     *
     * @param perSecond how often one is due; infinite to call whenever a connection is free
     * @param well whether an answer is as it should be, asked with the call's number
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what was answered is counted
    static Calls make(
            HttpClient client,
            int count,
            double perSecond,
            IntFunction<HttpRequest> call,
            IntFunction<Predicate<HttpResponse<String>>> well,
            Progress progress)
            throws InterruptedException {
        double[] millis = new double[count];
        AtomicLong otherwise = new AtomicLong();
        AtomicLong answered = new AtomicLong();
        AtomicLong ended = new AtomicLong(Long.MIN_VALUE);
        Semaphore free = new Semaphore(CONNECTIONS);
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            int number = i;
            HttpRequest request = call.apply(number);
            long due = began + (long) (number / perSecond * 1e9);
            for (long early; (early = due - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(early);
            }
            free.acquire();
            long from = Double.isInfinite(perSecond) ? System.nanoTime() : due;
            client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).whenComplete((answer, failure) -> {
                long now = System.nanoTime();
                millis[number] = (now - from) / 1e6;
                ended.accumulateAndGet(now, Math::max);
                if (failure != null || !well.apply(number).test(answer)) {
                    otherwise.incrementAndGet();
                }
                answered.incrementAndGet();
                free.release();
            });
            progress.at(answered.get());
        }
        progress.await(answered::get);
        return new Calls(Duration.ofNanos(ended.get() - began), millis, otherwise.get());
    }

    double perSecond() {
        return millis.length * 1e9 / took.toNanos();
    }
}
