package fi.lupa.standalone.bench;

import java.time.Duration;

/**
 * What a phase took.
 *
 * @param clientCpu of this process, which runs the phase, and of one beside it that does
 * @param serverCpu of a server that it asks beside the broker
 */
record Measured(long records, Duration took, Duration clientCpu, Duration brokerCpu, Duration serverCpu) {

    Measured(long records, Duration took, Duration clientCpu, Duration brokerCpu) {
        this(records, took, clientCpu, brokerCpu, Duration.ZERO);
    }

    /** With what processes beside this one and the broker took of it. */
    Measured with(Duration client, Duration server) {
        return new Measured(records, took, clientCpu.plus(client), brokerCpu, serverCpu.plus(server));
    }

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

    double serverMicros() {
        return serverCpu.toNanos() / 1e3 / records;
    }

    double cpuMicros() {
        return clientMicros() + brokerMicros() + serverMicros();
    }
}
