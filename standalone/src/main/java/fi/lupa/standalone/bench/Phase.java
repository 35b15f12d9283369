package fi.lupa.standalone.bench;

import java.util.Optional;

/** What the bench measures, and what each is held against. */
enum Phase {
    STATEMENT_COPY("copy of the statements, transactional", null),
    FOLD("consent fold, at least once, RocksDB", STATEMENT_COPY),
    PLAIN_COPY("copy of the messages, plain", null),
    MESSAGE_COPY("copy of the messages, transactional", null),
    ROUTING("routing, exactly once, RocksDB", MESSAGE_COPY),
    STATEMENT_READING("reading of the statements, plain", null),
    EXPORT("export of the statements, Parquet", STATEMENT_READING);

    private final String title;
    private final Phase limit;

    Phase(String title, Phase limit) {
        this.title = title;
        this.limit = limit;
    }

    String title() {
        return title;
    }

    /** The copy of the same records, or the reading of them where nothing is written back: nothing that does so does less. */
    Optional<Phase> limit() {
        return Optional.ofNullable(limit);
    }
}
