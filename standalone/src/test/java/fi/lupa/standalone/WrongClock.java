package fi.lupa.standalone;

import fi.lupa.campaign.CampaignRouter;
import fi.lupa.consent.ConsentStream;
import fi.lupa.edge.service.ProcessEnd;
import fi.lupa.edge.service.ServiceCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;

/** Runs a service on a machine whose clock is off by as many seconds as a file says at the moment. */
final class WrongClock extends Clock {

    private static final Duration LOOKS_EVERY = Duration.ofMillis(50);

    private final Clock right;
    private final Path file;
    private volatile long looked = System.nanoTime() - LOOKS_EVERY.toNanos();
    private volatile long ahead;

    private WrongClock(Path file, Clock right) {
        this.file = file;
        this.right = right;
    }

    /** @param args the file, the service, and what follows it on its command line */
    public static void main(String[] args) {
        Clock clock = new WrongClock(Path.of(args[0]), Clock.systemUTC());
        ServiceCommand service =
                args[1].equals("consent-stream") ? new ConsentStream(clock) : new CampaignRouter(clock);
        ProcessEnd.with(ServiceCommand.execute(service, Arrays.copyOfRange(args, 2, args.length)));
    }

    @Override
    public Instant instant() {
        if (System.nanoTime() - looked >= LOOKS_EVERY.toNanos()) {
            try {
                String said = Files.readString(file);
                ahead = said.isEmpty() ? ahead : Long.parseLong(said); // empty while it is being written
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            looked = System.nanoTime();
        }
        return right.instant().plusSeconds(ahead);
    }

    @Override
    public ZoneId getZone() {
        return right.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new WrongClock(file, right.withZone(zone));
    }
}
