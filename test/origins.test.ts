/** That every resource of the program has a line: of access.yaml, or of the stack's file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { placesIn, readSettings } from "../access";
import { textsIn } from "../checkout/folder";
import { root } from "../toolchain/places";
import type { StoredState } from "./state/stored";

const folder = join(root, "test/state/company");
const texts = textsIn(folder);
const stacks = JSON.parse(readFileSync(join(root, "test/state/state.json"), "utf8")) as Record<
  string,
  StoredState
>;

const places = new Map(
  Object.keys(stacks).map((stack) => [stack, placesIn(texts, readSettings(texts, stack, {}))]),
);

/** Of the stored company, by stack: one of everything that the program declares. */
function placeOf(stack: string, urn: string, said = ""): string {
  const resource = parseUrn(`urn:pulumi:${stack}::bitbucket-keycloak::${urn}`);
  const place = resource && places.get(stack)?.(resource, said);
  return place === undefined ? "none" : `${place.file}:${place.line}:${place.column} ${place.path}`;
}

test("every resource of a company with one of everything comes from a line that is there", () => {
  const all = Object.entries(stacks).flatMap(([stack, { resources }]) =>
    Object.keys(resources).map((urn) => [urn, placeOf(stack, urn)] as const),
  );
  expect(all.length).toBeGreaterThan(300);
  expect(all.filter(([, place]) => place === "none").map(([urn]) => urn)).toEqual([]);
});

test.each([
  ["Team", "keycloak:index/group:Group::hands", "", "access.yaml:23:7 teams.makers.teams.hands"],
  [
    "Team",
    "keycloak-identity:index:Members::hands",
    "",
    "access.yaml:23:28 teams.makers.teams.hands.members",
  ],
  ["People", "keycloak:index/user:User::ben", "", "access.yaml:14:3 people.ben"],
  [
    "People",
    "keycloak:index/user:User::ben",
    "User exists with same email",
    "access.yaml:14:28 people.ben.email",
  ],
  [
    "People",
    "random:index/randomPassword:RandomPassword::ben-first-password",
    "",
    "access.yaml:14:3 people.ben",
  ],
  ["People", "keycloak:index/userRoles:UserRoles::ben", "", "access.yaml:52:5 grants[3]"],
  ["Rights", "keycloak:index/role:Role::deploy:ONE", "", "access.yaml:50:5 grants[1]"],
  [
    "Rights",
    "keycloak:index/role:Role::deploy:ONE/api",
    "",
    "access.yaml:39:7 projects.ONE.repositories.api",
  ],
  [
    "Rights",
    "keycloak:openid/client:Client::bitbucket",
    "",
    "stacks/Pulumi.main.yaml:6:5 config.bitbucket-keycloak:keycloak.realm",
  ],
  ["ProjectAccess", "bitbucket:index:ProjectPermissions::ONE", "", "access.yaml:34:3 projects.ONE"],
  [
    "ProjectAccess",
    "bitbucket:index:ProjectPermissions::ONE",
    "cannot write the permission of group hands on project acme/ONE",
    "access.yaml:50:5 grants[1]",
  ],
  [
    "ProjectAccess$RepositoryAccess",
    "bitbucket:index:RepositoryPermissions::api",
    "cannot write the permission of user {00000000-0000-0000-0000-0000000000be} on repository acme/api",
    "access.yaml:52:5 grants[3]",
  ],
  [
    "ProjectAccess$RepositoryAccess",
    "bitbucket:index:BranchRestrictions::api",
    "",
    "access.yaml:37:18 projects.ONE.protected.main",
  ],
  [
    "ProjectAccess$RepositoryAccess",
    "bitbucket:index:BranchRestrictions::docs-old",
    "",
    "access.yaml:46:7 projects.TWO.repositories.docs*",
  ],
  [
    "PipelineAccess$RotatedCredential",
    "keycloak:openid/hardcodedClaimProtocolMapper:HardcodedClaimProtocolMapper::api.dev-a-pipeline",
    "",
    "access.yaml:39:14 projects.ONE.repositories.api.deploys",
  ],
  [
    "PipelineAccess",
    "bitbucket:index:Deployment::worker.prod",
    "",
    "access.yaml:41:17 projects.ONE.repositories.worker.deploys",
  ],
  ["Agents$Agent", "keycloak:openid/client:Client::release-bot", "", "access.yaml:27:3 agents.release-bot"],
  [
    "Realm$SigningKeys",
    "rotation:index:Schedule::signing-keys",
    "",
    "stacks/Pulumi.main.yaml:27:5 config.bitbucket-keycloak:rotation.signingKeys",
  ],
  [
    "BitbucketSignIn$DataCenterSignIn",
    "keycloak:index/role:Role::every-right",
    "",
    "stacks/Pulumi.main.yaml:13:3 config.bitbucket-keycloak:signIn",
  ],
])("in %s, %s%s", (components, urn, said, expected) => {
  const within = components.split("$").map((name) => `bitbucket-keycloak:index:${name}`);
  expect(placeOf("main", `${within.join("$")}$${urn}`, said)).toBe(expected);
});

test.each([
  ["Team", "keycloak:index/group:Group::gone"],
  ["People", "keycloak:index/user:User::gone"],
  ["Rights", "keycloak:index/role:Role::merge:GONE"],
  ["ProjectAccess", "bitbucket:index:ProjectPermissions::GONE"],
  ["PipelineAccess", "bitbucket:index:Deployment::api.gone"],
])("what is declared no more has no line: in %s, %s", (component, urn) => {
  expect(placeOf("main", `bitbucket-keycloak:index:${component}$${urn}`)).toBe("none");
});
