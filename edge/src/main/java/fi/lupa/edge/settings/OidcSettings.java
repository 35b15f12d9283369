package fi.lupa.edge.settings;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** Which OpenID provider staff sign in with, if any. */
public final class OidcSettings implements Concern {
    @Option(
            names = "--oidc-issuer",
            paramLabel = "URL",
            defaultValue = "${env:LUPA_OIDC_ISSUER}",
            description = "OpenID provider that staff sign in with, as its metadata names it (LUPA_OIDC_ISSUER).")
    private URI issuer;

    @Option(
            names = "--oidc-client-id",
            paramLabel = "ID",
            defaultValue = "${env:LUPA_OIDC_CLIENT_ID}",
            description = "What the provider knows Lupa as; tokens are for it (LUPA_OIDC_CLIENT_ID).")
    private String clientId = "";

    @Option(
            names = "--oidc-client-secret",
            paramLabel = "SECRET",
            converter = Secret.Converter.class,
            showDefaultValue = Visibility.NEVER,
            defaultValue = "${env:LUPA_OIDC_CLIENT_SECRET}",
            description = "Lupa's secret at the provider; none for a public client (LUPA_OIDC_CLIENT_SECRET).")
    private Secret clientSecret = new Secret("");

    @Option(
            names = "--oidc-roles-claim",
            paramLabel = "CLAIM",
            defaultValue = "${env:LUPA_OIDC_ROLES_CLAIM}",
            description = "Claim that lists roles, a.b for one inside another; unless given, realm_access.roles,"
                    + " resource_access.{client}.roles and roles (LUPA_OIDC_ROLES_CLAIM).")
    private String rolesClaim = "";

    public boolean isSet() {
        return issuer != null;
    }

    public URI issuer() {
        return issuer;
    }

    public String clientId() {
        return clientId;
    }

    public Secret clientSecret() {
        return clientSecret;
    }

    /** Empty for the usual ones. */
    public String rolesClaim() {
        return rolesClaim;
    }

    @Override
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        if (issuer != null && !isWellGuarded(issuer)) {
            faults.add("--oidc-issuer is \"%s\"; write the provider's https address, as its metadata names it."
                    .formatted(issuer));
        }
        if (issuer != null && clientId.isBlank()) {
            faults.add("--oidc-client-id is missing; write what the provider knows Lupa as.");
        }
        if (issuer == null && !(clientId + clientSecret.value() + rolesClaim).isEmpty()) {
            faults.add("--oidc-issuer is missing; without it nothing else of the OpenID provider has a meaning.");
        }
        return faults;
    }

    // Whoever sits between could be anybody of the staff; on this machine nobody sits between.
    private static boolean isWellGuarded(URI url) {
        try {
            return HttpSettings.isWeb(url)
                    && (url.getScheme().equals("https")
                            || InetAddress.getByName(url.getHost()).isLoopbackAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
