package bitbucket.pipelines.rules;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;

/**
 * RS256 and nothing else. What the token's header says about its algorithm is compared, never obeyed: there is one
 * way to verify, so a token cannot choose a weaker one.
 */
public final class Signature {
    private Signature() {
    }

    /** @param signed header and content as they were sent, with the dot between them */
    public static void check(PublicKey key, String signed, byte[] signature) throws Refused {
        try {
            var verifier = java.security.Signature.getInstance("SHA256withRSA");
            verifier.initVerify(key);
            verifier.update(signed.getBytes(StandardCharsets.US_ASCII));
            if (signature != null && verifier.verify(signature)) return;
        } catch (GeneralSecurityException wrong) {
            // A signature of another length, for one.
        }
        throw new Refused(Refusal.SIGNATURE);
    }
}
