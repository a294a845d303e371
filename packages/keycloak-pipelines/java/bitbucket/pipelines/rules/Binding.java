package bitbucket.pipelines.rules;

/**
 * What a client is bound to, besides the repository. Never the token's subject: that is new at every step.
 *
 * Bitbucket lets everybody who may write to a repository put `deployment: production` into a branch of their own.
 * So an environment is worth something only if no one but administrators may deploy to it, and a branch only if it
 * is protected. Bitbucket's tokens say neither: whoever declares the environment or branch has to see to it.
 */
public enum Binding {
    ENVIRONMENT("environment"),
    BRANCH("branch"),
    ENVIRONMENT_AND_BRANCH("environment and branch");

    private final String word;

    Binding(String word) {
        this.word = word;
    }

    /** As it is written in the identity provider's settings. */
    public String word() {
        return word;
    }

    /** @return null if no binding is called that */
    public static Binding called(String word) {
        for (Binding each : values()) if (each.word.equals(word)) return each;
        return null;
    }

    /**
     * The text that a client's attribute `jwt.credential.sub` has to equal, as
     * `{repository}:environment:{environment}` or `{repository}:branch:main`. A branch's name holds no colon, so
     * no two bindings read alike.
     */
    public String of(StepToken token) throws Refused {
        if (token.repository() == null) throw new Refused(Refusal.REPOSITORY_MISSING);
        return switch (this) {
            case ENVIRONMENT -> token.repository() + environment(token);
            case BRANCH -> token.repository() + branch(token);
            case ENVIRONMENT_AND_BRANCH -> token.repository() + environment(token) + branch(token);
        };
    }

    private static String environment(StepToken token) throws Refused {
        if (token.environment() == null) throw new Refused(Refusal.ENVIRONMENT_MISSING);
        return ":environment:" + token.environment();
    }

    private static String branch(StepToken token) throws Refused {
        if (token.branch() == null) throw new Refused(Refusal.BRANCH_MISSING);
        return ":branch:" + token.branch();
    }
}
