package fi.lupa.consent.controller;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The controller of the register, as its {@code controller.yaml} says. What people read is by language: {@code fi},
 * {@code sv}, {@code en}.
 *
 * @param businessId as in the trade register; null where it has none
 * @param phone null for none
 * @param dpo the data protection officer; null for none
 * @param privacyNotice where the privacy notice is, by language
 * @param noticeVersion of the privacy notice that the pages now go by, as forms name theirs; null where it is not told
 * @param storedIn countries that the register is kept in, ISO 3166-1 alpha-2
 * @param retention sentences on how long data is kept, by language
 * @param processors those who handle the data for the controller (R16)
 */
public record Controller(
        String name,
        String businessId,
        Address address,
        String email,
        String phone,
        Officer dpo,
        SortedMap<String, String> privacyNotice,
        String noticeVersion,
        List<String> storedIn,
        SortedMap<String, List<String>> retention,
        List<Processor> processors) {

    public Controller {
        storedIn = storedIn == null ? List.of() : List.copyOf(storedIn);
        retention = retention == null ? new TreeMap<>() : retention;
        processors = processors == null ? List.of() : List.copyOf(processors);
    }

    /**
     * Where letters reach the controller.
     *
     * @param country ISO 3166-1 alpha-2
     */
    public record Address(String street, String postalCode, String city, String country) {

        /** In one line, as on an envelope, the country in its own words for the reader. */
        public String line(Locale locale) {
            return "%s, %s %s, %s"
                    .formatted(street, postalCode, city, new Locale("", country).getDisplayCountry(locale));
        }
    }

    /**
     * Whom to ask about data protection.
     *
     * @param name of a person or of an office; null where only the address is told
     */
    public record Officer(String name, String email, String phone) {}

    /**
     * Somebody who handles the data for the controller.
     *
     * @param country where, ISO 3166-1 alpha-2
     * @param basis the ground of a transfer outside the EU/EEA; null where none is needed
     * @param purpose what for, by language
     */
    public record Processor(String name, String country, String basis, SortedMap<String, String> purpose) {}

    /** What is said in a language, else in English, else in the first there is; null for nothing. */
    public static <T> T in(Map<String, T> byLanguage, String language) {
        T said = byLanguage.getOrDefault(language, byLanguage.get(Locale.ENGLISH.getLanguage()));
        return said == null ? byLanguage.values().stream().findFirst().orElse(null) : said;
    }
}
