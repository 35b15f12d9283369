package fi.lupa.standalone;

import fi.lupa.edge.keys.GeneratedKeys;
import fi.lupa.edge.service.RunningService;
import fi.lupa.edge.settings.KafkaSettings;
import fi.lupa.edge.settings.RegistrySettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** What {@code lupa up} says when all is up: where everything is, and lines to try it with. */
final class Welcome {

    private Welcome() {}

    /** @param staffPassword shown where it is new; empty where it was shown before */
    static String text(
            Duration took,
            String brokers,
            String registry,
            RunningService consent,
            RunningService router,
            URI site,
            Path data,
            String staffPassword) {
        return String.format(
                Locale.ROOT,
                """

                Lupa is up after %.1f s. Ctrl-C stops it.

                  sample website    %s
                  consent-stream    %s      forms in, consents out
                  campaign-router   %s      messages in, cleared or refused
                  console           %s/console      %s
                  desk              %s/desk      for marketers
                  Kafka             %s
                  schema registry   %s
                  keys              %s

                Try it in another terminal:

                  . %s

                  # somebody ticks the newsletter's box
                  curl -sw '\\n' -H "Authorization: Bearer $LUPA_SITE_KEY" -d email=aino@example.com -d email_consent=yes \\
                    %s/v1/forms/newsletter

                  # a marketer defines a campaign
                  curl -sw '\\n' -X PUT -H "Authorization: Bearer $LUPA_MARKETER_KEY" -H 'Content-Type: application/json' \\
                    -d '{"name":"Spring","purpose":"DIRECT_MARKETING","channels":["EMAIL"],"processor":{"name":"Postittaja Oy","country":"FI"}}' \\
                    %s/v1/campaigns/spring

                  # may she be written to? the answer, and nothing sent
                  curl -sw '\\n' -H "Authorization: Bearer $LUPA_CAMPAIGN_KEY" -H 'Content-Type: application/json' \\
                    -d '{"campaignId":"spring","channel":"EMAIL","recipients":[{"email":"aino@example.com"}]}' \\
                    %s/v1/decisions

                  # a message, cleared to campaign.cleared.email or suppressed to campaign.suppressed
                  curl -sw '\\n' -H "Authorization: Bearer $LUPA_CAMPAIGN_KEY" -H 'Content-Type: application/json' \\
                    -d '{"messageId":"m-1","channel":"EMAIL","recipient":{"email":"aino@example.com"}}' \\
                    %s/v1/campaigns/spring/messages
                  ./lupa tail%s campaign.cleared.email campaign.suppressed

                  # she changes her mind by letter
                  curl -sw '\\n' -H "Authorization: Bearer $LUPA_OPERATOR_KEY" -H 'Content-Type: application/json' \\
                    -d '{"email":"aino@example.com","scope":"EMAIL","will":"WITHDRAW","door":"LETTER","evidence":"archive/1"}' \\
                    %s/v1/consents
                """,
                took.toMillis() / 1000.0,
                site,
                consent.url(),
                router.url(),
                consent.url(),
                staffPassword.isEmpty()
                        ? "for staff"
                        : "sign in as %s with the password %s (kept in %s)"
                                .formatted(GeneratedKeys.STAFF, staffPassword, data.resolve("keys.env")),
                router.url(),
                brokers,
                registry,
                data.resolve("keys.yaml"),
                data.resolve("keys.env"),
                consent.url(),
                router.url(),
                router.url(),
                router.url(),
                elsewhere(brokers, registry),
                consent.url());
    }

    /** What a command is to be told of a broker and a registry that are not where it looks by itself. */
    private static String elsewhere(String brokers, String registry) {
        return (brokers.equals(new KafkaSettings().bootstrapServers()) ? "" : " --bootstrap-servers=" + brokers)
                + (registry.equals(new RegistrySettings().url().toString())
                        ? ""
                        : " --schema-registry-url=" + registry);
    }
}
