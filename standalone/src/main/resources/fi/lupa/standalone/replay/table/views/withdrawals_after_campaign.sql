-- For each campaign: contacts, people, and what those people themselves took back, forbade or complained of within seven days, on the channel or of marketing use; share is of people.
WITH contacts AS (
    SELECT campaignId AS campaign, subjectId AS subject, channel::VARCHAR AS channel, clearedAt AS contacted_at
    FROM campaign_contacts
    WHERE NOT _deleted
), stops AS (
    SELECT DISTINCT campaign, subject, event_id, if(door = 'COMPLAINT', 'COMPLAINT', will) AS stop
    FROM contacts JOIN statements USING (subject)
    WHERE will IN ('WITHDRAW', 'PROHIBIT')
        AND NOT mistaken
        AND door NOT IN ('HARD_BOUNCE', 'IMPORT', 'PROHIBITION_REGISTER', 'ERASURE')
        AND scope IN (channel, 'MARKETING_USE')
        AND occurred_at >= contacted_at
        AND occurred_at < contacted_at + INTERVAL 7 DAYS
), stopped AS (
    SELECT
        campaign,
        count(DISTINCT subject) AS people,
        count(*) FILTER (WHERE stop = 'WITHDRAW') AS withdrawals,
        count(*) FILTER (WHERE stop = 'PROHIBIT') AS prohibitions,
        count(*) FILTER (WHERE stop = 'COMPLAINT') AS complaints
    FROM stops
    GROUP BY campaign
), reached AS (
    SELECT campaign, count(*) AS contacts, count(DISTINCT subject) AS people FROM contacts GROUP BY campaign
)
SELECT
    campaign,
    contacts,
    reached.people,
    coalesce(withdrawals, 0) AS withdrawals,
    coalesce(prohibitions, 0) AS prohibitions,
    coalesce(complaints, 0) AS complaints,
    coalesce(stopped.people, 0) AS people_who_stopped,
    round(coalesce(stopped.people, 0) / reached.people, 4) AS share
FROM reached LEFT JOIN stopped USING (campaign)
