package fi.lupa.edge.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Local state that is damaged goes at the next start, and no other ever does. */
class LocalStateTest {

    @TempDir
    private Path stateDir;

    private Path store;
    private LocalState state;

    @BeforeEach
    void keep() throws Exception {
        store = Files.createDirectories(stateDir.resolve("lupa.router/0_1/rocksdb/states"))
                .resolve("CURRENT");
        Files.writeString(store, "MANIFEST-000001\n");
        Files.createDirectories(stateDir.resolve("lupa.router-other"));
        state = new LocalState(stateDir, "lupa.router");
    }

    @ParameterizedTest
    @CsvSource({
        "Corruption, None, block checksum mismatch, true",
        "NotFound, None, , true",
        "IOError, Undefined, 'No such file or directory: MANIFEST-000001', true",
        "IOError, NoSpace, No space left on device, false",
        "IOError, None, Input/output error, false",
        "Busy, None, , false"
    })
    void onlyWhatIsDamagedGoes(Status.Code code, Status.SubCode subCode, String said, boolean goes) {
        RocksDBException found = new RocksDBException(new Status(code, subCode, said));

        assertThat(state.marksDamage(new ProcessorStateException("store", found)))
                .isEqualTo(goes);
        assertThat(store).as("while it may be open").exists();

        state.removeIfDamaged();
        assertThat(Files.exists(store)).isEqualTo(!goes);
        assertThat(stateDir.resolve("lupa.router-other")).exists();
    }

    @Test
    void itGoesOnce() throws Exception {
        state.marksDamage(new RocksDBException(new Status(Status.Code.Corruption, Status.SubCode.None, "found")));
        state.removeIfDamaged();
        Files.createDirectories(store.getParent());
        Files.writeString(store, "built again\n");

        state.removeIfDamaged();
        assertThat(store).hasContent("built again\n");
    }

    @Test
    void anotherFailureIsNoDamage() {
        assertThat(state.marksDamage(new IllegalStateException("no", new RocksDBException("no status"))))
                .isFalse();
    }
}
