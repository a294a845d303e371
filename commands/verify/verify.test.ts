import { checks } from "./checks";
import { runOf } from "./testing/broken";
import { client, clientOf, type Realm } from "./testing/realm";

jest.setTimeout(120_000);

const asItIs = () => undefined;
const writing = checks.filter(({ writes }) => writes).map(({ name }) => name);
const namesOf = (kind: "oidc" | "saml", readOnly = false) =>
  checks
    .filter((check) => (check.kind ?? kind) === kind && !(readOnly && check.writes))
    .map(({ name }) => name);

test.each(["oidc", "saml"] as const)(
  "in a realm as the program makes it everything holds, and nobody is left behind: %s",
  async (kind) => {
    const { verified, failed, left } = await runOf({ breakIt: asItIs, kind });
    expect([failed, left]).toEqual([{}, []]);
    expect(verified.checks.map(({ name }) => name)).toEqual(namesOf(kind));
    expect([verified.passed, verified.failed, verified.skipped]).toEqual([namesOf(kind).length, 0, []]);
    expect(verified.notApplicable).toEqual(
      checks.map(({ name }) => name).filter((name) => !namesOf(kind).includes(name)),
    );
  },
);

test("what a check has seen is said where it holds, too", async () => {
  const only = ["claims", "roles", "session-life", "pipeline-credentials", "agents-limits", "groups-equal"];
  const { verified } = await runOf({ breakIt: asItIs, options: () => ({ only }) });
  expect(Object.fromEntries(verified.checks.map(({ name, found }) => [name, found]))).toEqual({
    claims: "preferred_username, email, name, groups",
    roles: "the 2 of team leads",
    "session-life": "1800 s unused, 36000 s at most",
    "groups-equal": "4 teams",
    "pipeline-credentials": "3 clients of 2 pipelines",
    "agents-limits": "1 agents",
  });
});

test("read only, nothing is made in the realm, and what would be is named", async () => {
  let made = false;
  const { verified } = await runOf({
    breakIt: (realm) => {
      realm.people.push = () => {
        made = true;
        return 0;
      };
    },
    options: () => ({ readOnly: true }),
  });
  expect(verified.checks.map(({ name }) => name)).toEqual(namesOf("oidc", true));
  const kinds = new Map(checks.map((check) => [check.name, check.kind]));
  expect(verified.skipped).toEqual(writing.filter((name) => kinds.get(name) !== "saml"));
  expect(made).toBe(false);
});

test("of the two clients that take turns the one with the newest rotation is asked, whichever it is", async () => {
  const only = ["no-service-account"];
  const break_ = (slot: "a" | "b") => (realm: Realm) => {
    const rotated = clientOf(realm, "bitbucket-b");
    rotated.attributes["rotation.number"] = "3 2026-02-01T00:00:00.000Z";
    clientOf(realm, `bitbucket-${slot}`).serviceAccountsEnabled = true;
  };
  const failed = async (slot: "a" | "b") =>
    (await runOf({ breakIt: break_(slot), options: () => ({ only }) })).failed;
  expect(await failed("a")).toEqual({});
  expect(await failed("b")).toEqual({ "no-service-account": "taken" });
});

test.each<[string, (realm: Realm) => unknown, string]>([
  [
    "no client signs people in",
    (realm) => (realm.clients = [client("bitbucket")]),
    'the realm has no client bitbucket-a or bitbucket-b: run "npm run pulumi -- up -s dev" first',
  ],
  [
    "there is no group of a team",
    (realm) => (realm.groups = []),
    "the realm has the group of no team of access.yaml",
  ],
])("where %s, nothing is checked, and it says what to do", async (_, breakIt, problem) => {
  await expect(runOf({ breakIt: (realm) => void breakIt(realm) })).rejects.toThrow(problem);
});

test("a check that there is not is refused with those that there are", async () => {
  const run = runOf({ breakIt: asItIs, options: () => ({ only: ["discovery", "discover"] }) });
  await expect(run).rejects.toThrow(
    /^found no check "discover"; allowed: discovery, .* in all\); did you mean "discovery"\?$/,
  );
});
