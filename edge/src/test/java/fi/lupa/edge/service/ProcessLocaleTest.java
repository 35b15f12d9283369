package fi.lupa.edge.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessLocaleTest {

    private final Locale before = Locale.getDefault();

    @AfterEach
    void asBefore() {
        Locale.setDefault(before);
    }

    @Test
    void numbersHaveTheSameDigitsOnEveryMachine() {
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        assertThat("%03d".formatted(12)).isEqualTo("٠١٢");
        ProcessLocale.set();
        assertThat("%03d".formatted(12)).isEqualTo("012");
    }
}
