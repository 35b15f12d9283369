package fi.lupa.permission;

/** The ground on which personal data may go to a processor outside the EU/EEA. */
public enum TransferBasis {
    NONE,
    ADEQUACY_DECISION,
    STANDARD_CONTRACTUAL_CLAUSES,
    BINDING_CORPORATE_RULES,
    EXPLICIT_CONSENT
}
