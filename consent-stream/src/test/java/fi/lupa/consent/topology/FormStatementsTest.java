package fi.lupa.consent.topology;

import static fi.lupa.consent.People.IDS;
import static fi.lupa.consent.People.NOON;
import static fi.lupa.consent.People.aino;
import static org.assertj.core.api.Assertions.assertThat;

import fi.lupa.consent.identity.FormIdentity;
import fi.lupa.event.Collection;
import fi.lupa.event.Door;
import fi.lupa.event.FormSubmitted;
import fi.lupa.event.Scope;
import fi.lupa.event.Will;
import fi.lupa.permission.ConsentStatus;
import fi.lupa.permission.Consents;
import fi.lupa.permission.Statement;
import fi.lupa.schemas.mapping.Statements;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a form says weighs by how it was collected. */
class FormStatementsTest {

    private final FormSubmitted form = aino().says(Scope.EMAIL, Will.GRANT).form();
    private final FormSubmitted list =
            FormSubmitted.newBuilder(form).setCollection(Collection.IMPORTED).build();

    @Test
    void aFormSaysByTheFormAndAListByTheImport() {
        assertThat(statement(form).door()).isEqualTo(fi.lupa.permission.Door.FORM);
        assertThat(FormStatements.of(list, FormIdentity.of(list, IDS)))
                .extracting(changed -> changed.getDoor())
                .containsExactly(Door.IMPORT);
    }

    @Test
    void aListFillsSilenceAndTakesNoWithdrawalBack() {
        Statement imported = statement(list);
        Statement withdrawal = new Statement(
                new java.util.UUID(0, 1),
                fi.lupa.permission.Scope.EMAIL,
                fi.lupa.permission.Will.WITHDRAW,
                null,
                NOON.minusSeconds(3600),
                NOON,
                fi.lupa.permission.Door.LETTER,
                false,
                null,
                null,
                null);

        assertThat(status(List.of(imported), imported)).isEqualTo(ConsentStatus.GRANTED);
        assertThat(status(List.of(imported, withdrawal), imported)).isEqualTo(ConsentStatus.WITHDRAWN);
    }

    private static ConsentStatus status(List<Statement> said, Statement about) {
        return Consents.of(said)
                .standing(about.scope(), about.contactPoint(), NOON)
                .status();
    }

    private static Statement statement(FormSubmitted form) {
        return Statements.of(FormStatements.of(form, FormIdentity.of(form, IDS)).get(0));
    }
}
