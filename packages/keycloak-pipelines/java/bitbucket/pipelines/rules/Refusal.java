package bitbucket.pipelines.rules;

/**
 * Why a token is refused: a word for the event log, which searches and alerts can rely on, and a sentence for
 * whoever reads the step's log. Neither holds anything of the token.
 */
public enum Refusal {
    ASSERTION_TYPE("assertion_type", "this client takes only the assertion type of Bitbucket Pipelines"),
    ISSUER("issuer", "no identity provider for Bitbucket Pipelines has the token's issuer"),
    ALGORITHM("algorithm", "the token is not signed with RS256"),
    HEADER("header", "the token's header demands an extension that is not understood"),
    KEY_MISSING("key_missing", "the token's header does not say which key it is signed with"),
    KEY_UNKNOWN("key_unknown", "the workspace does not publish the key that the token says it is signed with"),
    KEYS_UNREACHABLE("keys_unreachable", "the workspace's keys could not be fetched; try again later"),
    SIGNATURE("signature", "the token's signature is wrong"),
    AUDIENCE_DEFAULT("audience_default",
        "the token is for the whole workspace; let oidc.audiences of the step name the realm's issuer alone"),
    AUDIENCE("audience", "the token is for somebody else; let oidc.audiences of the step name the realm's issuer alone"),
    AUDIENCES("audiences",
        "the token is for others besides this realm, or for nobody; let oidc.audiences of the step name the realm's issuer alone"),
    TIME_MISSING("time_missing", "the token does not say when it was issued and when it ends"),
    EXPIRED("expired", "the token has expired"),
    NOT_YET_VALID("not_yet_valid", "the token is not valid yet; the clocks may differ"),
    TOO_OLD("too_old", "the token is older than this realm allows"),
    WORKSPACE("workspace", "the token is of another workspace"),
    WORKSPACE_MISSING("workspace_missing", "the token does not say which workspace it is of"),
    REPOSITORY_MISSING("repository_missing", "the token does not say which repository it is of"),
    PIPELINE_MISSING("pipeline_missing", "the token does not say which pipeline it is of"),
    STEP_MISSING("step_missing", "the token does not say which step it is of"),
    ENVIRONMENT_MISSING("environment_missing", "the token names no deployment environment; let the step declare it by deployment"),
    BRANCH_MISSING("branch_missing", "the token names no branch"),
    NOT_BOUND("not_bound", "no client is bound to this repository with this environment or branch"),
    BOUND_TWICE("bound_twice", "more than one client is bound to this repository with this environment or branch"),
    CLIENT_ID("client_id", "client_id names another client than the one that the step is bound to"),
    CLIENT_DISABLED("client_disabled", "the client is disabled"),
    REPLAYED("replayed", "the token's step has already signed in as another client");

    private final String code;
    private final String text;

    Refusal(String code, String text) {
        this.code = code;
        this.text = text;
    }

    public String code() {
        return code;
    }

    public String text() {
        return text;
    }
}
