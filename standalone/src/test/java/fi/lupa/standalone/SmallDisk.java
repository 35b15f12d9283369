package fi.lupa.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder that is a disk of its own for whoever is run under it; it can be filled, and is gone once closed. */
final class SmallDisk implements AutoCloseable {

    private static final int FILLS_WITH = 1 << 20;

    private final Path folder;
    private final int megabytes;

    /** Holds it, and the view of the disks in which it is there. */
    private final Process holder;

    SmallDisk(Path folder, int megabytes) {
        this.folder = folder.toAbsolutePath();
        this.megabytes = megabytes;
        try {
            this.holder = new ProcessBuilder(
                            "unshare",
                            "--map-root-user",
                            "--mount",
                            "sh",
                            "-c",
                            "mkdir -p '%1$s' && mount -t tmpfs -o size=%2$dm lupa '%1$s' && echo there && exec sleep infinity"
                                    .formatted(this.folder, megabytes))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (holder.inputReader().readLine() == null) {
                throw new IllegalStateException("no disk of its own can be made here");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command that runs another with this disk. */
    List<String> under(List<String> command) {
        List<String> all = new ArrayList<>(
                List.of("nsenter", "--user", "--mount", "--preserve-credentials", "--target=" + holder.pid(), "--"));
        all.addAll(command);
        return all;
    }

    /** Leaves no byte free. */
    void fill() {
        byte[] megabyte = new byte[FILLS_WITH];
        try (var out = Files.newOutputStream(filler())) {
            for (int written = 0; written <= megabytes; written++) {
                out.write(megabyte);
            }
            throw new IllegalStateException("the disk takes more than it holds");
        } catch (IOException e) {
            // Full, as it should be.
        }
    }

    /** Takes away what filled it. */
    void free() {
        try {
            Files.delete(filler());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As seen from outside of the holder's view of the disks. */
    private Path filler() {
        return Path.of("/proc/" + holder.pid() + "/root" + folder, "filler");
    }

    @Override
    public void close() {
        holder.destroyForcibly().onExit().join();
    }
}
