package bitbucket.pipelines;

import bitbucket.pipelines.rules.StepToken;
import java.util.Arrays;
import java.util.List;
import org.keycloak.authentication.ClientAuthenticationFlowContext;
import org.keycloak.authentication.authenticators.client.ClientAssertionState;
import org.keycloak.jose.jws.JWSInput;
import org.keycloak.models.ClientModel;
import org.keycloak.representations.JsonWebToken;

/**
 * What the request brings, read once by Keycloak.
 *
 * @param type   the assertion type
 * @param client null until the strategy has found it
 */
record Assertion(String type, JWSInput jws, StepToken token, ClientModel client) {

    /** @throws Exception if there is no token, or it cannot be read */
    static Assertion of(ClientAuthenticationFlowContext context) throws Exception {
        ClientAssertionState state = context.getState(ClientAssertionState.class, ClientAssertionState.supplier());
        if (state.getToken() == null) throw new IllegalArgumentException("client_assertion is missing");
        JsonWebToken jwt = state.getToken();
        List<String> audiences = jwt.getAudience() == null ? List.of() : Arrays.asList(jwt.getAudience());
        StepToken token = StepToken.of(jwt.getIssuer(), audiences, jwt.getIat(), jwt.getExp(), jwt.getNbf(),
            jwt.getOtherClaims());
        return new Assertion(state.getClientAssertionType(), state.getJws(), token, state.getClient());
    }
}
