package fi.lupa.standalone;

import fi.lupa.campaign.CampaignRouter;
import fi.lupa.consent.ConsentStream;
import fi.lupa.consent.receipts.ReceiptKeys;
import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.policy.PolicyFile;
import fi.lupa.edge.policy.PolicySettings;
import fi.lupa.edge.service.ProcessEnd;
import fi.lupa.edge.service.RunningService;
import fi.lupa.edge.service.ServiceCommand;
import fi.lupa.standalone.embedded.EmbeddedKafka;
import fi.lupa.standalone.embedded.EmbeddedRegistry;
import fi.lupa.standalone.embedded.LocalPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lupa up}: broker, registry, both services and a sample website on this machine, until Ctrl-C. */
@Command(
        name = "up",
        description =
                "Starts everything on this machine: Kafka, a schema registry, both services and a sample website.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class Up implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(Up.class);
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            description = "Where everything is kept (default: ${DEFAULT-VALUE}).")
    private Path data = Path.of("data");

    @Option(
            names = "--forms",
            paramLabel = "FILE",
            description = "Declaration of the forms (default: the sample's, in --data).")
    private Path forms;

    @Option(
            names = "--controller",
            paramLabel = "FILE",
            description = "Who is answerable for the register (default: the sample's, in --data).")
    private Path controller;

    @Mixin
    private final PolicySettings policy = new PolicySettings();

    @Option(names = "--kafka-port", paramLabel = "PORT", description = "Default: ${DEFAULT-VALUE}.")
    private int kafkaPort = 9092;

    @Option(names = "--registry-port", paramLabel = "PORT", description = "Default: ${DEFAULT-VALUE}.")
    private int registryPort = 8085;

    @Option(names = "--consent-port", paramLabel = "PORT", description = "Default: ${DEFAULT-VALUE}.")
    private int consentPort = 8080;

    @Option(names = "--router-port", paramLabel = "PORT", description = "Default: ${DEFAULT-VALUE}.")
    private int routerPort = 8081;

    @Option(names = "--site-port", paramLabel = "PORT", description = "Default: ${DEFAULT-VALUE}.")
    private int sitePort = 8082;

    @Override
    public Integer call() throws Exception {
        long began = System.nanoTime();
        Deque<AutoCloseable> running = new ArrayDeque<>();
        ProcessEnd.closes("everything", () -> {
            say("Stopping …");
            closeAll(running);
            say("Stopped. The data is in " + data + "; the next start finds it.");
        });
        start(running, began);
        // Until a signal ends the process.
        new CountDownLatch(1).await();
        return CommandLine.ExitCode.OK;
    }

    private void start(Deque<AutoCloseable> running, long began) throws Exception {
        say("Starting; everything is kept in " + data.toAbsolutePath());
        policy.policy(); // said before anything is started, if it is wrong
        LocalPort.check(consentPort, "the consent stream");
        LocalPort.check(routerPort, "the campaign router");
        boolean first = Files.notExists(data.resolve("keys.env"));
        GeneratedKeys keys = GeneratedKeys.writeTo(data);
        Path receiptKeys = ReceiptKeys.writeTo(data);
        Path declared = forms == null ? sample("forms.yaml") : forms;
        EmbeddedKafka kafka = push(running, EmbeddedKafka.start(data.resolve("kafka"), kafkaPort));
        EmbeddedRegistry registry = push(
                running,
                EmbeddedRegistry.start(data.resolve("registry"), registryPort, EmbeddedRegistry.distribution()));
        RunningService consent = push(
                running,
                service(
                        new ConsentStream(),
                        kafka,
                        registry,
                        keys,
                        consentPort,
                        "--forms=" + declared,
                        "--receipt-key=" + receiptKeys,
                        "--controller=" + (controller == null ? sample("controller.yaml") : controller)));
        RunningService router = push(
                running,
                service(new CampaignRouter(), kafka, registry, keys, routerPort, "--public-url=" + consent.url()));
        SampleWebsite site = push(running, SampleWebsite.start(sitePort, consent.url(), keys.site()));
        awaitReady(consent);
        awaitReady(router);
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        spec.commandLine()
                .getOut()
                .println(Welcome.text(
                        took,
                        kafka.bootstrapServers(),
                        registry.url(),
                        consent,
                        router,
                        site.url(),
                        data,
                        first ? keys.staffPassword() : ""));
        spec.commandLine().getOut().flush();
    }

    /** A file of the sample's, with pages on the port that this start uses. */
    private Path sample(String name) throws IOException {
        try (InputStream sample = Up.class.getResourceAsStream("/sample/" + name)) {
            String declared = new String(sample.readAllBytes(), StandardCharsets.UTF_8);
            return Files.writeString(data.resolve(name), declared.replace(":8082", ":" + sitePort));
        }
    }

    private RunningService service(
            ServiceCommand command,
            EmbeddedKafka kafka,
            EmbeddedRegistry registry,
            GeneratedKeys keys,
            int port,
            String... more) {
        List<String> all = new ArrayList<>(List.of(
                "--bootstrap-servers=" + kafka.bootstrapServers(),
                "--schema-registry-url=" + registry.url(),
                "--id-secret=" + keys.idSecret(),
                "--master-key=" + keys.masterKey(),
                "--keys=" + data.resolve("keys.yaml"),
                "--state-dir=" + data.resolve("state"),
                "--http-port=" + port));
        all.addAll(List.of(more));
        if (policy.file() != PolicyFile.shipped()) {
            all.add("--policy=" + policy.file());
        }
        new CommandLine(command).parseArgs(all.toArray(String[]::new));
        return command.start();
    }

    private static void awaitReady(RunningService service) throws InterruptedException {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!service.health().notReady().isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(service.name() + " is not ready: "
                        + service.health().notReady().values());
            }
            Thread.sleep(50);
        }
    }

    private static <T extends AutoCloseable> T push(Deque<AutoCloseable> running, T part) {
        synchronized (running) {
            running.push(part);
        }
        return part;
    }

    /** The newest first: doors before the services, services before the broker. */
    private static void closeAll(Deque<AutoCloseable> running) {
        synchronized (running) {
            while (!running.isEmpty()) {
                try {
                    running.pop().close();
                } catch (Exception e) {
                    LOG.atWarn().addKeyValue("failure", e.getClass().getName()).log("A part did not close cleanly");
                }
            }
        }
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
