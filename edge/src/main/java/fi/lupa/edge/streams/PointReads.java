package fi.lupa.edge.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.HyperClockCache;
import org.rocksdb.Options;

/**
 * Lays the local stores out for what they are asked: one key, somewhere among all. Every store of the process shares one piece
 * of memory, however many there are; by themselves each would take its own.
 */
public class PointReads implements RocksDBConfigSetter {

    /** For the blocks that were read. */
    private static final long MEMORY = 192L << 20;

    /** Of a store's memory for writes, so much tells at once that a key is not in it. */
    private static final double WRITES_BLOOM = 0.05;

    /** Of a block's hash index, how full it may be. */
    private static final double HASH_FULL = 0.75;

    private static final int BLOCK = 4 << 10;

    /** A store has up to three such pieces of memory for writes, and a service some thirty stores. */
    private static final long WRITES = 4L << 20;

    /** Made when the first store of this kind is opened. */
    private static final class Shared {
        static final Cache CACHE = cache(MEMORY);
    }

    /** Its readers do not wait for one another. */
    static Cache cache(long bytes) {
        return new HyperClockCache(bytes, BLOCK, -1, false);
    }

    /** The memory that the stores share. */
    Cache cache() {
        return Shared.CACHE;
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(cache());
        // Two bytes for a key, in memory for good: found in the shared piece, each would cost a look-up of its own.
        table.setCacheIndexAndFilterBlocks(false);
        table.setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash);
        table.setDataBlockHashTableUtilRatio(HASH_FULL);
        options.setTableFormatConfig(table);
        options.setWriteBufferSize(WRITES);
        options.setMemtablePrefixBloomSizeRatio(WRITES_BLOOM);
        options.setMemtableWholeKeyFiltering(true);
    }

    @Override
    public void close(String storeName, Options options) {
        // What the stores share outlives each of them.
    }
}
