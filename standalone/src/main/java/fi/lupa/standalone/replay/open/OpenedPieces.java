package fi.lupa.standalone.replay.open;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import fi.lupa.edge.sealing.MasterKey;
import fi.lupa.edge.sealing.UnopenableException;
import fi.lupa.edge.sealing.WrongMasterKeyException;
import fi.lupa.event.SubjectKey;
import fi.lupa.schemas.EventSerdes;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.read.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Opens what forms and states have sealed, with the subjects' keys as they are now: what a destroyed key sealed stays closed. The
 * wrapped keys lie in a folder of their own, which goes when all is done; sealed under a key that nobody keeps, so that a folder left
 * by a process that was killed opens nothing that is erased after it.
 */
public final class OpenedPieces implements AutoCloseable {

    private final MasterKey master;
    private final Path folder;
    private final Options options = new Options().setCreateIfMissing(true);
    private final RocksDB keys;
    private final Aead forThisRun;

    public OpenedPieces(MasterKey master, TopicReader reader, EventSerdes serdes) throws Exception {
        this.master = master;
        this.forThisRun = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM)
                .getPrimitive(RegistryConfiguration.get(), Aead.class);
        this.folder = Files.createTempDirectory("lupa-replay-");
        this.keys = RocksDB.open(options, folder.toString());
        Deserializer<SubjectKey> events = serdes.of(Topics.SUBJECT_KEYS).deserializer();
        reader.read(reader.spans(List.of(Topics.SUBJECT_KEYS)), new TopicReader.Take() {
            @Override
            public void record(PartitionSpan span, ConsumerRecord<String, byte[]> record)
                    throws RocksDBException, GeneralSecurityException {
                SubjectKey key = events.deserialize(record.topic(), record.value());
                if (key == null || !key.getWrappedKey().hasRemaining()) {
                    keys.delete(record.key().getBytes(UTF_8));
                } else {
                    byte[] subject = record.key().getBytes(UTF_8);
                    keys.put(subject, forThisRun.encrypt(bytes(key.getWrappedKey()), subject));
                }
            }

            @Override
            public void batch() {
                // Nothing is kept in between.
            }
        });
    }

    /**
     * Who a form or a state is of; null where that is not sealed, or does not open any more.
     *
     * @param subject under whose id it lies
     */
    Object open(Topic<?> topic, String subject, IndexedRecord value) {
        ByteBuffer sealed = (ByteBuffer) Opening.of(value, "sealed");
        if (sealed == null || subject == null) {
            return null;
        }
        try {
            if (topic.equals(Topics.CONSENT_STATE)) {
                ByteBuffer wrapped = (ByteBuffer) Opening.of(value, "wrappedKey");
                return wrapped == null ? null : master.unwrap(wrapped, subject).openState(sealed, subject);
            }
            byte[] id = subject.getBytes(UTF_8);
            byte[] kept = keys.get(id);
            return kept == null
                    ? null
                    : master.unwrap(ByteBuffer.wrap(forThisRun.decrypt(kept, id)), subject)
                            .openForm(sealed, subject, (UUID) Opening.of(value, "eventId"));
        } catch (UnopenableException | WrongMasterKeyException e) {
            return null;
        } catch (RocksDBException | GeneralSecurityException e) {
            throw new UncheckedIOException(new IOException("The keys could not be read.", e));
        }
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        keys.close();
        options.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The folder " + folder + " with the wrapped keys could not be removed; remove it.", e);
        }
    }
}
