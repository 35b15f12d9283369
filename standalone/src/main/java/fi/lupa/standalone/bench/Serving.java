package fi.lupa.standalone.bench;

import static fi.lupa.standalone.bench.Services.CAMPAIGN_ROUTER;
import static fi.lupa.standalone.bench.Services.CONSENT_STREAM;

import fi.lupa.event.CampaignDefined;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Measures how both services behave as they run in production: what people and campaign systems wait for, and what it costs. */
final class Serving {

    /** What the consent stream reads that nobody writes in a transaction. */
    private static final List<Topic<?>> SAID =
            List.of(Topics.FORMS_INBOX, Topics.FORMS_SUBMITTED, Topics.CONSENT_CHANGES, Topics.SUBJECT_LINKS);

    private static final Duration DECIDES_WITHIN = Duration.ofMinutes(10);
    private static final int MOST_WITHDRAWALS = 200;

    /** At each of so many levels of load people withdraw. */
    private static final int LEVELS = 3;

    /** So many people have one among them at each level who withdraws. */
    static final int FEWEST_PEOPLE = Population.OF * LEVELS;

    private static final int STATED_RATE = 20_000;

    /** A rate above this share of the peak is none that can be held. */
    private static final double HOLDABLE = 0.8;

    /** One of which less is sent is not held. */
    private static final double HELD = 0.9;

    private static final int MOST_FORMS = 100_000;
    private static final int FEWEST_FORMS = 200;
    private static final int BATCH = 500;
    private static final int MOST_BATCHES = 2_000;
    private static final int FEWEST_BATCHES = 20;
    private static final int BODIES = 32;
    private static final Pattern RESTORED = Pattern.compile(
            "(?m)^kafka_consumer_fetch_manager_records_consumed_total\\{client_id=\"[^\"]*-restore-consumer\".* (\\S+)$");
    private static final Pattern SUBJECTS = Pattern.compile("\"subjects\":(\\d+)");
    private static final Pattern CLEARED = Pattern.compile("\"cleared\":true");

