package fi.lupa.edge.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSKeySelector;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.GeneralException;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import fi.lupa.edge.http.ProblemException;
import fi.lupa.edge.keys.Principal;
import fi.lupa.edge.keys.Role;
import fi.lupa.edge.settings.OidcSettings;
import fi.lupa.event.SignIn;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OpenID provider that staff sign in with. It may be down when Lupa starts, and at any time after: then nobody signs in
 * (503), and nobody is taken for a stranger (401) who may be none.
 */
public final class OpenIdProvider {
    private static final Logger LOG = LoggerFactory.getLogger(OpenIdProvider.class);

    private static final int CONNECT_MILLIS = 2_000;
    private static final int READ_MILLIS = 3_000;
    private static final int LONGEST_ANSWER = 256 * 1024;
    private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(5);

    /** Signatures that only the provider can make: no shared secret, and never none. */
    private static final Set<JWSAlgorithm> SIGNED_BY = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private final Issuer issuer;
    private final ClientID client;
    private final String clientSecret;
    private final String rolesClaim;
    private final Clock clock;

    private Known known;
    private Instant failedAt = Instant.MIN;

    /** What the provider says of itself, and its keys, which are asked for anew when a token names one that is not known. */
    private record Known(OIDCProviderMetadata metadata, JWKSource<SecurityContext> keys) {}

    /** A way to the provider and back, sealed in the browser meanwhile. */
    record Trip(String state, String nonce, String verifier, String backTo) {

        static Trip backTo(String path) {
            return new Trip(new State().getValue(), new Nonce().getValue(), new CodeVerifier().getValue(), path);
        }

        static Trip of(Map<String, Object> claims) {
            return new Trip(
                    (String) claims.get("state"),
                    (String) claims.get("nonce"),
                    (String) claims.get("verifier"),
                    (String) claims.get("backTo"));
        }

        Map<String, Object> claims() {
            return Map.of("state", state, "nonce", nonce, "verifier", verifier, "backTo", backTo);
        }
    }

    public OpenIdProvider(OidcSettings settings, Clock clock) {
        this.issuer = new Issuer(settings.issuer());
        this.client = new ClientID(settings.clientId());
        this.clientSecret = settings.clientSecret().value();
        this.rolesClaim = settings.rolesClaim();
        this.clock = clock;
    }

    /**
     * Whom the provider gave this token, for Lupa.
     *
     * @throws ProblemException 401 if it is not so, 503 if that cannot be told now
     */
    Principal principal(String token) {
        return person(verified(token), SignIn.TOKEN, Set.of());
    }

    /** Where the browser goes to sign in, to come back to the callback. */
    URI signIn(Trip trip, URI callback) {
        return new AuthenticationRequest.Builder(ResponseType.CODE, new Scope("openid", "profile"), client, callback)
                .endpointURI(known().metadata().getAuthorizationEndpointURI())
                .state(new State(trip.state()))
                .nonce(new Nonce(trip.nonce()))
                .codeChallenge(new CodeVerifier(trip.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    /**
     * Who came back with this code. Their roles are those of the identity and of the access token: some providers write them
     * in one only.
     *
     * @throws ProblemException 401 if the provider does not say who, 503 if it does not answer
     */
    Principal signedIn(Trip trip, String code, URI callback) {
        Known provider = known();
        try {
            OIDCTokens tokens = tokens(provider, trip, code, callback);
            JWTClaimsSet identity = new IDTokenValidator(issuer, client, signatures(provider), null)
                    .validate(tokens.getIDToken(), new Nonce(trip.nonce()))
                    .toJWTClaimsSet();
            return person(identity, SignIn.SESSION, rolesOfAccess(tokens));
        } catch (KeySourceException | IOException e) {
            throw unavailable(e);
        } catch (BadJOSEException | JOSEException | com.nimbusds.oauth2.sdk.ParseException e) {
            throw refused(e);
        }
    }

    private OIDCTokens tokens(Known provider, Trip trip, String code, URI callback)
            throws IOException, com.nimbusds.oauth2.sdk.ParseException {
        AuthorizationCodeGrant grant =
                new AuthorizationCodeGrant(new AuthorizationCode(code), callback, new CodeVerifier(trip.verifier()));
        URI endpoint = provider.metadata().getTokenEndpointURI();
        HTTPRequest request = (clientSecret.isEmpty()
                        ? new TokenRequest.Builder(endpoint, client, grant)
                        : new TokenRequest.Builder(
                                endpoint, new ClientSecretBasic(client, new Secret(clientSecret)), grant))
                .build()
                .toHTTPRequest();
        request.setConnectTimeout(CONNECT_MILLIS);
        request.setReadTimeout(READ_MILLIS);
        TokenResponse answer = OIDCTokenResponseParser.parse(request.send());
        if (!answer.indicatesSuccess()) {
            int status = answer.toErrorResponse().getErrorObject().getHTTPStatusCode();
            if (status >= 500) {
                throw new IOException("The provider failed");
            }
            throw new com.nimbusds.oauth2.sdk.ParseException("The provider refuses the code");
        }
        return ((OIDCTokenResponse) answer).getOIDCTokens();
    }

    private Set<Role> rolesOfAccess(OIDCTokens tokens) {
        try {
            return roles(verified(tokens.getAccessToken().getValue()));
        } catch (ProblemException e) {
            return Set.of(); // not every provider's access token is for others to read
        }
    }

    private JWTClaimsSet verified(String token) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(signatures(known()));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                new JWTClaimsSet.Builder().issuer(issuer.getValue()).build(), Set.of("sub", "exp")));
        try {
            JWTClaimsSet claims = processor.process(token, null);
            boolean forLupa = claims.getAudience().contains(client.getValue())
                    || client.getValue().equals(claims.getClaim("azp"));
            // Keycloak signs its identity tokens alike; they tell who somebody is, and open nothing.
            if (!forLupa || "ID".equals(claims.getClaim("typ"))) {
                throw new BadJWTException("The token is not for Lupa");
            }
            return claims;
        } catch (KeySourceException e) {
            throw unavailable(e);
        } catch (BadJOSEException | JOSEException | ParseException e) {
            throw refused(e);
        }
    }

