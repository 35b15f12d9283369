package fi.lupa.standalone;

import static fi.lupa.standalone.TestInstallation.DPO;
import static fi.lupa.standalone.TestInstallation.awaitTrue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import fi.lupa.edge.service.RunningService;
import fi.lupa.permission.Terms;
import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.ReplayCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code lupa replay what-if}: what the real services decided is made again, and a changed rule changes what it should. */
class WhatIfIT {

    private static final int PEOPLE = 30;

    @TempDir
    private Path folder;

    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();
    private int sent;

    @Test
    void theSamePolicyDecidesTheSameAndAChangedRuleMovesWhatItShould() throws Exception {
        try (TestInstallation lupa = TestInstallation.named("what-if", folder)) {
            RunningService consent = lupa.consentStream();
            RunningService router = lupa.campaignRouter();
            define(lupa, router, "spring", "DIRECT_MARKETING", "");
            define(lupa, router, "news", "CUSTOMER_COMMUNICATION", ", \"caps\": [{\"most\": 2, \"window\": \"P7D\"}]");
            define(lupa, router, "old", "CUSTOMER_COMMUNICATION", "");
            for (int i = 0; i < PEOPLE; i++) {
                form(
                        lupa,
                        consent,
                        "customer_number=C-%d&email=p%d%%40example.com%s"
                                .formatted(i, i, i % 2 == 0 ? "&email_consent=yes" : ""));
            }
            // A second customer number of the first person's, who has agreed to nothing under it.
            form(lupa, consent, "customer_number=D-0&email=d0%40example.com");
            awaitTrue(() -> known(lupa, router, PEOPLE - 1) && known(lupa, router, 0));

            send(lupa, router, "spring", "r1");
            send(lupa, router, "news", "r1");
            send(lupa, router, "old", "r1");
            message(lupa, router, "news", "unknown", "\"customerId\": \"nobody\"");
            message(lupa, router, "spring", "d0", "\"customerId\": \"D-0\"");
            decided(lupa);

            // Said while messages come: each was decided by what was known that very moment.
            for (int i = 0; i < PEOPLE; i += 3) {
                says(lupa, consent, """
                        {"customerId": "C-%d", "email": "p%d@example.com", "scope": "EMAIL", "will": "WITHDRAW", "door": "LETTER",
                         "evidence": "a/1"}""".formatted(i, i));
                message(lupa, router, "spring", "race/" + i, "\"customerId\": \"C-%d\"".formatted(i));
            }
            decided(lupa);
            awaitTrue(() -> !may(lupa, router, "spring", "C-24"));
            String before =
                    decide(lupa, router, "news", "C-2").at("/contactPointId").asText();
            same(lupa, consent);
            awaitTrue(() -> !decide(lupa, router, "news", "C-2")
                    .at("/contactPointId")
                    .asText()
                    .equals(before));

            send(lupa, router, "news", "r3");
            send(lupa, router, "news", "r1");
            message(lupa, router, "news", "third", "\"customerId\": \"C-1\"");
            message(lupa, router, "spring", "d0-again", "\"customerId\": \"D-0\"");
            decided(lupa);

            define(lupa, router, "old", "CUSTOMER_COMMUNICATION", "");
            assertThat(Http.postJson(
                                    consent.url()
                                            .resolve("/v1/subjects/" + subject(lupa, consent, "C-29") + "/erasure"),
                                    DPO,
                                    """
                                    {"ground": "REQUEST_OF_THE_PERSON", "evidence": "letters/1", "identityCheck": "passport"}""")
                            .status())
                    .isEqualTo(202);
            awaitTrue(() -> lupa.read(Topics.CONSENT_STATE).stream().anyMatch(record -> record.value() == null));

            String same = whatIf(lupa, yaml -> yaml);
            assertThat(same)
                    .contains("%,12d  decisions".formatted(sent))
                    .contains("5  not, and no part of what follows")
                    .contains("each of them is the same")
                    .contains("5    the person was erased since")
                    .doesNotContain("otherwise under");

            Path rows = folder.resolve("difference.ndjson");
            String changed = whatIf(
                    lupa,
                    yaml -> yaml.replaceFirst(
                            "person:       \\{ EMAIL: always, MOBILE: always, PHONE: always, POST: always }      # R6",
                            "person:       { EMAIL: opt-in, MOBILE: always, PHONE: always, POST: always }"),
                    "--to=" + rows,
                    "--campaign=news");
            assertThat(changed)
                    .contains("EMAIL    news, cleared → suppressed NO_CONSENT")
                    .contains("EMAIL    news, cleared → suppressed CONSENT_WITHDRAWN");
            List<String> moved = Files.readAllLines(rows).stream()
                    .filter(row -> row.contains("\"was\":\"CLEARED\""))
                    .map(row -> row.replaceAll(".*\"messageId\":\"([^\"]*)\".*\"nowReason\":\"([^\"]*)\".*", "$1 $2"))
                    .sorted()
                    .toList();
            assertThat(moved).isEqualTo(expected());
        }
    }