    /** Of forms, questions and withdrawals, so large a part comes first and does not count. */
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
        this.withdrawals = Math.max(1, Math.min(MOST_WITHDRAWALS, subjects / FEWEST_PEOPLE));
        this.people = new Population(services, subjects, withdrawals * LEVELS);
        this.newcomers = subjects;
    }

    static Served measure(Site site, Clock clock) throws InterruptedException {
        try (Services services = new Services(site)) {
            Serving serving = new Serving(services, clock);
            serving.begin();
            serving.restartConsentStream();
            double peak = serving.restartRouter();
            serving.withdraw("idle", 0, 25);
            if (STATED_RATE <= peak * HOLDABLE) {
                serving.withdraw(text("%,d messages/s", STATED_RATE), STATED_RATE, 40);
            } else {
                serving.figures.add(Figure.notMeasured(
                        text("withdrawal answered → suppressed, %,d messages/s", STATED_RATE),
                        text("the peak is %,.0f/s", peak)));
            }
            double[] underWay = serving.withdraw("half the peak", peak / 2, 100);
            serving.figures.add(Figure.atMost(
                    250, "ms", "message sent → cleared and visible, half the peak, p99", Quantiles.of(0.99, underWay)));
            serving.takeForms();
            serving.answerQuestions();
            serving.rememberPeople();
            serving.crashRouter();
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
        site.progress("router looking at everybody", people.size()).await(() -> lookedAt(sizes));
    }

    /** How many people are counted in audiences or out of them, where that is not everybody yet. */
    private long lookedAt(URI sizes) {
        String told = services.look(sizes).body();
        Matcher subjects = SUBJECTS.matcher(told);
        boolean everybody = told.contains("\"counted\":true");
        return everybody ? people.size() : subjects.find() ? Long.parseLong(subjects.group(1)) - 1 : 0;
    }

    private void restartConsentStream() throws InterruptedException {
        services.consentStream().stop();
        state(CONSENT_STREAM);
        long folded = submitted();
        long began = System.nanoTime();
        services.startConsentStream();
        HttpRequest form = services.form(services.consentStream().url(), newcomers++, "consent");
        int status = services.call(form).statusCode();
        figures.add(
                Figure.atMost(3, "s", "consent-stream: start after a clean stop → first form answered", since(began)));
        if (status != 202) {
            faults.add("The first form after a restart was answered with " + status + ".");
            return;
        }
        site.progress("consent-stream folding again", 1).await(() -> submitted() - folded);
        figures.add(Figure.of("s", "consent-stream: start after a clean stop → first form folded", since(began)));
        services.awaitReady(services.consentStream());
    }

    /** Measures a restart in good order, with a backlog; returns how many messages of it were decided a second. */
    private double restartRouter() throws InterruptedException {
        services.campaignRouter().stop();
        state(CAMPAIGN_ROUTER);
        try (Outflow outflow = new Outflow(site);
                Messages backlog = new Messages(site, people, 20)) {
            backlog.sendAtRandom(site.workload().messages(), Double.POSITIVE_INFINITY);
            long began = System.nanoTime();
            services.startCampaignRouter();
            awaitFirst(outflow);
            figures.add(Figure.atMost(
                    3,
                    "s",
                    "campaign-router: start after a clean stop → first decision",
                    (outflow.first() - began) / 1e9));
            Progress progress = site.progress("router deciding", backlog.sent());
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

    /** Watches the state coming back from Kafka until the first decision, on which its reading ends at the latest. */
    private void restoring(Outflow outflow) throws InterruptedException {
        String title = "campaign-router: records restored into its state";
        URI metrics = services.campaignRouter().url().resolve("/metrics");
        double restored = 0;
        long from = 0;
        long to = 0;
        while (outflow.first() == 0) {
            double now = restored(services.look(metrics).body());
            if (now == 0) {
                from = System.nanoTime();
            } else if (now > restored) {
                restored = now;
                to = System.nanoTime();
            }
            Thread.sleep(20);
        }
        figures.add(
                from == 0 || restored == 0
                        ? Figure.notMeasured(title, "over too soon")
                        : Figure.atLeast(400_000, "records/s", title, restored * 1e9 / (to - from)));
    }

    private static double restored(String metrics) {
        return RESTORED.matcher(metrics)
                .results()
                .mapToDouble(line -> Double.parseDouble(line.group(1)))
                .sum();
    }

    /** A start may take longer than a step that stands still is given. */
    private void awaitFirst(Outflow outflow) throws InterruptedException {
        services.campaignRouter().url(); // fails sooner where the process has ended
        long deadline = System.nanoTime() + DECIDES_WITHIN.toNanos();
        while (outflow.first() == 0) {
            if (System.nanoTime() > deadline) {
                throw services.campaignRouter()
                        .failed("decided nothing for " + DECIDES_WITHIN.toMinutes() + " minutes");
            }
            Thread.sleep(1);
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

    /** Returns how long messages to others were under way meanwhile, in milliseconds. */
    private double[] withdraw(String load, double perSecond, double goal) throws InterruptedException {
        try (Outflow outflow = new Outflow(site);
                Messages to = new Messages(site, people, 0);
                Messages others = new Messages(site, people, 5)) {
            Thread sends = new Thread(() -> others.sendAtRandom(perSecond > 0 ? Long.MAX_VALUE : 0, perSecond), "load");
            sends.start();
            Thread.sleep(perSecond > 0 ? 1_000 : 0); // what is under way from the beginning on waits for connections
            outflow.underWay();
            long began = System.nanoTime();
            long sent = others.sent();
            double[] millis;
            try {
                millis = new Withdrawals(services, people, outflow, to, clock)
                        .measure(withdrawals, site.progress("withdrawing, " + load, withdrawals), faults);
                millis = Arrays.copyOfRange(millis, withdrawals / WARM_UP, withdrawals);
            } finally {
                others.stop();
            }
            double rate = (others.sent() - sent) / since(began);
            boolean held = rate >= HELD * perSecond && others.sent() - outflow.decided() <= perSecond;
            double[] underWay = outflow.underWay();
            sends.join();
            await(site.progress("router deciding", others.sent()), outflow, others.sent());
            if (perSecond > 0) {
                balance(load, others, outflow);
            }
            books.add(text("%s: %,d withdrawals, and nothing went out once they had taken effect", load, withdrawals));
            String title = "withdrawal answered → suppressed, " + load + (held ? "" : ", not held");
            figures.add(Figure.of("ms", title + ", p50", Quantiles.of(0.5, millis)));
            figures.add(Figure.atMost(goal, "ms", title + ", p99", Quantiles.of(0.99, millis)));
            return underWay;
        }
    }

    /** Measures the forms' door, and counts the events of what it answered. */
    private void takeForms() throws InterruptedException {
        URI url = services.consentStream().url();
        int count = Math.max(FEWEST_FORMS, Math.min(MOST_FORMS, people.size() / 10));
        long before = submitted();
        Calls warm = takeForms(url, count / WARM_UP, Double.POSITIVE_INFINITY);
        services.awaitRead(CONSENT_STREAM, SAID);
        Duration cpu = services.consentStream().cpu();
        Calls most = takeForms(url, count, Double.POSITIVE_INFINITY);
        services.awaitRead(CONSENT_STREAM, SAID);
        double seconds = services.consentStream().cpu().minus(cpu).toNanos() / 1e9;
        Calls half = takeForms(url, count / 2, most.perSecond() / 2);
        services.awaitRead(CONSENT_STREAM, SAID);
        figures.add(Figure.of("forms/s", "consent-stream: forms answered", most.perSecond()));
        figures.add(Figure.atLeast(
                5_000, "forms/s", "consent-stream: forms answered and folded, per core that it uses", count / seconds));
        figures.add(Figure.atMost(
                25,
                "ms",
                "consent-stream: form sent → answered, half that rate, p99",
                Quantiles.of(0.99, half.millis())));
        long answered = Stream.of(warm, most, half)
                .mapToLong(calls -> calls.millis().length - calls.otherwise())
                .sum();
        long otherwise = Stream.of(warm, most, half).mapToLong(Calls::otherwise).sum();
        long events = submitted() - before;
        books.add(text("%,d forms answered with 202 = %,d events", answered, events));
        if (otherwise > 0 || events != answered) {
            faults.add(text(
                    "Of the forms %,d were answered with 202 and %,d otherwise; there are %,d events of them.",
                    answered, otherwise, events));
        }
    }

    private Calls takeForms(URI url, int count, double perSecond) throws InterruptedException {
        int from = newcomers;
        newcomers += count;
        return Calls.make(
                services.http(),
                count,
                perSecond,
                number -> services.form(url, from + number, "consent"),
                number -> answer -> answer.statusCode() == 202,
                site.progress("sending forms", count));
    }

    /** Measures the door that campaign systems ask whom they may contact. */
    private void answerQuestions() throws InterruptedException {
        URI door = services.campaignRouter().url().resolve("/v1/decisions");
        int batch = Math.min(BATCH, people.size());
        List<HttpRequest> questions = new ArrayList<>();
        List<Long> permitted = new ArrayList<>();
        for (int i = 0; i < BODIES; i++) {
            int from = (int) ((long) (people.size() - batch) * i / BODIES);
            questions.add(services.ask(door, question(from, batch)));
            permitted.add(
                    IntStream.range(from, from + batch).filter(people::permits).count());
        }
        int count = Math.max(FEWEST_BATCHES, Math.min(MOST_BATCHES, people.size() / 250));
        long otherwise = ask(questions, permitted, count / WARM_UP).otherwise();
        Duration cpu = services.campaignRouter().cpu();
        Calls calls = ask(questions, permitted, count);
        double seconds = services.campaignRouter().cpu().minus(cpu).toNanos() / 1e9;
        otherwise += calls.otherwise();
        figures.add(Figure.of(
                "decisions/s", "campaign-router: decisions answered, batches of " + batch, calls.perSecond() * batch));
        figures.add(Figure.atLeast(
                100_000,
                "decisions/s",
                "campaign-router: decisions answered, per core that it uses",
                (double) count * batch / seconds));
        books.add(text("%,d decisions answered over HTTP, as each recipient has consented", (long) count * batch));
        if (otherwise > 0) {
            faults.add(text("%,d questions about recipients were answered otherwise than they should be.", otherwise));
        }
    }

    private String question(int from, int batch) {
        return IntStream.range(from, from + batch)
                .mapToObj(person -> "{\"subjectId\":\"" + people.subjectId(person) + "\"}")
                .collect(Collectors.joining(
                        ",",
                        "{\"campaignId\":\"" + site.workload().campaign().getCampaignId()
                                + "\",\"channel\":\"EMAIL\",\"recipients\":[",
                        "]}"));
    }

    private Calls ask(List<HttpRequest> questions, List<Long> permitted, int count) throws InterruptedException {
        return Calls.make(
                services.http(),
                count,
                Double.POSITIVE_INFINITY,
                number -> questions.get(number % BODIES),
                number -> answer -> answer.statusCode() == 200
                        && CLEARED.matcher(answer.body()).results().count() == permitted.get(number % BODIES),
                site.progress("asking about recipients, in batches", count));
    }

    private void rememberPeople() {
        figures.add(Figure.atMost(
                600,
                "MB",
                "consent-stream: resident memory",
                services.consentStream().residentMemory() / 1e6));
        figures.add(Figure.atMost(
                600,
                "MB",
                "campaign-router: resident memory",
                services.campaignRouter().residentMemory() / 1e6));
    }

    /** Measures a start after a crash that took the disk along. */
    private void crashRouter() throws InterruptedException {
        services.campaignRouter().kill();
        BenchBroker.remove(services.state(CAMPAIGN_ROUTER));
        try (Outflow outflow = new Outflow(site);
                Messages message = new Messages(site, people, 0)) {
            message.sendAtRandom(1, Double.POSITIVE_INFINITY);
            long began = System.nanoTime();
            services.startCampaignRouter();
            restoring(outflow);
            awaitFirst(outflow);
            figures.add(Figure.atMost(
                    10,
                    "s",
                    "campaign-router: start after a crash, without its state → first decision",
                    (outflow.first() - began) / 1e9));
            balance("after the crash", message, outflow);
        }
    }

    /** How many forms were taken in, in the topic that is kept. */
    private long submitted() {
        return site.cluster().written(site.partitions(Topics.FORMS_SUBMITTED));
    }

    private static double since(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    private void state(String service) {
        figures.add(Figure.atMost(
                200,
                "bytes",
                service + ": state on disk, a person",
                (double) tables(services.state(service)) / people.size()));
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
