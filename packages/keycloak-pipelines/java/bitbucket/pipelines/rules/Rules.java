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

    /**
     * A token is for this realm if it is for nobody else. Whether the audience that a step asks for replaces the
     * workspace's own or is appended to it, Atlassian's documents leave open: both are taken, in any order. The
     * workspace's alone is not: anybody whom the step shows such a token could hand it on to us.
     */
    private void checkAudience(List<String> audiences, String expected) throws Refused {
        String own = DEFAULT_AUDIENCE + workspace.substring(1, workspace.length() - 1);
        int allowed = audiences.contains(own) ? 2 : 1;
        boolean isOurs = audiences.contains(expected);
        require(!audiences.isEmpty() && !(isOurs && audiences.size() > allowed), Refusal.AUDIENCES);
        require(!audiences.stream().allMatch(Rules::isDefault), Refusal.AUDIENCE_DEFAULT);
        require(isOurs, Refusal.AUDIENCE);
    }

    private static boolean isDefault(String audience) {
        return audience != null && audience.startsWith(DEFAULT_AUDIENCE);
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
