import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { foundCompany } from "../../../access/testing/found";
import { adopted, withoutTaken } from "./adopted";

const urn = (types: string, name: string) => `urn:pulumi:main::bitbucket-keycloak::${types}::${name}`;
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const stack = urn("pulumi:pulumi:Stack", "bitbucket-keycloak-main");
const [bitbucket, keycloak] = ["bitbucket", "keycloak"].map((name) => urn(`pulumi:providers:${name}`, name)) as [string, string]; // prettier-ignore
const project = urn("bitbucket-keycloak:index:ProjectAccess", "APP");
const team = urn("bitbucket-keycloak:index:Team", "mobile-devs");
const platform = urn("bitbucket-keycloak:index:Team", "platform");

/** As a preview shows it: ids of what is not there yet are unknown. */
function planned(
  parent: string,
  type: string,
  name: string,
  inputs: object,
  more: object = {},
): ResourceState {
  const [, types] = parent.split("::bitbucket-keycloak::")[1]?.split("::").reverse() ?? [];
  const owner = type.startsWith("bitbucket:") ? bitbucket : keycloak;
  const own = type.startsWith("pulumi:") || type.startsWith("bitbucket-keycloak") ? {} : { provider: `${owner}::${unknown}` }; // prettier-ignore
  const isCustom = !type.startsWith("bitbucket-keycloak:");
  const at = parent === stack ? urn(type, name) : urn(`${types ?? ""}$${type}`, name);
  return { urn: at, type, custom: isCustom, parent, inputs: { ...inputs }, ...own, ...more };
}

const on = { workspace: "small", project: "APP" };
const groupOf = (parent: string, name: string) => planned(parent, "bitbucket:index:Group", name, { workspace: "small", name }); // prettier-ignore
const mobile = groupOf(team, "mobile-devs");
const nobodys = groupOf(platform, "new-team");
const registered: readonly ResourceState[] = [
  { urn: stack, type: "pulumi:pulumi:Stack", custom: false },
  planned(stack, "pulumi:providers:bitbucket", "bitbucket", { apiUrl: "https://api.bitbucket.org" }),
  planned(stack, "pulumi:providers:keycloak", "keycloak", { url: "https://keycloak.small.example" }),
  planned(stack, "bitbucket-keycloak:index:Team", "mobile-devs", {}),
  planned(stack, "bitbucket-keycloak:index:Team", "platform", {}),
  planned(platform, "keycloak:index/group:Group", "platform", { realmId: "small", name: "platform" }),
  mobile,
  nobodys,
  planned(stack, "bitbucket-keycloak:index:ProjectAccess", "APP", {}),
  planned(project, "bitbucket:index:ProjectIdentity", "APP", on),
  planned(
    project,
    "bitbucket:index:ProjectPermissions",
    "APP",
    { ...on, projectUuid: unknown, holders: [{ group: "new-team", permission: "read" }], adopt: true },
    {
      dependencies: [mobile.urn, nobodys.urn],
      propertyDependencies: { projectUuid: [project], holders: null },
    },
  ),
];
const ids = () => {
  let number = 0;
  return () => `id ${++number}`;
};

test("what was read goes in, and not what is declared, under its parents and providers", () => {
  const { resources, taken } = adopted({ state: [], registered }, foundCompany, ids());
  expect(taken.map((one) => one.split("::").slice(2).join(" "))).toEqual([
    "bitbucket-keycloak:index:Team$keycloak:index/group:Group platform",
    "bitbucket-keycloak:index:Team$bitbucket:index:Group mobile-devs",
    "bitbucket-keycloak:index:ProjectAccess$bitbucket:index:ProjectIdentity APP",
    "bitbucket-keycloak:index:ProjectAccess$bitbucket:index:ProjectPermissions APP",
  ]);
  const [uuid] = foundCompany.workspace.projects.map((one) => one.uuid);
  const holders = [
    { group: "mobile-devs", permission: "write" },
    { group: "platform", permission: "admin" },
  ];
  const inputs = { ...on, projectUuid: uuid, holders, adopt: true };
  expect(resources.at(-1)).toEqual({
    urn: `${project.replace("::APP", "")}$bitbucket:index:ProjectPermissions::APP`,
    type: "bitbucket:index:ProjectPermissions",
    custom: true,
    parent: project,
    provider: `${bitbucket}::id 1`,
    id: "small/APP",
    inputs,
    outputs: { ...inputs, adopted: ["group mobile-devs", "group platform"], placed: [] },
    retainOnDelete: true,
    // Of what is not there, nothing.
    dependencies: [mobile.urn],
    propertyDependencies: { projectUuid: [project], holders: [] },
  });
  expect(resources[0]?.outputs).toEqual({ adopted: ["keycloak:index/group:Group::platform"] });
  expect(resources.map((one) => one.urn)).not.toContain(nobodys.urn);
  expect(resources.every(({ parent }, index) => parent === undefined || resources.slice(0, index).some((one) => one.urn === parent))).toBe(true); // prettier-ignore
});

test("without what was taken, the state is as it was; nothing is left of what has nothing in it", () => {
  const { resources, taken } = adopted({ state: [], registered }, foundCompany, ids());
  const { resources: left, gone } = withoutTaken(resources);
  expect(gone).toEqual(taken);
  expect(left).toEqual([expect.objectContaining({ type: "pulumi:pulumi:Stack", outputs: {} })]);
});

test("what the stack has stays as it is, and is not taken a second time by another name", () => {
  const first = adopted({ state: [], registered }, foundCompany, ids());
  const again = adopted({ state: first.resources, registered }, foundCompany, ids());
  expect(again).toEqual({ resources: first.resources, taken: [] });
  const renamed = first.resources.map((one) =>
    one.urn === mobile.urn ? { ...one, urn: `${one.urn}-2` } : one,
  );
  expect(() => adopted({ state: renamed, registered }, foundCompany, ids())).toThrow(
    "the stack has already, by other names: bitbucket:index:Group mobile-devs (small/mobile-devs), which it has as mobile-devs-2",
  );
});

test("what was deployed since is not taken out", () => {
  const { resources } = adopted({ state: [], registered }, foundCompany, ids());
  const deployed = resources.map((one) => ({ ...one, retainOnDelete: false }));
  expect(withoutTaken(deployed)).toEqual({ resources: deployed, gone: [] });
});
