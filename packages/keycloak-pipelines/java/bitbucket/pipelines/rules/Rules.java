package bitbucket.pipelines.rules;

import java.util.List;

/**
 * What a token with a right signature must say to be taken: whose it is, whom it is for, and when.
 *
 * @param issuer     the only one
 * @param workspace  UUID of the workspace. The issuer holds only its name, which can be given up and taken by others
 * @param maximumAge seconds since the token was issued
 * @param clockSkew  seconds that the clocks of Bitbucket and Keycloak may differ
 */
public record Rules(String issuer, String workspace, int maximumAge, int clockSkew) {

    private static final String DEFAULT_AUDIENCE = "ari:cloud:bitbucket::workspace/";

    /**
     * @param audience the realm's issuer URL
     * @param now      seconds since 1970
     */
    public void check(StepToken token, String audience, long now) throws Refused {
        require(issuer.equals(token.issuer()), Refusal.ISSUER);
        require(token.workspace() != null, Refusal.WORKSPACE_MISSING);
        require(workspace.equals(token.workspace()), Refusal.WORKSPACE);
        require(token.repository() != null, Refusal.REPOSITORY_MISSING);
        require(token.pipeline() != null, Refusal.PIPELINE_MISSING);
        require(token.step() != null, Refusal.STEP_MISSING);
        checkAudience(token.audiences(), audience);
        checkTime(token, now);
    }

    /** Anybody whom the step shows a token with the workspace's own audience could hand it on to us. */
    private static void checkAudience(List<String> audiences, String expected) throws Refused {
        require(audiences.size() == 1, Refusal.AUDIENCES);
        String audience = audiences.get(0);
        require(audience == null || !audience.startsWith(DEFAULT_AUDIENCE), Refusal.AUDIENCE_DEFAULT);
        require(expected.equals(audience), Refusal.AUDIENCE);
    }

    private void checkTime(StepToken token, long now) throws Refused {
        require(token.issuedAt() != null && token.expiresAt() != null, Refusal.TIME_MISSING);
        require(token.expiresAt() > now - clockSkew, Refusal.EXPIRED);
        require(token.issuedAt() <= now + clockSkew, Refusal.NOT_YET_VALID);
        require(token.notBefore() == null || token.notBefore() <= now + clockSkew, Refusal.NOT_YET_VALID);
        require(token.issuedAt() > now - clockSkew - maximumAge, Refusal.TOO_OLD);
    }

    private static void require(boolean condition, Refusal refusal) throws Refused {
        if (!condition) throw new Refused(refusal);
    }
}
