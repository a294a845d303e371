package bitbucket.pipelines;

import static org.keycloak.authentication.authenticators.client.FederatedJWTClientAuthenticator.JWT_CREDENTIAL_ISSUER_KEY;
import static org.keycloak.authentication.authenticators.client.FederatedJWTClientAuthenticator.JWT_CREDENTIAL_SUBJECT_KEY;

import bitbucket.pipelines.rules.Refusal;
import bitbucket.pipelines.rules.Refused;
import bitbucket.pipelines.rules.StepToken;
import java.util.Map;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.broker.provider.ClientAssertionIdentityProviderFactory.ClientAssertionStrategy;
import org.keycloak.broker.provider.ClientAssertionIdentityProviderFactory.LookupResult;
import org.keycloak.cache.AlternativeLookupProvider;
import org.keycloak.models.ClientModel;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.IdentityProviderType;
import org.keycloak.models.KeycloakSession;

/**
 * Finds the client that a token is for. Nothing is believed yet: whatever the token claims, the provider checks it
 * afterwards. It has an assertion type of its own, because Keycloak looks the client of the usual type up by the
 * token's exact subject, and Bitbucket makes a new subject at every step.
 */
final class PipelinesStrategy implements ClientAssertionStrategy {
    static final String ASSERTION_TYPE = "urn:bitbucket:params:oauth:client-assertion-type:pipelines-jwt";

    @Override
    public boolean isSupportedAssertionType(String type) {
        return ASSERTION_TYPE.equals(type);
    }

    /** @return null, with the reason in the event, if there is no such client */
    @Override
    public LookupResult lookup(ClientAuthenticationFlowContext context) throws Exception {
        Assertion assertion = Assertion.of(context);
        Trace.claims(context.getEvent(), assertion.token());
        try {
            return find(context.getSession(), assertion.token());
        } catch (Refused refused) {
            Trace.refused(context.getEvent(), refused.refusal());
            return null;
        }
    }

    private static LookupResult find(KeycloakSession session, StepToken token) throws Refused {
        var lookup = session.getProvider(AlternativeLookupProvider.class);
        IdentityProviderModel workspace = token.issuer() == null ? null
            : lookup.lookupIdentityProviderFromIssuer(session, IdentityProviderType.CLIENT_ASSERTION, token.issuer());
        if (workspace == null || !PipelinesProviderFactory.ID.equals(workspace.getProviderId())) {
            throw new Refused(Refusal.ISSUER);
        }
        String bound = new PipelinesConfig(workspace).binding().of(token);
        ClientModel client = client(session, lookup, workspace.getAlias(), bound);
        if (client == null) throw new Refused(Refusal.NOT_BOUND);
        return new LookupResult(client, workspace);
    }

    private static ClientModel client(KeycloakSession session, AlternativeLookupProvider lookup, String alias,
                                      String bound) throws Refused {
        try {
            return lookup.lookupClientFromClientAttributes(session,
                Map.of(JWT_CREDENTIAL_ISSUER_KEY, alias, JWT_CREDENTIAL_SUBJECT_KEY, bound));
        } catch (RuntimeException several) {
            throw new Refused(Refusal.BOUND_TWICE);
        }
    }
}
