package fi.lupa.consent.receipts;

import static fi.lupa.consent.People.POLICY;

import fi.lupa.consent.controller.Controller;
import fi.lupa.consent.controller.Controller.Address;
import fi.lupa.consent.controller.Controller.Officer;
import fi.lupa.consent.controller.Controller.Processor;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The company that the tests' receipts come from. */
final class Example {

    static final URI LUPA = URI.create("https://lupa.example.fi");

    static final Controller CONTROLLER = new Controller(
            "Esimerkki Oy",
            "1234567-8",
            new Address("Esimerkkikatu 1", "00100", "Helsinki", "FI"),
            "asiakaspalvelu@example.fi",
            "+358 9 123 4567",
            new Officer(null, "tietosuoja@example.fi", null),
            new TreeMap<>(Map.of("fi", "https://www.example.fi/tietosuoja", "en", "https://www.example.fi/en/privacy")),
            "2026-01",
            List.of("FI"),
            new TreeMap<>(Map.of("fi", List.of("Kaksi vuotta asiakkuuden päättymisestä."))),
            List.of(new Processor(
                    "Mailer Inc.",
                    "US",
                    "STANDARD_CONTRACTUAL_CLAUSES",
                    new TreeMap<>(Map.of("fi", "Sähköpostien lähetys", "en", "Sending email")))));

    static final Receipts RECEIPTS = new Receipts(LUPA, POLICY, Optional.of(CONTROLLER));

    private Example() {}
}
