package bitbucket.pipelines.rules;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a step's token claims, before anything of it is believed. A claim that is absent, or not of the form that
 * Bitbucket gives it, is null: no rule can take "nothing" for a match.
 *
 * @param issuedAt  seconds since 1970; so are expiresAt and notBefore
 * @param account   the one that the token names, which none needs to: whose it is, Atlassian does not say
 *
 * https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/
 */
public record StepToken(
    String issuer,
    List<String> audiences,
    Long issuedAt,
    Long expiresAt,
    Long notBefore,
    String workspace,
    String repository,
    String environment,
    String branch,
    String pipeline,
    String step,
    String account) {

    private static final Pattern UUID = Pattern.compile("\\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}}");
    private static final Pattern BRANCH = Pattern.compile("[^\\p{Cntrl}: ~^?*\\[\\\\]{1,255}");

    /** @param claims those that are not of every token: the names are Bitbucket's */
    public static StepToken of(String issuer, List<String> audiences, Long issuedAt, Long expiresAt, Long notBefore,
                               Map<String, Object> claims) {
        return new StepToken(issuer, audiences, issuedAt, expiresAt, notBefore,
            uuid(claims, "workspaceUuid"),
            uuid(claims, "repositoryUuid"),
            uuid(claims, "deploymentEnvironmentUuid"),
            matching(BRANCH, claims.get("branchName")),
            uuid(claims, "pipelineUuid"),
            uuid(claims, "stepUuid"),
            uuid(claims, "accountUuid"));
    }

    /** Whether a text is a UUID as Bitbucket writes it: in lower case, with braces. */
    public static boolean isUuid(String text) {
        return text != null && UUID.matcher(text).matches();
    }

    private static String uuid(Map<String, Object> claims, String name) {
        return matching(UUID, claims.get(name));
    }

    private static String matching(Pattern form, Object claim) {
        return claim instanceof String text && form.matcher(text).matches() ? text : null;
    }
}
