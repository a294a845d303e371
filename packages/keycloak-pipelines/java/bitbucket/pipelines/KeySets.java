package bitbucket.pipelines;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.http.client.config.RequestConfig;
import org.keycloak.http.simple.SimpleHttp;
import org.keycloak.http.simple.SimpleHttpResponse;
import org.keycloak.jose.jwk.JSONWebKeySet;
import org.keycloak.jose.jwk.JWK;
import org.keycloak.models.KeycloakSession;

/**
 * Fetches a key set through Keycloak's own client, with its proxy and trust store. Only RSA keys that are meant for
 * signing, and long enough, are taken: what is not in the cache cannot be confused with what is.
 */
final class KeySets {
    private static final int MILLISECONDS = 3_000;
    private static final int BYTES = 65_536;
    private static final int BITS = 2048;

    private KeySets() {
    }

    static Map<String, PublicKey> fetch(KeycloakSession session, String url) throws Exception {
        // No redirects: whoever answers is the issuer itself.
        RequestConfig request = RequestConfig.custom().setConnectTimeout(MILLISECONDS)
            .setConnectionRequestTimeout(MILLISECONDS).setSocketTimeout(MILLISECONDS)
            .setRedirectsEnabled(false).build();
        SimpleHttp http = SimpleHttp.create(session).withRequestConfig(request).withMaxConsumedResponseSize(BYTES);
        try (SimpleHttpResponse response = http.doGet(url).acceptJson().asResponse()) {
            if (response.getStatus() != 200) throw new IOException(url + " answered " + response.getStatus());
            return keysOf(response.asJson(JSONWebKeySet.class));
        }
    }

    private static Map<String, PublicKey> keysOf(JSONWebKeySet set) throws Exception {
        if (set.getKeys() == null) throw new IOException("not a key set");
        Map<String, PublicKey> keys = new HashMap<>();
        for (JWK jwk : set.getKeys()) {
            if (!isForSigning(jwk)) continue;
            var n = number(jwk, "n");
            var e = number(jwk, "e");
            if (n.bitLength() < BITS) continue;
            keys.put(jwk.getKeyId(), KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(n, e)));
        }
        return keys;
    }

    private static boolean isForSigning(JWK jwk) {
        return jwk.getKeyId() != null
            && "RSA".equals(jwk.getKeyType())
            && (jwk.getAlgorithm() == null || jwk.getAlgorithm().equals("RS256"))
            && (jwk.getPublicKeyUse() == null || jwk.getPublicKeyUse().equals("sig"));
    }

    private static BigInteger number(JWK jwk, String name) throws IOException {
        if (!(jwk.getOtherClaims().get(name) instanceof String text)) throw new IOException("a key without " + name);
        return new BigInteger(1, Base64.getUrlDecoder().decode(text));
    }
}
