-- A row for each statement, also where the log holds it twice: what was said of which scope, when, by which door and on which form; mistaken, if an INVALIDATE says so.
WITH changes AS (
    SELECT * FROM consent_changes WHERE NOT _deleted
    QUALIFY row_number() OVER (PARTITION BY subjectId, eventId, scope, topic, will, contactPointId, about
        ORDER BY CASE WHEN will::VARCHAR IN ('GRANT', 'CONFIRM', 'LIFT') THEN epoch_us(recordedAt) ELSE -epoch_us(recordedAt) END, _partition, _offset) = 1
), corrected AS (
    SELECT DISTINCT subjectId, about FROM changes WHERE about IS NOT NULL AND NOT _erased
), forms AS (
    SELECT eventId, min(formId) AS formId FROM forms_submitted WHERE NOT _deleted GROUP BY eventId
)
SELECT
    said.eventId AS event_id,
    said.subjectId AS subject,
    said.scope::VARCHAR AS scope,
    said.topic,
    said.contactPointId AS contact_point,
    said.will::VARCHAR AS will,
    said.awaitsConfirmation AS awaits_confirmation,
    said.door::VARCHAR AS door,
    forms.formId AS form,
    said.occurredAt AS occurred_at,
    said.recordedAt AS recorded_at,
    said.validUntil AS valid_until,
    said.noticeVersion AS notice_version,
    said.causedBy AS caused_by,
    said.about,
    said.about IS NULL AND corrected.about IS NOT NULL AS mistaken,
    said._erased AS erased
FROM changes said
-- What confirms a consent is caused by that consent, which its form caused.
LEFT JOIN (SELECT DISTINCT eventId, causedBy FROM changes) asked ON asked.eventId = said.causedBy
LEFT JOIN forms ON forms.eventId = coalesce(asked.causedBy, said.causedBy)
LEFT JOIN corrected ON corrected.subjectId = said.subjectId AND corrected.about = said.eventId