    /**
     * Who agreed to nothing gets no news, and who withdrew gets none from then on. The third person's newest address came with
     * the merge, and no consent with it.
     */
    private static List<String> expected() {
        return IntStream.range(0, PEOPLE - 1)
                .boxed()
                .flatMap(i -> {
                    List<String> moves = new ArrayList<>();
                    boolean withdrew = i % 3 == 0;
                    if (i % 2 != 0) {
                        moves.add("r1/%d NO_CONSENT".formatted(i));
                    }
                    if (withdrew) {
                        moves.add("r3/%d CONSENT_WITHDRAWN".formatted(i));
                    } else if (i % 2 != 0 || i == 2) {
                        moves.add("r3/%d NO_CONSENT".formatted(i));
                    }
                    return moves.stream();
                })
                .sorted()
                .collect(Collectors.toList());
    }

    private String whatIf(TestInstallation lupa, UnaryOperator<String> change, String... options) throws IOException {
        out = new StringWriter();
        err = new StringWriter();
        Path policy = folder.resolve("policy.yaml");
        try (var own = Terms.class.getResourceAsStream("policy.yaml")) {
            String yaml = new String(own.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(policy, change.apply(yaml.replaceFirst("(?m)^version: .*$", "version: tried")));
        }
        List<String> arguments = new ArrayList<>(List.of(
                "what-if",
                "--policy=" + policy,
                "--bootstrap-servers=" + lupa.brokers(),
                "--schema-registry-url=" + Infrastructure.registryUrl(),
                "--topic-prefix=" + lupa.prefix()));
        arguments.addAll(List.of(options));
        int code = new CommandLine(new ReplayCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
        assertThat(code).as(err.toString()).isZero();
        return out.toString();
    }

    private static void define(TestInstallation lupa, RunningService router, String id, String purpose, String more) {
        assertThat(Http.put(router.url().resolve("/v1/campaigns/" + id), lupa.keys.marketer(), """
                        {"name": "%s", "purpose": "%s", "channels": ["EMAIL"],
                         "processor": {"name": "Postittaja Oy", "country": "FI"}%s}""".formatted(
                                        id, purpose, more))
                        .status())
                .isEqualTo(200);
    }

    private static void form(TestInstallation lupa, RunningService consent, String fields) {
        assertThat(Http.post(
                                consent.url().resolve("/v1/forms/registration"),
                                lupa.keys.site(),
                                "application/x-www-form-urlencoded",
                                fields)
                        .status())
                .isEqualTo(202);
    }

    private static void says(TestInstallation lupa, RunningService consent, String statement) {
        Http.Answer taken = Http.postJson(consent.url().resolve("/v1/consents"), lupa.keys.operator(), statement);
        assertThat(taken.status()).as(taken.response().body()).isEqualTo(202);
    }

    /** A person finds that D-0 is C-2. */
    private static void same(TestInstallation lupa, RunningService consent) {
        Http.Answer merged = Http.put(
                consent.url()
                        .resolve("/v1/subjects/" + subject(lupa, consent, "D-0") + "/same-as/"
                                + subject(lupa, consent, "C-2")),
                lupa.keys.operator(),
                "{\"evidence\": \"desk/1\"}");
        assertThat(merged.status()).as(merged.response().body()).isEqualTo(202);
    }

    private static String subject(TestInstallation lupa, RunningService consent, String customer) {
        return Http.get(consent.url().resolve("/v1/subjects?customerId=" + customer), lupa.keys.operator())
                .body()
                .at("/subjectId")
                .asText();
    }

    private void send(TestInstallation lupa, RunningService router, String campaign, String round) {
        for (int i = 0; i < PEOPLE; i++) {
            message(lupa, router, campaign, round + "/" + i, "\"customerId\": \"C-%d\"".formatted(i));
        }
    }

    private void message(TestInstallation lupa, RunningService router, String campaign, String id, String recipient) {
        assertThat(Http.postJson(
                                router.url().resolve("/v1/campaigns/" + campaign + "/messages"),
                                lupa.keys.campaign(),
                                "{\"messageId\": \"%s\", \"channel\": \"EMAIL\", \"recipient\": {%s}}"
                                        .formatted(id, recipient))
                        .status())
                .isEqualTo(202);
        sent++;
    }

    private void decided(TestInstallation lupa) {
        awaitTrue(() -> lupa.values(Topics.CAMPAIGN_CONTACTS).size()
                        + lupa.values(Topics.CAMPAIGN_SUPPRESSED).size()
                == sent);
    }

    private static boolean known(TestInstallation lupa, RunningService router, int i) {
        return may(lupa, router, "news", "C-" + i);
    }

    private static boolean may(TestInstallation lupa, RunningService router, String campaign, String customer) {
        return decide(lupa, router, campaign, customer).at("/cleared").asBoolean();
    }

    private static JsonNode decide(TestInstallation lupa, RunningService router, String campaign, String customer) {
        return Http.postJson(
                        router.url().resolve("/v1/decisions"), lupa.keys.campaign(), """
                        {"campaignId": "%s", "channel": "EMAIL", "recipients": [{"customerId": "%s"}]}""".formatted(campaign, customer))
                .body()
                .at("/decisions/0");
    }
}
