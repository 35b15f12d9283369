package fi.lupa.standalone.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Reads the three clocks that a phase is measured by: the wall's, this process's CPU time and the broker's. */
final class Stopwatch {

    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final ProcessHandle broker;
    private final long began;
    private final long clientCpu;
    private final Duration brokerCpu;

    private Stopwatch(ProcessHandle broker) {
        this.broker = broker;
        this.brokerCpu = cpuOf(broker);
        this.clientCpu = SYSTEM.getProcessCpuTime();
        this.began = System.nanoTime();
    }

    static Stopwatch start(ProcessHandle broker) {
        return new Stopwatch(broker);
    }

    Measured stop(long records) {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        return new Measured(
                records,
                took,
                Duration.ofNanos(SYSTEM.getProcessCpuTime() - clientCpu),
                cpuOf(broker).minus(brokerCpu));
    }

    private static Duration cpuOf(ProcessHandle process) {
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new IllegalStateException("The system does not tell a process's CPU time."));
    }
}
