-- By day, form and scope: on how many submissions the scope was spoken of at all, how many gave consent, how many of those asked for confirmation, and how many were confirmed since.
WITH boxes AS (
    SELECT eventId, formId, occurredAt, unnest(statements) AS box
    FROM (
        SELECT * FROM forms_submitted WHERE NOT _deleted
        QUALIFY row_number() OVER (PARTITION BY eventId ORDER BY receivedAt, _partition, _offset) = 1
    )
), confirmed AS (
    SELECT DISTINCT asked.caused_by AS eventId, asked.scope
    FROM statements asked JOIN statements confirmation ON confirmation.caused_by = asked.event_id
    WHERE confirmation.will = 'CONFIRM' AND asked.caused_by IS NOT NULL
)
SELECT
    occurredAt::DATE AS day,
    formId AS form,
    box.scope::VARCHAR AS scope,
    count(DISTINCT boxes.eventId) AS shown,
    count(DISTINCT boxes.eventId) FILTER (WHERE box.will = 'GRANT') AS ticked,
    count(DISTINCT boxes.eventId) FILTER (WHERE box.will = 'GRANT' AND box.awaitsConfirmation) AS needs_confirmation,
    count(DISTINCT confirmed.eventId) AS confirmed
FROM boxes LEFT JOIN confirmed ON confirmed.eventId = boxes.eventId AND confirmed.scope = box.scope::VARCHAR
GROUP BY ALL
