package fi.lupa.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.schemas.topic.Topic;
import fi.lupa.schemas.topic.Topics;
import java.time.Duration;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

class TopicsTest {

    @Test
    void whatIsJoinedBySubjectIsSpreadOverTheSamePartitions() {
        assertThat(Topics.all().stream().filter(Topic::spread).map(topic -> topic.partitions(7)))
                .containsOnly(7);
        assertThat(Topics.CAMPAIGN_MESSAGES.spread()).isEqualTo(Topics.CONSENT_STATE.spread());
    }

    @Test
    void everyTopicOfTheContractIsDeclaredOnce() {
        assertThat(Topics.all())
                .extracting(Topic::name)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrder(
                        "forms.inbox",
                        "forms.submitted",
                        "consent.changes",
                        "consent.state",
                        "consent.stops",
                        "campaign.definitions",
                        "campaign.launches",
                        "campaign.messages",
                        "campaign.cleared.email",
                        "campaign.cleared.mobile",
                        "campaign.cleared.phone",
                        "campaign.cleared.post",
                        "campaign.suppressed",
                        "campaign.contacts",
                        "campaign.notes",
                        "audience.email",
                        "audience.mobile",
                        "audience.phone",
                        "audience.post",
                        "audience.exports",
                        "subject.keys",
                        "subject.links",
                        "subject.notes",
                        "subject.rights",
                        "campaign.readdressed",
                        "dead.letters",
                        "audit.events");
    }

    @Test
    void retentionIsTheContracts() {
        assertThat(Topics.FORMS_INBOX.retention()).contains(Duration.ofHours(24));
        assertThat(Topics.FORMS_SUBMITTED.configs())
                .containsEntry(TopicConfig.RETENTION_MS_CONFIG, "-1")
                .containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "delete");
        assertThat(Topics.CONSENT_STATE.configs()).containsEntry(TopicConfig.CLEANUP_POLICY_CONFIG, "compact");
    }

    @Test
    void anInstallationMayPrefixItsTopics() {
        assertThat(Topics.FORMS_INBOX.in("test.")).isEqualTo("test.forms.inbox");
        assertThat(Topics.FORMS_INBOX.subject("test.")).isEqualTo("test.forms.inbox-value");
    }
}
