package bitbucket.pipelines;

import bitbucket.pipelines.rules.Refusal;
import bitbucket.pipelines.rules.StepToken;
import org.keycloak.events.EventBuilder;

/**
 * What stands in Keycloak's event log about every attempt, accepted or not. The pipeline's UUID leads, in Bitbucket,
 * to the person who created it. Only what has the form of a UUID or of a branch's name comes here: nobody can
 * write lines of their own into the log.
 */
final class Trace {
    private Trace() {
    }

    /** Claims that nobody has verified yet, and says so. */
    static void claims(EventBuilder event, StepToken token) {
        put(event, "bitbucket_workspace", token.workspace());
        put(event, "bitbucket_repository", token.repository());
        put(event, "bitbucket_environment", token.environment());
        put(event, "bitbucket_branch", token.branch());
        put(event, "bitbucket_pipeline", token.pipeline());
        put(event, "bitbucket_step", token.step());
        put(event, "bitbucket_account", token.account());
        put(event, "bitbucket_verified", "false");
    }

    /** The signature is right: from now on the claims are Bitbucket's. */
    static void verified(EventBuilder event) {
        put(event, "bitbucket_verified", "true");
    }

    static void refused(EventBuilder event, Refusal refusal) {
        put(event, "bitbucket_refusal", refusal.code());
    }

    private static void put(EventBuilder event, String name, String value) {
        if (value != null) event.detail(name, value);
    }
}
