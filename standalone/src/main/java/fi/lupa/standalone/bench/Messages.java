package fi.lupa.standalone.bench;

import fi.lupa.event.CampaignMessage;
import fi.lupa.event.Channel;
import fi.lupa.schemas.topic.Topics;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Sends the campaign's emails to people, each under an id that tells its number and when it was sent. */
final class Messages implements AutoCloseable {

    private static final long TICK_NANOS = 2_000_000;

    private final Population people;
    private final Workload workload;
    private final String topic;
    private final Serializer<CampaignMessage> serializer;
    private final KafkaProducer<String, byte[]> producer;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong permitted = new AtomicLong();
    private volatile boolean stopped;

    /** @param lingerMillis how long one may wait for others to go with it */
    Messages(Site site, Population people, int lingerMillis) {
        this.people = people;
        this.workload = site.workload();
        this.topic = site.topic(Topics.CAMPAIGN_MESSAGES);
        this.serializer = site.serdes().of(Topics.CAMPAIGN_MESSAGES).serializer();
        this.producer = site.producer(lingerMillis);
    }

    /** The number of a message's id: of two to one person, the later one has the greater. */
    static long number(String messageId) {
        return Long.parseLong(messageId.substring(0, messageId.indexOf('@')));
    }

    /** When it was sent, as {@link System#nanoTime} of this process tells it. */
    static long sentAt(String messageId) {
        return Long.parseLong(messageId.substring(messageId.indexOf('@') + 1));
    }

    /** Sends one to somebody. */
    @SuppressWarnings("FutureReturnValueIgnored") // what arrived is counted
    void send(int person) {
        int number = people.nextMessage();
        CampaignMessage made = workload.message(number);
        String subjectId = people.subjectId(person);
        CampaignMessage message = new CampaignMessage(
                number + "@" + System.nanoTime(),
                made.getCampaignId(),
                Channel.EMAIL,
                subjectId,
                made.getPersonal(),
                made.getTemplate(),
                null,
                made.getRequestedAt());
        producer.send(new ProducerRecord<>(topic, subjectId, serializer.serialize(topic, message)));
        sent.incrementAndGet();
        permitted.addAndGet(people.permits(person) ? 1 : 0);
    }

    /** Sends so many to anybody but those who withdraw, at a rate or, where that is infinite, as fast as it can. */
    void sendAtRandom(long count, double perSecond) {
        long began = System.nanoTime();
        while (sent.get() < count && !stopped) {
            double due = Math.min(count, (System.nanoTime() - began) / 1e9 * perSecond);
            while (sent.get() < due && !stopped) {
                send(people.anybody(workload.recipient((int) sent.get())));
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
        producer.flush();
    }

    /** Ends what goes on in another thread. */
    void stop() {
        stopped = true;
    }

    long sent() {
        return sent.get();
    }

    /** How many of them may go out. */
    long permitted() {
        return permitted.get();
    }

    @Override
    public void close() {
        producer.close();
    }
}
