package fi.lupa.standalone.peers;

import fi.lupa.event.Channel;
import fi.lupa.event.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a peer keeps of a person: for each channel the answer, worked out once when their state came.
 *
 * @param answers by the channels' order
 */
record Permit(long revision, List<Answer> answers) {

    private static final Channel[] CHANNELS = Channel.values();
    private static final Reason[] REASONS = Reason.values();

    /**
     * The answer for one channel.
     *
     * @param contactPointId where a message goes; null where none may
     * @param address in the clear; null where none may
     * @param reasons why none may; empty where one may
     */
    record Answer(String contactPointId, String address, List<Reason> reasons) {

        boolean cleared() {
            return reasons.isEmpty();
        }

        /** Without the address. */
        @Override
        public String toString() {
            return cleared() ? "cleared" : reasons.toString();
        }
    }

    Answer on(Channel channel) {
        return answers.get(channel.ordinal());
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(revision);
            for (Answer answer : answers) {
                out.writeByte(answer.reasons.size());
                if (answer.cleared()) {
                    out.writeUTF(answer.contactPointId);
                    out.writeUTF(answer.address);
                }
                for (Reason reason : answer.reasons) {
                    out.writeByte(reason.ordinal());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory can be written", e);
        }
        return bytes.toByteArray();
    }

    static Permit of(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            long revision = in.readLong();
            List<Answer> answers = new ArrayList<>(CHANNELS.length);
            for (int channel = 0; channel < CHANNELS.length; channel++) {
                int count = in.readByte();
                if (count == 0) {
                    answers.add(new Answer(in.readUTF(), in.readUTF(), List.of()));
                    continue;
                }
                List<Reason> reasons = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    reasons.add(REASONS[in.readByte()]);
                }
                answers.add(new Answer(null, null, reasons));
            }
            return new Permit(revision, answers);
        } catch (IOException e) {
            throw new UncheckedIOException("Bytes in memory can be read", e);
        }
    }
}