    private static JWSKeySelector<SecurityContext> signatures(Known provider) {
        return new JWSVerificationKeySelector<>(SIGNED_BY, provider.keys());
    }

    private Principal person(JWTClaimsSet claims, SignIn signIn, Set<Role> more) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        roles.addAll(roles(claims));
        roles.addAll(more);
        Object shown = claims.getClaim("preferred_username");
        return Principal.person(
                claims.getSubject(), shown instanceof String name ? name : claims.getSubject(), signIn, roles);
    }

    private Set<Role> roles(JWTClaimsSet claims) {
        Stream<Object> lists = rolesClaim.isEmpty()
                ? Stream.of(
                        at(claims.getClaims(), "realm_access", "roles"),
                        at(claims.getClaims(), "resource_access", client.getValue(), "roles"),
                        claims.getClaim("roles"))
                : Stream.of(claims.getClaim(rolesClaim), at(claims.getClaims(), rolesClaim.split("\\.", -1)));
        Set<Role> roles = EnumSet.noneOf(Role.class);
        lists.flatMap(list -> list instanceof List<?> many ? many.stream() : Stream.ofNullable(list))
                .filter(String.class::isInstance)
                .flatMap(role -> Role.of((String) role).stream())
                .forEach(roles::add);
        return roles;
    }

    private static Object at(Map<String, Object> claims, String... path) {
        Object found = claims;
        for (String name : Arrays.asList(path)) {
            found = found instanceof Map<?, ?> inner ? inner.get(name) : null;
        }
        return found;
    }

    private synchronized Known known() {
        if (known == null) {
            if (clock.instant().isBefore(after(failedAt))) {
                throw unavailable(null);
            }
            try {
                OIDCProviderMetadata metadata = OIDCProviderMetadata.resolve(issuer, CONNECT_MILLIS, READ_MILLIS);
                known = new Known(
                        metadata,
                        JWKSourceBuilder.<SecurityContext>create(
                                        metadata.getJWKSetURI().toURL(),
                                        new DefaultResourceRetriever(CONNECT_MILLIS, READ_MILLIS, LONGEST_ANSWER))
                                .retrying(true)
                                .build());
            } catch (GeneralException | IOException e) {
                failedAt = clock.instant();
                throw unavailable(e);
            }
        }
        return known;
    }

    private static Instant after(Instant failed) {
        return failed.equals(Instant.MIN) ? failed : failed.plus(TRY_AGAIN_AFTER);
    }

    private static ProblemException unavailable(Exception why) {
        if (why != null) {
            LOG.atWarn()
                    .addKeyValue("failure", why.getClass().getSimpleName())
                    .log("The OpenID provider does not answer as it should");
        }
        return ProblemException.unavailable(
                "The OpenID provider does not answer now, so it cannot be told who calls; try again in a moment.",
                TRY_AGAIN_AFTER);
    }

    private static ProblemException refused(Exception why) {
        LOG.atDebug()
                .addKeyValue("failure", Objects.requireNonNull(why).getClass().getSimpleName())
                .log("A token was refused");
        return ProblemException.unauthorized();
    }
}
