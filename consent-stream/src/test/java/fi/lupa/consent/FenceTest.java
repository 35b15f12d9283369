package fi.lupa.consent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

class FenceTest {

    private final JavaClasses stream = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("fi.lupa.consent");

    @Test
    void theTopologyKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAnyPackage("fi.lupa.consent.topology", "fi.lupa.consent.state", "fi.lupa.consent.identity")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..", "fi.lupa.edge.http")
                .check(stream);
    }

    @Test
    void theIntakeKnowsNothingOfWhatBecomesOfAForm() {
        noClasses()
                .that()
                .resideInAPackage("fi.lupa.consent.intake")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("fi.lupa.consent.topology", "fi.lupa.consent.state", "fi.lupa.consent.query")
                .check(stream);
    }

    @Test
    void theFoldKnowsNothingOfKafka() {
        noClasses()
                .that()
                .resideInAnyPackage("fi.lupa.consent.state", "fi.lupa.consent.identity")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(stream);
    }

    @Test
    void onlyDoorsAreGivenAClockAndOnlyTheMainMakesOne() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Door")
                .and()
                .doNotBelongToAnyOf(ConsentStream.class)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(stream);
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(LocalDate.class, "now")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(stream);
    }

    @Test
    void aStreamIsNotARouter() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("fi.lupa.campaign..")
                .check(stream);
    }
}
