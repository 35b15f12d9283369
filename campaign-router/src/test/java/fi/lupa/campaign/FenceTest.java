package fi.lupa.campaign;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import fi.lupa.permission.Policy;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FenceTest {

    private final JavaClasses router = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("fi.lupa.campaign");

    @Test
    void theRouterKnowsTheConsentStreamByItsTopicsAlone() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("fi.lupa.consent..")
                .check(router);
    }

    @Test
    void theRoutingKnowsNoHttp() {
        noClasses()
                .that()
                .resideInAPackage("fi.lupa.campaign.routing")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..", "fi.lupa.edge.http")
                .check(router);
    }

    @Test
    void thePolicyIsAskedInOnePlace() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Decisions")
                .should()
                .callMethodWhere(target(owner(equivalentTo(Policy.class))))
                .check(router);
    }

    @Test
    void onlyDoorsAndTheRouterAreGivenAClockAndOnlyTheMainMakesOne() {
        noClasses()
                .that()
                .haveSimpleNameNotEndingWith("Door")
                .and()
                .resideOutsideOfPackage("fi.lupa.campaign.routing")
                .and()
                .doNotBelongToAnyOf(CampaignRouter.class)
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .check(router);
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(router);
    }
}
