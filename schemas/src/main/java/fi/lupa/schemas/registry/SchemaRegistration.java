package fi.lupa.schemas.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a service's schemas known to the registry before its first record, or says why they cannot be. */
public final class SchemaRegistration {

    /** Old readers read new records and new readers old ones, whichever versions the two are of. */
    private static final String COMPATIBILITY = "FULL_TRANSITIVE";

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    private static final Logger log = LoggerFactory.getLogger(SchemaRegistration.class);

    private final RegistryClient registry;
    private final Duration patience;

    /** With so much patience for a registry that is not up yet. */
    public SchemaRegistration(RegistryClient registry, Duration patience) {
        this.registry = registry;
        this.patience = patience;
    }

    /**
     * Sets each subject's compatibility, checks its schema against every version there is, and registers it; registers none where
     * one does not fit. Doing it again changes nothing.
     *
     * @throws RegistryUnavailableException if the registry does not answer while patience lasts
     * @throws RegistryRefusedException naming every subject and field that does not fit, and what to do
     */
    public void register(Map<String, Schema> schemaBySubject) {
        long deadline = System.nanoTime() + patience.toNanos();
        for (Duration wait = FIRST_WAIT; ; wait = shorter(wait.multipliedBy(2), LONGEST_WAIT)) {
            try {
                registerNow(new TreeMap<>(schemaBySubject));
                return;
            } catch (RegistryUnavailableException e) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (left.isNegative()) {
                    throw e;
                }
                log.warn(
                        "Waiting for the schema registry at {}. Start it, or set SCHEMA_REGISTRY_URL. Giving up in {} s.",
                        e.where(),
                        left.toSeconds());
                RegistryHttp.pause(shorter(wait, left));
            }
        }
    }

    private void registerNow(Map<String, Schema> schemaBySubject) {
        Map<String, Schema> missing = new ConcurrentSkipListMap<>();
        // As many at once as there are processors: every start waits for two answers for each subject.
        schemaBySubject.entrySet().parallelStream().forEach(entry -> {
            registry.setCompatibility(entry.getKey(), COMPATIBILITY);
            if (registry.lookUp(entry.getKey(), entry.getValue()).isEmpty()) {
                missing.put(entry.getKey(), entry.getValue());
            }
        });
        List<String> faults = new ArrayList<>();
        missing.forEach((subject, schema) -> {
            for (String fault : faults(subject, schema)) {
                faults.add(subject + ": " + fault + ".");
            }
        });
        if (!faults.isEmpty()) {
            throw new RegistryRefusedException("The schema registry at " + registry
                    + " holds versions that today's schemas do not fit."
                    + " Correct the schemas and start again; nothing was registered.\n" + String.join("\n", faults));
        }
        missing.forEach((subject, schema) -> {
            int id = registry.register(subject, schema);
            log.info("Registered {} under {} as schema {}.", schema.getName(), subject, id);
        });
    }

    /** Registries differ in how strictly they check and in what they say, so Avro's own words come first. */
    private List<String> faults(String subject, Schema schema) {
        List<String> faults = new ArrayList<>();
        for (int version : registry.versions(subject)) {
            faults.addAll(SchemaEvolution.faults(schema, "version " + version, registry.version(subject, version)));
        }
        return faults.isEmpty() ? registry.incompatibilities(subject, schema) : faults;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
