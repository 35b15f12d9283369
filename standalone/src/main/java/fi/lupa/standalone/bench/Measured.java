package fi.lupa.standalone.bench;

import java.time.Duration;

/**
 * What a phase took.
 *
 * @param clientCpu of this process, which runs the phase
 */
record Measured(long records, Duration took, Duration clientCpu, Duration brokerCpu) {

    double seconds() {
        return took.toNanos() / 1e9;
    }

    double perSecond() {
        return records / seconds();
    }

    double clientMicros() {
        return clientCpu.toNanos() / 1e3 / records;
    }

    double brokerMicros() {
        return brokerCpu.toNanos() / 1e3 / records;
    }

    double cpuMicros() {
        return clientMicros() + brokerMicros();
    }
}
