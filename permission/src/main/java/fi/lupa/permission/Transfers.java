package fi.lupa.permission;

import java.util.Set;

/** Where personal data may go (R11). */
final class Transfers {

    private static final Set<String> EU_AND_EEA = Set.of(
            "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU",
            "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO");

    /** Countries for which the European Commission has found the protection adequate, some for a part of their recipients only. */
    private static final Set<String> FOUND_ADEQUATE =
            Set.of("AD", "AR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "US", "UY");

    private Transfers() {}

    /** Inside the EU/EEA always; outside by a named basis, and by an adequacy decision only where there is one. */
    static boolean permitted(String country, TransferBasis basis) {
        if (EU_AND_EEA.contains(country)) {
            return true;
        }
        return basis == TransferBasis.ADEQUACY_DECISION
                ? FOUND_ADEQUATE.contains(country)
                : basis != TransferBasis.NONE;
    }
}
