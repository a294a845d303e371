/** What each kind of refusal is, and whether a preview knew. A new kind is judged here, or what it shows is mended. */
import type { Kind } from "./table";

export const verdicts = {
  look: "a look: that it is not there is the answer",
  attempt: "an attempt at what must not go, by `verify` or a test",
  before: "said before the first write",
  repeat: "done already: counts as done",
  again: "asked once more at once, and answered",
  byHand: "changed by hand since the preview: left and named, or gone round",
  fault: "ordered by the test, to see what a run does",
  unknown: "**not known to a preview**",
} as const;

export interface Judgement {
  readonly system: Kind["system"];
  /** Of the request as the table has it. */
  readonly request: RegExp;
  readonly status: readonly number[];
  readonly verdict: keyof typeof verdicts;
  readonly what: string;
  /** Of the words of the answer. Default: any. */
  readonly said?: RegExp;
  /** Whether Keycloak's own plugin has to have asked. Default: whoever. */
  readonly byPlugin?: true;
  /** The tests that alone may meet it. Default: all. */
  readonly tests?: readonly string[];
}

const on =
  (system: Kind["system"]) =>
  (
    request: RegExp,
    status: readonly number[],
    verdict: Judgement["verdict"],
    what: string,
    only: Pick<Judgement, "said" | "byPlugin" | "tests"> = {},
  ): Judgement => ({ system, request, status, verdict, what, ...only });
const keycloak = on("Keycloak");
const bitbucket = on("Bitbucket");

const ordered = /^(fault \d|Bad Request|Too Many Requests|Forbidden|Gone)/;

/** The first that fits counts. */
const judgements: readonly Judgement[] = [
  keycloak(
    /^POST .*\/(groups|groups\/\*\/children|users)$/,
    [409],
    "unknown",
    "made by hand after the look, under a name that is declared: stops half way, with the line; `recover` takes it over",
    { byPlugin: true },
  ),
  keycloak(
    /^GET \/admin\//,
    [401, 403],
    "before",
    "an account that may not see a realm, or the people in it; a wrong password",
  ),
  keycloak(/^DELETE \/admin\//, [404], "repeat", "gone already"),
  keycloak(
    /^GET \/admin\//,
    [404],
    "look",
    "whether a realm, person, group, role or client is there, yet or still",
  ),
  keycloak(
    /^(GET|DELETE|POST|PUT) \/admin\//,
    [401],
    "again",
    "the plugin's token has ended after a minute; it signs in once more",
  ),
  keycloak(
    /^PUT .*\/users\/\*$/,
    [409],
    "again",
    "people who swap addresses: one of them steps aside first",
    { said: /same email/ },
  ),
  keycloak(
    /^(POST|PUT) .*\/(users|groups)/,
    [400, 404, 409],
    "attempt",
    "two of one name or address, a name that nobody may change, an address that is none",
    { tests: ["identity"] },
  ),
  keycloak(/^POST .*\/users$/, [409], "attempt", "`verify`: a second person with somebody's address", {
    said: /same email/,
  }),
  keycloak(
    /^PUT .*\/users\/\*\/reset-password$/,
    [400],
    "attempt",
    "`verify`: a password that the policy refuses",
  ),
  keycloak(/\/account$/, [400], "attempt", "`verify`: somebody changes the own user name"),
  keycloak(/protocol\/saml/, [400], "attempt", "an address that is none of Bitbucket's"),
  keycloak(
    /openid-connect\/(auth|logout|registrations|userinfo)/,
    [400, 401],
    "attempt",
    "other redirect URIs, no PKCE, registering, a session that has ended",
  ),
  keycloak(
    /openid-connect\/token$/,
    [400, 401],
    "attempt",
    "codes, tokens, secrets and exchanges that must not go",
  ),

  bitbucket(/./, [400, 401, 403, 404, 409, 410, 429], "fault", "answers that a test ordered", {
    said: ordered,
  }),
  bitbucket(/\/src\/\*\//, [404], "look", "a file that need not be there"),
  bitbucket(/^GET .*\/refs\/branches\/\*$/, [404], "look", "a branch that is about to be made"),
  bitbucket(/^DELETE .*\/reports\//, [404], "repeat", "a report that is gone"),
  bitbucket(
    /^DELETE /,
    [404],
    "repeat",
    "gone already: the repeat of a removal whose answer was lost, or with its repository",
  ),
  bitbucket(
    /^GET .*(repositories|projects)\/\*/,
    [404],
    "look",
    "a place that was deleted or has another key: what is there under its UUID, or nothing",
  ),
  bitbucket(
    /^(POST|PUT|DELETE) \/1\.0\/groups\//,
    [403, 405],
    "byHand",
    "administered at admin.atlassian.com since the last run: goes on at the organisation, or names the step",
  ),
  bitbucket(
    /./,
    [401, 403, 404],
    "before",
    "a wrong token, a scope that it lacks, a workspace that is not there",
    {
      said: /^(Token is invalid|Your credentials lack|You must be an administrator|Only administrators|No (workspace|organization)|The API key)/,
    },
  ),
];

/** @returns undefined where nobody has looked at it yet */
export function judged({ system, request, status, said, tests, byPlugin }: Kind): Judgement | undefined {
  return judgements.find(
    (one) =>
      one.system === system &&
      one.request.test(request) &&
      one.status.includes(status) &&
      (one.said?.test(said) ?? true) &&
      (one.byPlugin ?? byPlugin) === byPlugin &&
      (one.tests === undefined || tests.every((test) => one.tests?.includes(test))),
  );
}
