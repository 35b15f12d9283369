-- How each scope and topic stood, for each address or number and for the whole scope, from when until when (valid_to is null for what is in force), as all statements tell today; a subject's alone, without those it is linked with, and without what was erased.
WITH said AS (
    SELECT subject, scope, topic, contact_point, valid_until,
        -- Of two weights neither takes the other's place.
        CASE
            WHEN will = 'INVALIDATE' THEN 'CORRECTING'
            WHEN will = 'REFUSE' THEN 'DECLINED'
            WHEN will = 'GRANT' AND awaits_confirmation THEN 'AWAITING'
            WHEN will IN ('GRANT', 'CONFIRM', 'LIFT') AND door = 'IMPORT' THEN 'IMPORTED'
            WHEN valid_until IS NOT NULL THEN 'UNTIL'
            WHEN will = 'WITHDRAW' THEN 'TAKEN_BACK'
            ELSE 'CERTAIN'
        END AS weight,
        -- Compared field by field: the later is greater, then the stricter, then whichever is the same everywhere.
        {
            'occurred_at': occurred_at,
            'strictness': list_position(['GRANT', 'CONFIRM', 'LIFT', 'REFUSE', 'WITHDRAW', 'PROHIBIT', 'INVALIDATE'], will),
            'valid_until': valid_until,
            'recorded': -epoch_us(recorded_at),
            'event_id': event_id,
            'will': will,
            'door': door,
            'contact_point': contact_point,
            'is_consent': will IN ('GRANT', 'CONFIRM') AND (contact_point IS NOT NULL OR scope NOT IN ('EMAIL', 'MOBILE'))
        } AS statement
    FROM statements
    WHERE NOT erased AND NOT mistaken
), spoken_of AS (
    SELECT DISTINCT subject, scope, topic, contact_point FROM said
), heard AS (
    SELECT spoken_of.*, said.valid_until, said.weight, said.statement
    FROM spoken_of JOIN said
        ON said.subject = spoken_of.subject
        AND said.scope = spoken_of.scope
        AND said.topic IS NOT DISTINCT FROM spoken_of.topic
        AND (said.contact_point IS NULL OR said.contact_point = spoken_of.contact_point)
), moments AS (
    SELECT subject, scope, topic, contact_point, statement.occurred_at AS moment, weight, statement FROM heard
    UNION ALL
    SELECT subject, scope, topic, contact_point, valid_until, NULL, NULL FROM heard WHERE valid_until <= now()
), latest AS (
    SELECT subject, scope, topic, contact_point, moment,
        max(statement) FILTER (WHERE weight = 'CERTAIN') OVER so_far AS certain,
        max(statement) FILTER (WHERE weight = 'TAKEN_BACK') OVER so_far AS taken_back,
        list(statement) FILTER (WHERE weight = 'UNTIL') OVER so_far AS timed,
        max(statement) FILTER (WHERE weight = 'IMPORTED') OVER so_far AS imported,
        max(statement) FILTER (WHERE weight = 'AWAITING' AND statement.contact_point IS NOT NULL) OVER so_far AS awaiting,
        max(statement) FILTER (WHERE weight = 'DECLINED') OVER so_far AS declined,
        max(statement) FILTER (WHERE weight = 'CORRECTING') OVER so_far AS correction
    FROM moments
    WINDOW so_far AS (PARTITION BY subject, scope, topic, contact_point ORDER BY moment)
    QUALIFY row_number() OVER (PARTITION BY subject, scope, topic, contact_point, moment) = 1
), not_ended AS (
    -- What has ended hides nothing that has not.
    SELECT *, list_max(list_filter(timed, lambda one: one.valid_until <= moment)) AS ended,
        greatest(certain, list_max(list_filter(timed, lambda one: one.valid_until > moment))) AS still
    FROM latest
), weighed AS (
    SELECT *, CASE WHEN still.will = 'PROHIBIT' THEN still ELSE greatest(still, taken_back) END AS word FROM not_ended
), standing AS (
    SELECT subject, scope, topic, contact_point, moment,
        CASE
            WHEN word.will = 'PROHIBIT' THEN {'status': 'PROHIBITED', 'because': word}
            WHEN word.is_consent THEN {'status': 'GRANTED', 'because': word}
            WHEN word IS NULL AND declined IS NULL AND ended IS NULL AND imported.is_consent
                THEN {'status': if(imported.valid_until <= moment, 'EXPIRED', 'GRANTED'), 'because': imported}
            WHEN awaiting IS NOT NULL AND (word IS NULL OR awaiting.occurred_at > word.occurred_at)
                THEN {'status': 'PENDING', 'because': awaiting}
            WHEN word.will = 'WITHDRAW' THEN {'status': 'WITHDRAWN', 'because': word}
            WHEN declined IS NOT NULL AND (word IS NULL OR declined.occurred_at > word.occurred_at)
                THEN {'status': 'REFUSED', 'because': declined}
            WHEN word IS NOT NULL THEN {'status': 'NEVER_ASKED', 'because': word}
            WHEN ended IS NOT NULL THEN {'status': 'EXPIRED', 'because': ended}
            WHEN correction IS NOT NULL THEN {'status': 'INVALIDATED', 'because': correction}
            ELSE {'status': 'NEVER_ASKED', 'because': NULL}
        END AS stands
    FROM weighed
), changed AS (
    SELECT * FROM standing
    WINDOW history AS (PARTITION BY subject, scope, topic, contact_point ORDER BY moment)
    QUALIFY lag(stands.status) OVER history IS DISTINCT FROM stands.status
        OR lag(stands.because.event_id) OVER history IS DISTINCT FROM stands.because.event_id
)
SELECT subject, scope, topic, contact_point,
    stands.status AS status,
    stands.because.will AS will,
    stands.because.door AS door,
    stands.because.event_id AS event_id,
    moment AS valid_from,
    lead(moment) OVER (PARTITION BY subject, scope, topic, contact_point ORDER BY moment) AS valid_to
FROM changed
