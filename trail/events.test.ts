/** Keycloak's events as entries: names are kept, secrets are not, whatever an event holds. */
import fc from "fast-check";
import { entrySchema } from "./entry";
import { entryOf, signInOf, type EventContext, type KeycloakAdminEvent } from "./events";
import { updateOf } from "../commands/audit/history";

const context: EventContext = {
  stack: "prod",
  realm: "acme",
  windows: [{ run: "r1", from: 1_000_000, to: 2_000_000, account: "service-account-deployer" }],
  accountOf: (id) => Promise.resolve({ username: id === "bot" ? "service-account-deployer" : id }),
  named: (kind, id) => Promise.resolve(id === "gone" ? undefined : `${kind} of ${id}`),
};
const event = (more: Partial<KeycloakAdminEvent>): KeycloakAdminEvent => ({
  id: "e1",
  time: 1_500_000,
  authDetails: { userId: "cem" },
  operationType: "CREATE",
  resourceType: "GROUP_MEMBERSHIP",
  resourcePath: "users/u1/groups/g1",
  representation: '{"id":"g1","name":"pay","path":"/pay"}',
  details: { username: "dora", email: "d@x.example" },
  ...more,
});

test("somebody who puts somebody into a group by hand", async () => {
  expect(await entryOf(event({}), context)).toEqual({
    act: "event",
    id: "keycloak acme e1",
    at: "1970-01-01T00:25:00.000Z",
    stack: "prod",
    by: { username: "cem" },
    realm: "acme",
    operation: "CREATE",
    resource: "GROUP_MEMBERSHIP",
    path: "users/u1/groups/g1",
    subject: { kind: "person", name: "dora" },
    names: ["/pay"],
  });
});

test("what the program's account does during a run is the run's, and by hand at another time", async () => {
  const own = { authDetails: { userId: "bot" } };
  expect(await entryOf(event(own), context)).toMatchObject({ run: "r1" });
  expect(await entryOf(event({ ...own, time: 9_000_000 }), context)).not.toHaveProperty("run");
});

test.each([
  [
    "CLIENT_ROLE_MAPPING",
    "groups/g1/role-mappings/clients/c",
    '[{"name":"merge:PAY"},{"name":"read:PAY"}]',
    "group groups of g1",
    ["merge:PAY", "read:PAY"],
  ],
  ["USER", "users/u1", '{"enabled":false}', "person users of u1", ["enabled: false"]],
  ["USER", "users/gone", '{"username":"dora","enabled":true}', "person dora", ["dora", "enabled: true"]],
  ["USER", "users/gone", "[]", "person person gone", []],
  ["CLIENT", "clients/c1", '{"clientId":"c1","secret":"**"}', "client c1", ["c1"]],
  ["REALM", "", '{"realm":"acme","smtpServer":{"password":"x"}}', undefined, []],
  ["COMPONENT", "components/1", '{"name":"ldap","config":{"bindCredential":["x"]}}', undefined, ["ldap"]],
])("%s %s", async (resourceType, resourcePath, representation, subject, names) => {
  const { subject: found, names: named } = (await entryOf(
    event({
      resourceType,
      resourcePath,
      details: {},
      representation,
    }),
    context,
  )) as { subject?: { kind: string; name: string }; names: string[] };
  const words = found && `${found.kind} ${found.name}`;
  expect([words, named]).toEqual([subject, names]);
});

test("whatever else was sent with an event is not kept", async () => {
  const secret = "s3cret-value";
  const keys = fc.constantFrom(
    "secret",
    "value",
    "password",
    "credentials",
    "config",
    "attributes",
    "bindCredential",
  );
  const sent = fc.dictionary(
    keys,
    fc.constantFrom<unknown>(secret, [secret], { value: secret }, [{ value: secret }]),
  );
  await fc.assert(
    fc.asyncProperty(sent, fc.boolean(), async (body, isList) => {
      const representation = JSON.stringify(isList ? [body] : { name: "c1", ...body });
      expect(JSON.stringify(await entryOf(event({ representation }), context))).not.toContain(secret);
    }),
  );
});

test("a pipeline's sign-in names who started it, once its token's signature is known to be right", async () => {
  const details = {
    bitbucket_repository: "{r}",
    bitbucket_pipeline: "{p}",
    bitbucket_step: "{s}",
    bitbucket_branch: "main",
    bitbucket_account: "{a}",
    bitbucket_verified: "true",
    client_assertion: "eyJ…",
  };
  const at = { id: "s", time: 1_500_000, clientId: "pipeline.api.prod", details };
  const asked: string[] = [];
  const creatorOf = (repository: string, pipeline: string) => {
    asked.push(`${repository} ${pipeline}`);
    return Promise.resolve({ account: "{b}", name: "Ben" });
  };
  expect(await signInOf(at, context, creatorOf)).toEqual({
    act: "sign-in",
    id: "keycloak acme s",
    at: "1970-01-01T00:25:00.000Z",
    stack: "prod",
    client: "pipeline.api.prod",
    realm: "acme",
    pipeline: { repository: "{r}", pipeline: "{p}", step: "{s}", branch: "main" },
    by: { account: "{b}", name: "Ben" },
  });
  const silent = () => Promise.resolve(undefined);
  // Not the token's account: it may be the workspace's.
  expect(await signInOf(at, context, silent)).not.toHaveProperty("by");
  const forged = {
    ...at,
    error: "invalid_client",
    details: { ...details, bitbucket_verified: "false", bitbucket_refusal: "signature" },
  };
  const refused = await signInOf(forged, context, creatorOf);
  expect(refused).toMatchObject({ error: "invalid_client: signature" });
  expect(refused).not.toHaveProperty("by");
  expect(asked).toEqual(["{r} {p}"]);
  expect(
    await signInOf({ ...at, details: { client_auth_method: "client-secret" } }, context, creatorOf),
  ).toBeUndefined();
});

test("a run of the engine joins the run that was at work; another was started by hand, from somebody's commit", () => {
  const windows = [
    {
      run: "r1",
      from: Date.parse("2026-11-20T09:00:00.500Z"),
      to: Date.parse("2026-11-20T09:01:00Z"),
      account: undefined,
    },
  ];
  const recorded = {
    kind: "update",
    startTime: "2026-11-20T09:00:00.000Z",
    message: "change 1",
    result: "succeeded",
    environment: { "git.author": "Ana", "git.author.email": "ana@acme.example", "git.head": "4f1c" },
    resourceChanges: { update: 1 },
  };
  const own = updateOf(recorded, "prod", windows);
  expect(own).toMatchObject({ run: "r1", by: { name: "Ana", email: "ana@acme.example" }, commit: "4f1c" });
  const other = updateOf({ ...recorded, startTime: "2026-11-20T10:00:00.000Z" }, "prod", windows);
  expect(other).not.toHaveProperty("run");
  for (const one of [own, other])
    expect(
      entrySchema.safeParse({
        form: 1,
        seq: 1,
        previous: "0".repeat(64),
        recordedAt: "2026-11-20T10:00:00Z",
        ...one,
      }).success,
    ).toBe(true);
  expect(updateOf({ kind: "update" }, "prod", windows)).toBeUndefined();
});
