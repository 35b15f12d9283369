package fi.lupa.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder that is a disk of its own for one process and those it starts; it can be filled, and goes with the process. */
final class SmallDisk {

    private static final int FILLS_WITH = 1 << 20;

    private final Path folder;
    private final int megabytes;

    SmallDisk(Path folder, int megabytes) {
        this.folder = folder;
        this.megabytes = megabytes;
    }

    /** The command that runs another with this disk. */
    List<String> under(List<String> command) {
        List<String> all = new ArrayList<>(List.of(
                "unshare",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mkdir -p '%1$s' && mount -t tmpfs -o size=%2$dm lupa '%1$s' && exec \"$@\""
                        .formatted(folder, megabytes),
                "sh"));
        all.addAll(command);
        return all;
    }

    /** Leaves no byte free on the disk of a process. */
    void fill(Process process) {
        byte[] megabyte = new byte[FILLS_WITH];
        try (var filler = Files.newOutputStream(filler(process))) {
            for (int written = 0; written <= megabytes; written++) {
                filler.write(megabyte);
            }
            throw new IllegalStateException("the disk takes more than it holds");
        } catch (IOException e) {
            // Full, as it should be.
        }
    }

    /** Takes away what filled it. */
    void free(Process process) {
        try {
            Files.delete(filler(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As seen from outside of the process's own view of the disks. */
    private Path filler(Process process) {
        return Path.of("/proc/" + process.pid() + "/root" + folder.toAbsolutePath(), "filler");
    }
}
