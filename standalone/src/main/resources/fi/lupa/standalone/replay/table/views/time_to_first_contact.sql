-- For each subject and channel: since when there first was a consent that counts, when the first message after it was cleared, and how long that took.
WITH consents AS (
    SELECT subject, scope AS channel, min(valid_from) AS consented_at
    FROM states
    WHERE status = 'GRANTED' AND scope IN ('EMAIL', 'MOBILE', 'PHONE', 'POST')
    GROUP BY ALL
), contacted AS (
    SELECT consents.*, min(clearedAt) AS first_contact_at
    FROM consents LEFT JOIN campaign_contacts contact
        ON contact.subjectId = consents.subject
        AND contact.channel::VARCHAR = consents.channel
        AND contact.clearedAt >= consented_at
        AND NOT contact._deleted
    GROUP BY ALL
)
SELECT *, first_contact_at - consented_at AS took FROM contacted
