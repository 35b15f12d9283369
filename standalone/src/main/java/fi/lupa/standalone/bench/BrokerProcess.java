package fi.lupa.standalone.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import fi.lupa.standalone.embedded.CannotStartException;
import fi.lupa.standalone.embedded.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Runs the bench's broker in a process of its own, told on standard output, until standard input ends. */
final class BrokerProcess {

    private BrokerProcess() {}

    /** Takes the folder for the broker's data. */
    public static void main(String[] args) throws IOException {
        quieten();
        try (EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(args[0]), 0)) {
            System.out.println(kafka.bootstrapServers());
            // The parent holds the other end: it closes when the parent wants this to end, or has died.
            while (System.in.read() >= 0) {}
        } catch (CannotStartException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        System.exit(0);
    }

    /** A new producer's second batch may come before its first; Kafka refuses it, says so at length, and takes it again. */
    private static void quieten() {
        ((Logger) LoggerFactory.getLogger("kafka.server.ReplicaManager")).setLevel(Level.OFF);
    }
}
