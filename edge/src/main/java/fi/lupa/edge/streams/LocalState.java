package fi.lupa.edge.streams;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a topology keeps on this machine's disk. Kafka holds all of it, too: what is found damaged goes, and is built again from
 * there. That is done at a start, before anybody has a store open; until then a mark beside it tells.
 */
final class LocalState {

    private static final Logger LOG = LoggerFactory.getLogger(LocalState.class);

    /** RocksDB has no code for it in Java. */
    private static final String MISSING = "No such file or directory";

    private final Path folder;
    private final Path mark;

    /** @param stateDir holds the states of applications, each in a folder of its id */
    LocalState(Path stateDir, String applicationId) {
        this.folder = stateDir.resolve(applicationId);
        this.mark = stateDir.resolve(applicationId + ".damaged");
    }

    /**
     * Removes what was found damaged.
     *
     * @throws UncheckedIOException if it cannot be removed
     */
    void removeIfDamaged() {
        if (Files.notExists(mark)) {
            return;
        }
        LOG.atWarn().addKeyValue("folder", folder).log("The local state was damaged, and is built again from Kafka");
        try {
            Utils.delete(folder.toFile());
            Files.delete(mark);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Has the next start remove it, if this failure says that it is damaged; tells whether it does. */
    boolean marksDamage(Throwable failure) {
        boolean damaged = Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(10)
                .anyMatch(cause -> cause instanceof RocksDBException said && tellsOfDamage(said.getStatus()));
        if (damaged) {
            LOG.atError()
                    .addKeyValue("folder", folder)
                    .log("The local state is damaged; this process ends, and the next builds it again from Kafka");
            try {
                Files.writeString(mark, "found damaged; removed at the next start\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return damaged;
    }

    /** A full disk and a disk that fails are no damage: what is there is as good as it was. */
    private static boolean tellsOfDamage(Status status) {
        return status != null
                && (status.getCode() == Status.Code.Corruption
                        || status.getCode() == Status.Code.NotFound
                        || (status.getCode() == Status.Code.IOError
                                && String.valueOf(status.getState()).contains(MISSING)));
    }
}
