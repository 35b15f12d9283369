package fi.lupa.standalone.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process has in memory, heap and all. */
final class ResidentMemory {

    private ResidentMemory() {}

    /** In bytes; 0 where the system does not tell. */
    static long of(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0)
                    << 10;
        } catch (IOException e) {
            return 0;
        }
    }
}
