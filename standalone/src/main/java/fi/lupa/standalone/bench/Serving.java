package fi.lupa.standalone.bench;

import static fi.lupa.standalone.bench.Services.CAMPAIGN_ROUTER;
import static fi.lupa.standalone.bench.Services.CONSENT_STREAM;

import fi.lupa.event.CampaignDefined;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Measures how both services behave as they run in production: what people and campaign systems wait for, and what it costs. */
final class Serving {

    /** What the consent stream reads that nobody writes in a transaction. */
    private static final List<Topic<?>> SAID =
            List.of(Topics.FORMS_INBOX, Topics.FORMS_SUBMITTED, Topics.CONSENT_CHANGES, Topics.SUBJECT_LINKS);

    private static final int MOST_WITHDRAWALS = 200;
    private static final int LEVELS = 3;
    private static final int STATED_RATE = 20_000;

    /** A rate above this share of the peak is none that can be held. */
    private static final double HOLDABLE = 0.8;

    private static final int MOST_FORMS = 100_000;
    private static final int FEWEST_FORMS = 500;
    private static final int BATCH = 500;
    private static final int MOST_BATCHES = 2_000;
    private static final int FEWEST_BATCHES = 40;
    private static final int BODIES = 32;

    /** Of what is called over HTTP, so large a part comes first and does not count. */
    private static final int WARM_UP = 4;

    private final Services services;
    private final Site site;
    private final Population people;
    private final Clock clock;
    private final int withdrawals;
    private final List<Figure> figures = new ArrayList<>();
    private final List<String> books = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private int newcomers;

    /**
     * What came of it.
     *
     * @param books what balances, each a sentence without its stop
     * @param faults what is wrong, each a sentence
     */
    record Served(List<Figure> figures, List<String> books, List<String> faults) {}

    private Serving(Services services, Clock clock) {
        this.services = services;
        this.site = services.site();
        this.clock = clock;
        int subjects = site.workload().subjects();
        this.withdrawals = Math.max(1, Math.min(MOST_WITHDRAWALS, subjects / 5 / LEVELS));
        this.people = new Population(services, subjects, withdrawals * LEVELS);
        this.newcomers = subjects;
    }

    static Served measure(Site site, Clock clock) throws InterruptedException {
        try (Services services = new Services(site)) {
            Serving serving = new Serving(services, clock);
            serving.begin();
            double peak = serving.restartRouter();
            serving.withdraw("idle", 0, 25);
            if (STATED_RATE <= peak * HOLDABLE) {
                serving.withdraw(text("%,d messages/s", STATED_RATE), STATED_RATE, 40);
            } else {
                serving.figures.add(Figure.notMeasured(
                        text("withdrawal answered → suppressed, %,d messages/s", STATED_RATE),
                        text("the peak is %,.0f/s", peak)));
            }
            serving.withdraw(text("half the peak", peak / 2), peak / 2, 100);
            return new Served(serving.figures, serving.books, serving.faults);
        }
    }

    /** Everybody fills in a form, and the router comes to know them. */
    private void begin() throws InterruptedException {
        services.startConsentStream();
        services.awaitReady(services.consentStream());
        CampaignDefined campaign = site.workload().campaign();
        site.fill(Topics.CAMPAIGN_DEFINITIONS, 1, one -> campaign.getCampaignId(), one -> campaign);
        Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        site.fill(Topics.FORMS_INBOX, people.size(), people::subjectId, person -> people.form(person, at));
        services.awaitRead(CONSENT_STREAM, SAID);
        services.startCampaignRouter();
        awaitRouter();
    }

    private void awaitRouter() throws InterruptedException {
        services.awaitReady(services.campaignRouter());
        services.awaitRead(CAMPAIGN_ROUTER, List.of(Topics.CONSENT_STATE));
        URI sizes = services.campaignRouter().url().resolve("/v1/audiences");
        Progress progress = site.progress("router looking at everybody", 1);
        while (!services.look(sizes).body().contains("\"counted\":true")) {
            progress.at(0);
            Thread.sleep(50);
        }
    }

    /** Measures a restart in good order, with a backlog; returns how many messages of it were decided a second. */
    private double restartRouter() throws InterruptedException {
        services.campaignRouter().stop();
        long bytes = tables(services.state(CAMPAIGN_ROUTER));
        try (Outflow outflow = new Outflow(site);
                Messages backlog = new Messages(site, people, 20)) {
            backlog.sendAtRandom(site.workload().messages(), Double.POSITIVE_INFINITY);
            long began = System.nanoTime();
            services.startCampaignRouter();
            Progress progress = site.progress("router deciding", backlog.sent());
            await(progress, outflow, 1);
            figures.add(Figure.atMost(
                    3,
                    "s",
                    "campaign-router: start after a clean stop → first decision",
                    (outflow.first() - began) / 1e9));
            figures.add(Figure.atMost(
                    200, "bytes", "campaign-router: state on disk, a person", (double) bytes / people.size()));
            await(progress, outflow, backlog.sent() / 5);
            long warm = outflow.decided();
            long from = System.nanoTime();
            await(progress, outflow, backlog.sent());
            double peak = warm < backlog.sent()
                    ? (backlog.sent() - warm) * 1e9 / (System.nanoTime() - from)
                    : backlog.sent() * 1e9 / (System.nanoTime() - began);
            figures.add(Figure.of("messages/s", "campaign-router: rate at which a backlog is decided", peak));
            balance("backlog", backlog, outflow);
            awaitRouter();
            return peak;
        }
    }

    private static void await(Progress progress, Outflow outflow, long decided) throws InterruptedException {
        while (outflow.decided() < decided) {
            progress.at(outflow.decided());
            Thread.sleep(1);
        }
        progress.at(outflow.decided());
    }

    private void balance(String what, Messages messages, Outflow outflow) {
        books.add(text(
                "%s: %,d messages = %,d cleared + %,d suppressed, as each recipient has consented",
                what, outflow.decided(), outflow.cleared(), outflow.decided() - outflow.cleared()));
        if (outflow.decided() != messages.sent() || outflow.cleared() != messages.permitted()) {
            faults.add(text(
                    "%s: of %,d messages %,d have an outcome; of %,d that may go out %,d were cleared.",
                    what, messages.sent(), outflow.decided(), messages.permitted(), outflow.cleared()));
        }
    }

    private void withdraw(String load, double perSecond, double goal) throws InterruptedException {
        String title = "withdrawal answered → suppressed, " + load;
        try (Outflow outflow = new Outflow(site);
                Messages to = new Messages(site, people, 0);
                Messages others = new Messages(site, people, 5)) {
            Thread sends = new Thread(() -> others.sendAtRandom(perSecond > 0 ? Long.MAX_VALUE : 0, perSecond), "load");
            sends.start();
            Thread.sleep(perSecond > 0 ? 1_000 : 0);
            double[] millis;
            try {
                millis = new Withdrawals(services, people, outflow, to, clock)
                        .measure(withdrawals, site.progress("withdrawing, " + load, withdrawals), faults);
            } finally {
                others.stop();
                sends.join();
            }
            await(site.progress("router deciding", others.sent()), outflow, others.sent());
            balance(load, others, outflow);
            figures.add(Figure.of("ms", title + ", p50", Quantiles.of(0.5, millis)));
            figures.add(Figure.atMost(goal, "ms", title + ", p99", Quantiles.of(0.99, millis)));
        }
    }

    /** What is in RocksDB's tables; what it keeps beside them does not grow with people. */
    private static long tables(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(String format, Object... figures) {
        return String.format(Locale.ROOT, format, figures);
    }
}
