package fi.lupa.edge.settings;

import fi.lupa.edge.identity.IdentifierParser;
import fi.lupa.edge.identity.PseudonymousIds;
import fi.lupa.edge.identity.SubjectIds;
import fi.lupa.edge.links.LinkTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** How people are told apart without their names. */
public final class IdentitySettings implements Concern {
    @Option(
            names = "--id-secret",
            paramLabel = "SECRET",
            converter = Secret.Converter.class,
            showDefaultValue = Visibility.NEVER,
            defaultValue = "${env:LUPA_ID_SECRET}",
            description = {
                "Secret that ids are made with, at least 32 bytes as hex, base64 or text (LUPA_ID_SECRET, required).",
                "Keep it: with another secret everybody becomes a stranger. Prefer the variable; other users of this"
                        + " machine can read a command line."
            })
    private Secret idSecret = new Secret("");

    @Option(
            names = "--default-region",
            paramLabel = "COUNTRY",
            defaultValue = "${env:LUPA_DEFAULT_REGION}",
            description = "Country, as two letters, of phone numbers and addresses without one (LUPA_DEFAULT_REGION).")
    private String defaultRegion = "FI";

    /** The ids made with the secret; fails with a sentence if the secret is too short. */
    public PseudonymousIds ids() {
        return new PseudonymousIds(PseudonymousIds.decode(idSecret.value()));
    }

    /** The bytes that keys for other purposes are derived from. */
    public byte[] secret() {
        return PseudonymousIds.decode(idSecret.value());
    }

    /** The links signed with a key made of the secret. */
    public LinkTokens linkTokens() {
        return new LinkTokens(PseudonymousIds.decode(idSecret.value()));
    }

    /** The rules for contact points; fails with a sentence if there is no such country. */
    public IdentifierParser contactPoints() {
        return new IdentifierParser(defaultRegion);
    }

    /** Who is who, by those rules and ids. */
    public SubjectIds subjectIds() {
        return new SubjectIds(contactPoints(), ids());
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (idSecret.value().isBlank()) {
            faults.add("--id-secret is missing; set LUPA_ID_SECRET to at least 32 random bytes and keep them.");
        } else {
            refusal(this::ids).ifPresent(why -> faults.add("--id-secret: " + why));
        }
        refusal(this::contactPoints).ifPresent(why -> faults.add("--default-region: " + why));
        return faults;
    }

    private static Optional<String> refusal(Runnable attempt) {
        try {
            attempt.run();
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }
}
