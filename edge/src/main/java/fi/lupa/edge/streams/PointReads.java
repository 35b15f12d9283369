package fi.lupa.edge.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.Options;

/**
 * Lays the local stores out for what they are asked: one key, somewhere among all. A campaign asks for everybody once, so that
 * nothing that was read is kept: the operating system has the files' pages in what memory is free, and whoever copied them into
 * memory of their own would do so for nearly every read.
 */
public class PointReads implements RocksDBConfigSetter {

    /** Bytes that are read for a key: a few states. */
    private static final int BLOCK = 2 << 10;

    /** Of a store's memory for writes, so much tells at once that a key is not in it. */
    private static final double WRITES_BLOOM = 0.05;

    /** Of a block's hash index, how full it may be. */
    private static final double HASH_FULL = 0.75;

    /** A store has up to three such pieces of memory for writes, and a service some thirty stores. */
    private static final long WRITES = 4L << 20;

    /** How large blocks are, and what of those that were read is kept in memory. */
    void blocks(BlockBasedTableConfig table) {
        table.setBlockSize(BLOCK);
        table.setNoBlockCache(true);
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        blocks(table);
        // Two bytes for a key, in memory for good: found in a cache, each would cost a look-up of its own.
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
        // What the stores of a process share outlives each of them.
    }
}
