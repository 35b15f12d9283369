package fi.lupa.standalone.replay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import fi.lupa.standalone.replay.options.ReplayAudit;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.Test;

/** A replay cannot send: what reads history has nothing to write with. */
class FenceTest {

    private static final JavaClasses REPLAY = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ReplayCommand.class.getPackageName());

    @Test
    void onlyTheFeedAndTheAuditHaveAProducer() {
        noClasses()
                .that()
                .doNotHaveSimpleName("Feed")
                .and()
                .doNotHaveSimpleName(ReplayAudit.class.getSimpleName())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka.clients.producer..")
                .orShould()
                .dependOnClassesThat()
                .haveSimpleName("EventProducer")
                .check(REPLAY);
    }

    @Test
    void nothingCommitsOffsetsOrJoinsAGroup() {
        noClasses()
                .should()
                .callMethod(Consumer.class, "commitSync")
                .orShould()
                .callMethodWhere(com.tngtech.archunit.core.domain.JavaCall.Predicates.target(
                        com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching(
                                "commitSync|commitAsync|subscribe|sendOffsetsToTransaction")))
                .check(REPLAY);
    }
}
