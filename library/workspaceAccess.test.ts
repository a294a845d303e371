import { WorkspaceAccess } from ".";
import { only, registered } from "../components/testing/placed";

const asOf = new Date("2026-12-01T12:00:00Z");

const text = `company: Small
owners: [ana, ben]
environments:
  dev: { type: test }
  prod: { type: production, restricted: true }
people:
  ana: { name: Ana, email: ana@small.example }
  ben: { name: Ben, email: ben@small.example }
teams:
  leads: { owner: ana, members: [ben] }
  hands: { owner: ana, members: [ben] }
projects:
  ONE:
    name: First
    owner: leads
    protected: { main: { approvals: 1 } }
    repositories:
      api: { deploys: [prod] }
grants:
  - { team: leads, can: [merge], on: ONE }
  - { team: hands, can: [read], on: ONE/api }
`;

const placing = (args: Partial<ConstructorParameters<typeof WorkspaceAccess>[1]> = {}) =>
  registered(() => {
    new WorkspaceAccess("access", { text, workspace: "acme", environment: "prod", asOf, ...args });
  });

test("groups, permissions and restrictions of the text, and nothing of Keycloak", async () => {
  const all = await placing();
  expect(all.filter(({ custom }) => custom).map(({ type, name, parent }) => [type, name, parent])).toEqual([
    ["bitbucket:index:BranchRestrictions", "api", "api"],
    ["bitbucket:index:Group", "hands", "access"],
    ["bitbucket:index:Group", "leads", "access"],
    ["bitbucket:index:ProjectIdentity", "ONE", "ONE"],
    ["bitbucket:index:ProjectPermissions", "ONE", "ONE"],
    ["bitbucket:index:RepositoryIdentity", "api", "api"],
    ["bitbucket:index:RepositoryPermissions", "api", "api"],
  ]);
  expect(only(all, "bitbucket:index:ProjectPermissions", "ONE").inputs).toMatchObject({
    workspace: "acme",
    holders: [{ group: "leads", permission: "write" }],
    adoptBy: "set takeOver: true",
  });
  expect(only(all, "bitbucket:index:RepositoryPermissions", "api").inputs).toMatchObject({
    holders: [{ group: "hands", permission: "read" }],
  });
});

test("what is there is taken over where that is asked", async () => {
  const all = await placing({ takeOver: true });
  expect(only(all, "bitbucket:index:ProjectPermissions", "ONE").inputs).toMatchObject({ adopt: true });
});

test("every problem of the text is said before the first resource", () => {
  const wrong = text
    .replace("owner: ana, members: [ben] }\n  hands", "owner: zoe }\n  hands")
    .replace("on: ONE }", "on: TWO }");
  expect(
    () => new WorkspaceAccess("access", { text: wrong, workspace: "acme", environment: "prod" }),
  ).toThrow(
    /^nothing was changed\naccess\.yaml of access:10:19 {2}teams\.leads\.owner: found "zoe".*\naccess\.yaml of access:20:\d+ {2}grants\[0\]\.on: found "TWO"/,
  );
});

test("no environment variable and no state is read", async () => {
  const before = await placing();
  process.env.BITBUCKET_KEYCLOAK_TAKE_OVER = "shown";
  process.env.BITBUCKET_KEYCLOAK_AS_OF = "2030-01-01";
  expect(await placing()).toEqual(before);
});
