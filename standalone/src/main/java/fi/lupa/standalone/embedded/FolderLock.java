package fi.lupa.standalone.embedded;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

/** Keeps a second process out of a data folder; the operating system lifts it when the holder dies, however it dies. */
final class FolderLock implements Closeable {

    private static final Duration TURN = Duration.ofMillis(100);

    private final FileChannel file;

    private FolderLock(FileChannel file) {
        this.file = file;
    }

    /** Takes the folder, creating it where missing; a holder that is just ending is given {@code patience}. */
    static FolderLock on(Path folder, Duration patience) {
        try {
            createForItsOwner(folder);
            var file =
                    FileChannel.open(folder.resolve("lupa.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            for (var left = patience; !taken(file); left = left.minus(TURN)) {
                if (left.isNegative() || left.isZero()) {
                    file.close();
                    throw new CannotStartException("The data folder " + folder.toAbsolutePath()
                            + " is in use by another Lupa: stop that one, or choose another folder.");
                }
                Thread.sleep(TURN.toMillis());
            }
            return new FolderLock(file);
        } catch (IOException e) {
            throw new CannotStartException(
                    "The data folder " + folder.toAbsolutePath() + " cannot be written to (" + e
                            + "): give Lupa the right to write there, or choose another folder.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotStartException("Interrupted while waiting for the data folder " + folder + ".", e);
        }
    }

    /** What lies in it is people's, or opens it. */
    private static void createForItsOwner(Path folder) throws IOException {
        if (!Files.isDirectory(folder) && Files.getFileStore(existing(folder)).supportsFileAttributeView("posix")) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    private static Path existing(Path folder) {
        Path path = folder.toAbsolutePath();
        while (Files.notExists(path)) {
            path = path.getParent();
        }
        return path;
    }

    private static boolean taken(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException heldInThisProcess) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // The lock is the operating system's and ends with the process at the latest.
        }
    }
}
