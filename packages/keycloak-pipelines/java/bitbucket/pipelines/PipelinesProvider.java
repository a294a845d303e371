package bitbucket.pipelines;

import static org.keycloak.authentication.authenticators.client.FederatedJWTClientAuthenticator.JWT_CREDENTIAL_ISSUER_KEY;
import static org.keycloak.authentication.authenticators.client.FederatedJWTClientAuthenticator.JWT_CREDENTIAL_SUBJECT_KEY;

import bitbucket.pipelines.rules.KeyCache;
import bitbucket.pipelines.rules.Refusal;
import bitbucket.pipelines.rules.Refused;
import bitbucket.pipelines.rules.Signature;
import bitbucket.pipelines.rules.StepToken;
import org.keycloak.OAuth2Constants;
import org.keycloak.authentication.AuthenticationFlowError;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.authentication.authenticators.client.ClientAuthUtil;
import org.keycloak.broker.provider.ClientAssertionIdentityProvider;
import org.keycloak.common.util.Time;
import org.keycloak.jose.jws.Algorithm;
import org.keycloak.jose.jws.JWSHeader;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.models.ClientModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.services.Urls;

/**
 * Decides whether a token is the credential of the client that was found for it. It implements nothing that signs
 * people in, so that Keycloak has no way to use it as a login broker.
 */
public final class PipelinesProvider implements ClientAssertionIdentityProvider<PipelinesConfig> {
    private static final int UNAUTHORIZED = 401;

    private final KeycloakSession session;
    private final PipelinesConfig config;
    private final KeyCache keys;

    PipelinesProvider(KeycloakSession session, PipelinesConfig config, KeyCache keys) {
        this.session = session;
        this.config = config;
        this.keys = keys;
    }

    @Override
    public PipelinesConfig getConfig() {
        return config;
    }

    @Override
    public boolean verifyClientAssertion(ClientAuthenticationFlowContext context) throws Exception {
        Assertion assertion = Assertion.of(context);
        ClientModel client = assertion.client();
        Trace.claims(context.getEvent(), assertion.token());
        context.getEvent().client(client.getClientId());
        context.setClient(client);
        try {
            checkSignature(context, assertion);
            long now = Time.currentTime();
            config.rules().check(assertion.token(), audience(context), now);
            checkClient(context, assertion.token(), client);
            claimStep(context, assertion.token(), client, now);
            return true;
        } catch (Refused refused) {
            refuse(context, refused.refusal());
            return false;
        }
    }

    private void checkSignature(ClientAuthenticationFlowContext context, Assertion assertion) throws Refused {
        // Another strategy may have found the client, by rules of its own.
        require(PipelinesStrategy.ASSERTION_TYPE.equals(assertion.type()), Refusal.ASSERTION_TYPE);
        JWSInput jws = assertion.jws();
        JWSHeader header = jws.getHeader();
        require(header.getAlgorithm() == Algorithm.RS256, Refusal.ALGORITHM);
        require(!header.getOtherClaims().containsKey("crit"), Refusal.HEADER);
        require(header.getKeyId() != null, Refusal.KEY_MISSING);
        String url = config.keysUrl();
        var key = keys.find(url, header.getKeyId(), () -> KeySets.fetch(session, url));
        Signature.check(key, jws.getEncodedSignatureInput(), jws.getSignature());
        Trace.verified(context.getEvent());
    }

    /** The strategy has looked the client up by the same binding, in a cache and before anything was verified. */
    private void checkClient(ClientAuthenticationFlowContext context, StepToken token, ClientModel client)
        throws Refused {
        require(config.getAlias().equals(client.getAttribute(JWT_CREDENTIAL_ISSUER_KEY)), Refusal.NOT_BOUND);
        require(config.binding().of(token).equals(client.getAttribute(JWT_CREDENTIAL_SUBJECT_KEY)), Refusal.NOT_BOUND);
        require(client.isEnabled(), Refusal.CLIENT_DISABLED);
        String named = context.getHttpRequest().getDecodedFormParameters().getFirst(OAuth2Constants.CLIENT_ID);
        require(named == null || named.equals(client.getClientId()), Refusal.CLIENT_ID);
    }

    private void claimStep(ClientAuthenticationFlowContext context, StepToken token, ClientModel client, long now)
        throws Refused, InterruptedException {
        long left = token.expiresAt() + config.rules().clockSkew() - now;
        new StepUses(session.singleUseObjects(), context.getRealm().getId(), token.step(), left + 1)
            .claim(client.getId());
    }

    private static String audience(ClientAuthenticationFlowContext context) {
        return Urls.realmIssuer(context.getUriInfo().getBaseUri(), context.getRealm().getName());
    }

    private static void refuse(ClientAuthenticationFlowContext context, Refusal refusal) {
        Trace.refused(context.getEvent(), refusal);
        context.failure(AuthenticationFlowError.INVALID_CLIENT_CREDENTIALS,
            ClientAuthUtil.errorResponse(UNAUTHORIZED, "invalid_client", refusal.text()));
    }

    private static void require(boolean condition, Refusal refusal) throws Refused {
        if (!condition) throw new Refused(refusal);
    }

    @Override
    public void close() {
    }
}
