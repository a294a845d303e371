package bitbucket.pipelines;

import bitbucket.pipelines.rules.KeyCache;
import java.util.List;
import java.util.Map;
import org.keycloak.broker.provider.AbstractIdentityProviderFactory;
import org.keycloak.broker.provider.ClientAssertionIdentityProviderFactory;
import org.keycloak.common.util.Time;
import org.keycloak.models.IdentityProviderModel;
import org.keycloak.models.KeycloakSession;
import org.keycloak.models.KeycloakSessionFactory;
import org.keycloak.models.RealmModel.IdentityProviderUpdatedEvent;
import org.keycloak.provider.ProviderConfigProperty;

/**
 * Adds the identity provider "Bitbucket Pipelines" to a server: an issuer whose tokens are the credentials of
 * clients. One for each workspace. Nobody signs in to Keycloak through it.
 */
public final class PipelinesProviderFactory extends AbstractIdentityProviderFactory<PipelinesProvider>
    implements ClientAssertionIdentityProviderFactory {

    public static final String ID = "bitbucket-pipelines";

    private final KeyCache keys = new KeyCache(Time::currentTime);

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public String getName() {
        return "Bitbucket Pipelines";
    }

    @Override
    public String getHelpText() {
        return "Lets a pipeline's step sign in as a client with its own OIDC token, without a stored secret";
    }

    @Override
    public List<ProviderConfigProperty> getConfigProperties() {
        return PipelinesConfig.PROPERTIES;
    }

    @Override
    public IdentityProviderModel createConfig() {
        return new PipelinesConfig();
    }

    @Override
    public PipelinesProvider create(KeycloakSession session, IdentityProviderModel model) {
        return new PipelinesProvider(session, new PipelinesConfig(model), keys);
    }

    @Override
    public Map<String, String> parseConfig(KeycloakSession session, String text) {
        throw new UnsupportedOperationException("Bitbucket publishes nothing that this could be read from");
    }

    /** Saving the identity provider fetches its keys anew, for whoever cannot wait for ten minutes. */
    @Override
    public void postInit(KeycloakSessionFactory factory) {
        factory.register(event -> {
            if (event instanceof IdentityProviderUpdatedEvent saved
                && ID.equals(saved.getUpdatedIdentityProvider().getProviderId())) {
                keys.forget(new PipelinesConfig(saved.getUpdatedIdentityProvider()).keysUrl());
            }
        });
    }

    @Override
    public ClientAssertionStrategy getClientAssertionStrategy() {
        return new PipelinesStrategy();
    }
}
