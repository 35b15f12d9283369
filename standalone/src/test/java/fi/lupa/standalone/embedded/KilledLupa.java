package fi.lupa.standalone.embedded;

import fi.lupa.standalone.Records;
import fi.lupa.standalone.Schemas;
import java.nio.file.Path;

/** A process that has written a record and a schema, says so, and waits to be killed. */
final class KilledLupa {

    private KilledLupa() {}

    /** Takes the folder; prints the registry's process id and the schema's id. */
    public static void main(String[] args) throws Exception {
        var kafka = EmbeddedKafka.start(Path.of(args[0], "kafka"), 0);
        Records.create(kafka.bootstrapServers(), "killed");
        Records.write(kafka.bootstrapServers(), "killed", "moi");
        var registry = EmbeddedRegistry.start(Path.of(args[0], "registry"), 0, EmbeddedRegistry.distribution());
        var id = Schemas.register(registry.url(), "killed-value", "Killed");
        System.out.println("written " + registry.process().pid() + " " + id);
        Thread.sleep(Long.MAX_VALUE);
    }
}
