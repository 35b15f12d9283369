package fi.lupa.standalone.replay.export;

import fi.lupa.schemas.topic.Topics;
import fi.lupa.standalone.replay.read.Filters;
import fi.lupa.standalone.replay.read.PartitionSpan;
import fi.lupa.standalone.replay.table.Staging;
import java.sql.SQLException;
import java.util.List;

/** Of statements, those that were said on a form: it is known once its submissions are read. */
final class FormStatements {

    private FormStatements() {}

    static void keep(Staging staging, Filters filters, List<PartitionSpan> spans) throws SQLException {
        String statements = Staging.table(Topics.CONSENT_CHANGES);
        List<PartitionSpan> theirs = spans.stream()
                .filter(span -> span.topic().equals(Topics.CONSENT_CHANGES))
                .toList();
        if (filters.form() == null || theirs.isEmpty()) {
            return;
        }
        staging.run("DELETE FROM %s WHERE causedBy IS NULL OR causedBy NOT IN (SELECT eventId FROM %s)"
                .formatted(statements, Staging.table(Topics.FORMS_SUBMITTED)));
        for (PartitionSpan span : theirs) {
            long left = staging.number("SELECT count(*) FROM %s WHERE _partition = %d"
                    .formatted(statements, span.partition().partition()));
            span.leftOutLater(span.rows() - left);
        }
        staging.keep(spans);
    }
}
