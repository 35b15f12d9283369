package fi.lupa.standalone.delivery;

import fi.lupa.edge.access.Audit;
import fi.lupa.edge.kafka.EventProducer;
import fi.lupa.edge.kafka.Installation;
import fi.lupa.edge.kafka.KafkaClock;
import fi.lupa.edge.service.ProcessEnd;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import fi.lupa.edge.settings.Settings;
import fi.lupa.event.MessageCleared;
import fi.lupa.permission.Channel;
import fi.lupa.schemas.registry.EventClasses;
import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lupa deliver}: takes a channel's cleared messages to the system that sends them. */
@Command(
        name = "deliver",
        description = {
            "Takes a channel's cleared messages to the system that sends them, until Ctrl-C.",
            "At least once: a message that is carried again has the same Message-ID, or Idempotency-Key."
        },
        footer = {
            "",
            "A template is a folder with subject.txt, and text.txt or page.html or both, in Mustache; the message's parameters,"
                    + " unsubscribeUrl and preferencesUrl are filled in. One that gives no way to stop is not sent.",
            "What will never be taken goes to dead.letters; what is past its notAfter is not carried. An address that the mail"
                    + " server says is none (5.1.1 and its like) is stopped.",
            "Exit code: 0 told to stop; 1 failed on the way; 2 the command was not understood."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DeliverCommand implements Callable<Integer> {

    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Option(names = "--channel", paramLabel = "CHANNEL", required = true, description = "email, mobile, phone or post.")
    private String channel;

    @Option(
            names = "--to",
            paramLabel = "URL",
            required = true,
            description =
                    "smtp://[user@]host:port or smtps://…, for email; https://… for any channel, http://… on this machine.")
    private URI to;

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            description = "Who emails are from, as \"Shop <news@example.fi>\".")
    private String from;

    @Option(names = "--templates", paramLabel = "FOLDER", description = "The templates of emails, a folder each.")
    private Path templates;

    @Option(
            names = "--without-tls",
            description = "Hand messages over unencrypted: to a mail server, or by http:// to another machine.")
    private boolean withoutTls;

    @Option(
            names = "--password",
            paramLabel = "TEXT",
            defaultValue = "${env:LUPA_DELIVER_PASSWORD}",
            description = "Of the mail server; better as LUPA_DELIVER_PASSWORD.")
    private String password;

    @Option(
            names = "--secret",
            paramLabel = "TEXT",
            defaultValue = "${env:LUPA_DELIVER_SECRET}",
            description = "whsec_… to sign what is posted (Standard Webhooks); better as LUPA_DELIVER_SECRET.")
    private String secret;

    @Mixin
    private final KafkaSettings kafka = new KafkaSettings();

    @Mixin
    private final RegistrySettings registry = new RegistrySettings();

    @Override
    public Integer call() throws InterruptedException {
        Settings.check(spec.commandLine(), System.getenv());
        EventClasses.trust();
        KafkaClock clock = new KafkaClock(Clock.systemUTC());
        Channel chosen = channel();
        try (Carrier carrier = carrier(chosen, clock)) {
            deliver(chosen, carrier, clock);
        }
        return CommandLine.ExitCode.OK;
    }

    private Channel channel() {
        for (Channel one : Channel.values()) {
            if (one.name().equalsIgnoreCase(channel)) {
                return one;
            }
        }
        throw wrong("There is no channel \"%s\"; there are email, mobile, phone and post.".formatted(channel));
    }

    private Carrier carrier(Channel chosen, Clock clock) {
        String scheme = String.valueOf(to.getScheme());
        if (to.getHost() == null || !List.of("smtp", "smtps", "http", "https").contains(scheme)) {
            throw wrong("--to is an address that begins with smtp://, smtps://, https:// or http://.");
        }
        if (scheme.equals("http") && !withoutTls && !isHere(to)) {
            throw wrong(
                    "By http:// addresses and messages would go to another machine for anybody on the way to read; name an"
                            + " https:// address, or give --without-tls if that is meant.");
        }
        if (scheme.startsWith("http")) {
            return new WebhookCarrier(to, secret(), clock);
        }
        if (chosen != Channel.EMAIL) {
            throw wrong("Only emails go by SMTP; name an https:// address for another channel.");
        }
        if (templates == null) {
            throw wrong("Name in --templates the folder of the templates.");
        }
        Templates all = new Templates(templates);
        if (!all.any()) {
            throw wrong(
                    ("--templates %s holds no template, and every message would become a dead letter; a template is a"
                                    + " folder in it with subject.txt, and text.txt or page.html.")
                            .formatted(templates));
        }
        return new SmtpCarrier(to, withoutTls, password, sender(), all, clock);
    }

    /** Whether what is sent there stays on this machine; of a host that nobody knows it is not said. */
    static boolean isHere(URI address) {
        try {
            return InetAddress.getByName(address.getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private InternetAddress sender() {
        try {
            InternetAddress address = new InternetAddress(String.valueOf(from), true);
            if (address.getAddress().contains("@")) {
                return address;
            }
        } catch (AddressException e) {
            // As where there is none.
        }
        throw wrong("Name in --from who emails are from, as \"Shop <news@example.fi>\".");
    }

    private byte[] secret() {
        try {
            return secret == null || secret.isBlank()
                    ? null
                    : Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        } catch (IllegalArgumentException e) {
            throw wrong("--secret is whsec_ and base64.");
        }
    }

    private ParameterException wrong(String why) {
        return new ParameterException(spec.commandLine(), why);
    }

    private void deliver(Channel chosen, Carrier carrier, KafkaClock clock) throws InterruptedException {
        Topic<MessageCleared> topic = Topics.cleared(chosen);
        Installation installation = new Installation(kafka, registry);
        AtomicBoolean goesOn = new AtomicBoolean(true);
        CountDownLatch stopped = new CountDownLatch(1);
        ProcessEnd.closes("deliver", () -> {
            goesOn.set(false);
            await(stopped);
        });
        try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(
                        config(installation, topic), new StringDeserializer(), new ByteArrayDeserializer());
                EventProducer producer = new EventProducer(
                        installation.clientProperties(), installation.prefix(), installation, WRITE_PATIENCE, clock)) {
            new Audit("deliver", producer, clock).recordStart();
            consumer.subscribe(List.of(topic.in(installation.prefix())));
            Delivery delivery = new Delivery(consumer, installation.of(topic).deserializer(), carrier, producer, clock);
            spec.commandLine().getOut().println("Delivering %s. Ctrl-C stops it.".formatted(topic.name()));
            spec.commandLine().getOut().flush();
            delivery.run(goesOn::get);
            spec.commandLine().getOut().println(delivery.books());
            spec.commandLine().getOut().flush();
        } finally {
            stopped.countDown();
        }
    }

    private static void await(CountDownLatch stopped) {
        try {
            stopped.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, Object> config(Installation installation, Topic<?> topic) {
        Map<String, Object> config = new HashMap<>(installation.clientProperties());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, installation.prefix() + "lupa-deliver-" + topic.name());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 50);
        return config;
    }
}
