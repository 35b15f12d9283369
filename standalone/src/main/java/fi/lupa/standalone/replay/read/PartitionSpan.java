package fi.lupa.standalone.replay.read;

import fi.lupa.schemas.topic.Topic;
import org.apache.kafka.common.TopicPartition;

/**
 * One partition of what is read, and its books: position − begin = records + holes, and records = rows + left out + unreadable.
 * Holes are offsets that a reader of committed records is not given: marks of transactions, what a transaction took back, and what
 * compaction removed.
 */
public final class PartitionSpan {

    private final Topic<?> topic;
    private final TopicPartition partition;
    private final long begin;
    private final long end;
    private long position;
    private long records;
    private long rows;
    private long leftOut;
    private long unreadable;

    /**
     * @param begin the first offset that there is
     * @param end the one after the last that is read
     */
    public PartitionSpan(Topic<?> topic, TopicPartition partition, long begin, long end) {
        this(topic, partition, begin, end, begin, 0, 0, 0, 0);
    }

    /** One that was read in part before. */
    public PartitionSpan(
            Topic<?> topic,
            TopicPartition partition,
            long begin,
            long end,
            long position,
            long records,
            long rows,
            long leftOut,
            long unreadable) {
        this.topic = topic;
        this.partition = partition;
        this.begin = begin;
        this.end = end;
        this.position = position;
        this.records = records;
        this.rows = rows;
        this.leftOut = leftOut;
        this.unreadable = unreadable;
    }

    public void row() {
        records++;
        rows++;
    }

    public void leftOut() {
        records++;
        leftOut++;
    }

    public void unreadable() {
        records++;
        unreadable++;
    }

    /** Rows that were left out only when all were there. */
    public void leftOutLater(long some) {
        rows -= some;
        leftOut += some;
    }

    public void readTo(long offset) {
        position = Math.min(offset, end);
    }

    public Topic<?> topic() {
        return topic;
    }

    public TopicPartition partition() {
        return partition;
    }

    public long begin() {
        return begin;
    }

    public long end() {
        return end;
    }

    public long position() {
        return position;
    }

    public long records() {
        return records;
    }

    public long rows() {
        return rows;
    }

    public long leftOutSoFar() {
        return leftOut;
    }

    public long unreadableSoFar() {
        return unreadable;
    }

    public long holes() {
        return position - begin - records;
    }

    boolean isDone() {
        return position >= end;
    }
}
