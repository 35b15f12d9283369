-- What became of each message: CLEARED, or SUPPRESSED with its reasons, the decisive one by itself; the purpose of a suppressed one is its campaign's, where that is known.
WITH campaigns AS (
    SELECT campaignId, arg_max(purpose::VARCHAR, definedAt) AS purpose FROM campaign_definitions WHERE NOT _deleted GROUP BY campaignId
)
SELECT
    messageId AS message,
    campaignId AS campaign,
    purpose::VARCHAR AS purpose,
    channel::VARCHAR AS channel,
    subjectId AS subject,
    clearedAt AS decided_at,
    'CLEARED' AS outcome,
    NULL::VARCHAR AS reason,
    []::VARCHAR[] AS reasons
FROM campaign_contacts
WHERE NOT _deleted
UNION ALL
SELECT
    messageId,
    campaignId,
    campaigns.purpose,
    channel::VARCHAR,
    subjectId,
    decidedAt,
    'SUPPRESSED',
    reasons[1]::VARCHAR,
    reasons::VARCHAR[]
FROM campaign_suppressed LEFT JOIN campaigns USING (campaignId)
WHERE NOT _deleted
