package fi.lupa.standalone;

/** A broker or registry that a test has for itself, to take away and give back at the same address, its data kept. */
public interface Server extends AutoCloseable {

    /** The broker's {@code host:port}, or the registry's base URL; the same before and after every outage. */
    String address();

    /** Takes it away as rudely as can be done: killed, where it is a process. */
    void stop();

    /** Gives it back; returns when it serves. */
    void start();

    @Override
    void close();
}
