package bitbucket.pipelines.rules;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a token must say, to the second and to the sign: no clock of a server can be held so still. Needs nothing but the
 * JDK; ends with 1 and a line for each check that failed.
 */
public final class RulesTest {
    private static int failed;
    private static int passed;

    private static final String REALM = "https://id.example/realms/acme";
    private static final String ISSUER = "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc";
    private static final String WORKSPACE = uuid('1');
    private static final String ARI = "ari:cloud:bitbucket::workspace/";
    private static final long NOW = 1_800_000_000;
    private static final int AGE = 3600;
    private static final int SKEW = 15;
    private static final Rules RULES = new Rules(ISSUER, WORKSPACE, AGE, SKEW);

    public static void main(String[] arguments) {
        timesAreExact();
        timesThatAreAbsentOrAbsurd();
        audiencesAreOurs();
        uuidsAreBitbuckets();
        branchesAreGits();
        bindingsReadApart();
        System.out.println(passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static void timesAreExact() {
        expect("now", "taken", at(NOW, NOW + 60, null));
        expect("ended within the skew", "taken", at(NOW - 60, NOW - SKEW + 1, null));
        expect("ended at the skew", "expired", at(NOW - 60, NOW - SKEW, null));
        expect("issued within the skew", "taken", at(NOW + SKEW, NOW + 60, null));
        expect("issued after the skew", "not_yet_valid", at(NOW + SKEW + 1, NOW + 60, null));
        expect("valid within the skew", "taken", at(NOW, NOW + 60, NOW + SKEW));
        expect("valid after the skew", "not_yet_valid", at(NOW, NOW + 60, NOW + SKEW + 1));
        expect("as old as may be", "taken", at(NOW - AGE - SKEW + 1, NOW + 60, null));
        expect("a second older", "too_old", at(NOW - AGE - SKEW, NOW + 60, null));
    }

    private static void timesThatAreAbsentOrAbsurd() {
        expect("no beginning", "time_missing", at(null, NOW + 60, null));
        expect("no end", "time_missing", at(NOW, null, null));
        expect("an end that never comes", "taken", at(NOW, Long.MAX_VALUE, null));
        expect("an end before all time", "expired", at(NOW, Long.MIN_VALUE, null));
        expect("a beginning before all time", "too_old", at(Long.MIN_VALUE, NOW + 60, null));
        expect("a beginning that never comes", "not_yet_valid", at(Long.MAX_VALUE, Long.MAX_VALUE, null));
        expect("milliseconds for seconds", "not_yet_valid", at(NOW * 1000, NOW * 1000 + 60, null));
    }

    /** What Bitbucket may make of `oidc.audiences: [realm]` is taken, and nothing else; text and list read alike. */
    private static void audiencesAreOurs() {
        String own = ARI + WORKSPACE.substring(1, WORKSPACE.length() - 1);
        String others = ARI + uuid('2').substring(1, WORKSPACE.length() - 1);
        expect("the realm", "taken", forAudiences(REALM));
        expect("the workspace's and the realm", "taken", forAudiences(own, REALM));
        expect("the realm and the workspace's", "taken", forAudiences(REALM, own));

        expect("none", "audiences", forAudiences());
        for (String other : Arrays.asList("vault", "", null, REALM + "/", REALM.toUpperCase(), " " + REALM, others,
            ARI + WORKSPACE, ARI, own + "/", own.toUpperCase(), ARI + "*", own.replace("::", ":"))) {
            expect("the realm and " + other, "audiences", forAudiences(REALM, other));
            expect(other + " and the realm", "audiences", forAudiences(other, REALM));
            expect("the realm, the workspace's and " + other, "audiences", forAudiences(REALM, own, other));
            expect(other + ", the workspace's and the realm", "audiences", forAudiences(other, own, REALM));
        }
        // No reading of Bitbucket's documents makes a list that names one twice.
        expect("the realm twice", "audiences", forAudiences(REALM, REALM));
        expect("the realm twice and the workspace's", "audiences", forAudiences(REALM, own, REALM));
        expect("the realm and the workspace's twice", "audiences", forAudiences(own, REALM, own));

        for (String other : Arrays.asList("vault", "", null, REALM + "/", REALM.toUpperCase(), " " + REALM, REALM + " ",
            REALM + " " + own, REALM + "," + own, "[\"" + REALM + "\"]")) {
            expect(other + " alone", "audience", forAudiences(other));
            expect("the workspace's and " + other, "audience", forAudiences(own, other));
        }
        for (String workspaces : List.of(own, others, ARI + WORKSPACE, ARI, own + " " + REALM, own + "," + REALM))
            expect(workspaces, "audience_default", forAudiences(workspaces));
        expect("two workspaces'", "audience_default", forAudiences(own, others));
        expect("the workspace's twice", "audience_default", forAudiences(own, own));
    }

    private static void uuidsAreBitbuckets() {
        for (String claim : List.of("workspaceUuid", "repositoryUuid", "pipelineUuid", "stepUuid")) {
            String missing = claim.replace("Uuid", "") + "_missing";
            String good = claim.equals("workspaceUuid") ? WORKSPACE : uuid('7');
            expect(claim, "taken", with(claim, good));
            for (Object bad : Arrays.asList(null, "", " ", 1, List.of(good), Map.of("uuid", good),
                good.substring(1, good.length() - 1), good.toUpperCase().replace('1', 'A').replace('7', 'A'), good + " ",
                good + "\n", "\n" + good, good + good, good.replace('-', '_'), "{" + good + "}",
                good.replace("00000000-", "00000000\u2010"))) {
                expect(claim + " " + bad, missing, with(claim, bad));
            }
        }
        expect("another workspace", "workspace", with("workspaceUuid", uuid('2')));
        // Who started it is told, and nothing rests on it; what is not known is not looked at.
        for (Object any : Arrays.asList(null, "", 7, List.of(WORKSPACE), WORKSPACE)) {
            expect("account " + any, "taken", with("accountUuid", any));
            expect("claim " + any, "taken", with("claimOfTomorrow", any));
        }
    }

    private static void branchesAreGits() {
        for (String good : List.of("main", "feature/x", "release-1.2", "größe", "a".repeat(255)))
            expect("branch " + good, good, branch(good));
        for (Object bad : Arrays.asList(null, "", "a b", "a:b", "a~1", "a^", "a?", "a*", "a[b", "a\\b", "a\nb", "a\u0000",
            "a".repeat(256), 7, List.of("main"))) {
            expect("branch " + bad, "null", branch(bad));
        }
    }

    private static void bindingsReadApart() {
        Map<String, Object> claims = honest();
        expect("environment", uuid('3') + ":environment:" + uuid('4'), bound(Binding.ENVIRONMENT, claims));
        expect("branch", uuid('3') + ":branch:main", bound(Binding.BRANCH, claims));
        expect("both", uuid('3') + ":environment:" + uuid('4') + ":branch:main",
            bound(Binding.ENVIRONMENT_AND_BRANCH, claims));
        List<String> all = new ArrayList<>();
        for (Binding each : Binding.values()) all.add(bound(each, claims));
        expect("three texts", 3L, all.stream().distinct().count());
        expect("no environment", "environment_missing", bound(Binding.ENVIRONMENT, without("deploymentEnvironmentUuid")));
        expect("no environment of both", "environment_missing",
            bound(Binding.ENVIRONMENT_AND_BRANCH, without("deploymentEnvironmentUuid")));
        expect("no branch", "branch_missing", bound(Binding.BRANCH, without("branchName")));
        expect("no branch of both", "branch_missing", bound(Binding.ENVIRONMENT_AND_BRANCH, without("branchName")));
        expect("no repository", "repository_missing", bound(Binding.BRANCH, without("repositoryUuid")));
        expect("called so", Binding.BRANCH, Binding.called("branch"));
        for (String word : List.of("", "subject", "BRANCH", "branch ", "environment,branch"))
            expect("called " + word, null, Binding.called(word));
    }

    private static Map<String, Object> honest() {
        Map<String, Object> claims = new HashMap<>();
        claims.put("workspaceUuid", WORKSPACE);
        claims.put("repositoryUuid", uuid('3'));
        claims.put("deploymentEnvironmentUuid", uuid('4'));
        claims.put("pipelineUuid", uuid('5'));
        claims.put("stepUuid", uuid('6'));
        claims.put("branchName", "main");
        claims.put("accountUuid", uuid('8'));
        return claims;
    }

    private static Map<String, Object> without(String claim) {
        Map<String, Object> claims = honest();
        claims.remove(claim);
        return claims;
    }

    private static String at(Long issued, Long ends, Long notBefore) {
        return checked(StepToken.of(ISSUER, List.of(REALM), issued, ends, notBefore, honest()));
    }

    private static String forAudiences(String... audiences) {
        return checked(StepToken.of(ISSUER, Arrays.asList(audiences), NOW, NOW + 60, null, honest()));
    }

    private static String with(String claim, Object value) {
        Map<String, Object> claims = honest();
        claims.put(claim, value);
        return checked(StepToken.of(ISSUER, List.of(REALM), NOW, NOW + 60, null, claims));
    }

    private static String branch(Object name) {
        Map<String, Object> claims = honest();
        claims.put("branchName", name);
        return String.valueOf(StepToken.of(ISSUER, List.of(REALM), NOW, NOW + 60, null, claims).branch());
    }

    private static String bound(Binding binding, Map<String, Object> claims) {
        try {
            return binding.of(StepToken.of(ISSUER, List.of(REALM), NOW, NOW + 60, null, claims));
        } catch (Refused refused) {
            return refused.refusal().code();
        }
    }

    private static String checked(StepToken token) {
        try {
            RULES.check(token, REALM, NOW);
            return "taken";
        } catch (Refused refused) {
            return refused.refusal().code();
        }
    }

    private static String uuid(char digit) {
        return "{00000000-0000-4000-8000-00000000000" + digit + "}";
    }

    private static void expect(String what, Object expected, Object found) {
        if (expected == null ? found == null : expected.equals(found)) {
            passed++;
            return;
        }
        failed++;
        System.out.println(what + ": expected " + expected + ", found " + found);
    }
}
