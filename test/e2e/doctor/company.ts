/** A small company as it is before its first run: a governing stack, a runner, groups that an organisation administers. */
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { administratorScopes } from "../../../toolchain/acme";
import { toolchainFolder } from "../../../toolchain/places";
import { administrator, type World } from "../world";
import { SmallCompany, smallSeed } from "../world/smallCompany";

/** Sees and administers every project, and not the workspace. */
export const deputy = "deputy@small.example";
export const tokenOf = (email: string): string => `token of ${email}, long enough`;
/** Of the administrator. */
export const lackingToken = "a token without two scopes";
export const lacking = ["admin:pipeline:bitbucket", "write:permission:bitbucket"];
export const organization = { id: "org-1", directory: "dir-1", apiKey: "key-of-the-organisation" };

function seed(administratorToken: string): Seed {
  const small = smallSeed(administratorToken);
  const fewer = administratorScopes.filter((scope) => !lacking.includes(scope));
  return {
    ...small,
    workspace: { slug: "acme", plan: "premium", organization },
    // Of every workspace that it moves Atlassian makes such a group, which has Bitbucket.
    groups: [...(small.groups ?? []), { name: "bitbucket-users-acme" }],
    accounts: [
      ...(small.accounts ?? []).map((one) =>
        one.email === administrator
          ? { ...one, tokens: [...(one.tokens ?? []), { token: lackingToken, scopes: [...fewer] }] }
          : one,
      ),
      {
        name: "Deputy",
        email: deputy,
        tokens: [{ token: tokenOf(deputy), scopes: [...administratorScopes] }],
      },
    ],
    projects: (small.projects ?? []).map((one) => ({ ...one, grants: { users: { [deputy]: "admin" } } })),
    repositories: [
      ...(small.repositories ?? []),
      { slug: "runner", project: "OPS", branches: { main: { "README.md": "Runs every night\n" } } },
      { slug: "older", project: "OPS", mainBranch: "master" },
    ],
  };
}

export function startCompany(): Promise<SmallCompany> {
  return SmallCompany.start({
    seed,
    settings: {
      environment: "prod",
      "rotation.runner": "runner",
      "rotation.apiTokenExpires": '"2027-06-30"',
    },
  });
}

export const organizationEnv = {
  BITBUCKET_ORGANIZATION_ID: organization.id,
  BITBUCKET_ORGANIZATION_API_KEY: organization.apiKey,
};

const foreign = /^(PULUMI|KEYCLOAK|BITBUCKET|KC)_|_proxy$|^(SSL_CERT_FILE|NODE_EXTRA_CA_CERTS)$/i;

/** The environment of a terminal in the company's checkout, for what is called and not started. */
export const shellOf = ({ env }: SmallCompany): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
  BITBUCKET_KEYCLOAK_TOOLCHAIN: toolchainFolder(process.env),
  BITBUCKET_KEYCLOAK_BUILD: "1",
  ...env,
});

/** People of the realm that administrators are of. */
export function roles(world: World) {
  const idOf = async (name: string): Promise<string> => {
    const { json } = await world.keycloak("GET", `/master/users?username=${name}&exact=true`);
    return (json as { id: string }[])[0]?.id ?? "";
  };
  return {
    make: async (username: string, password: string) => {
      const credentials = [{ type: "password", value: password, temporary: false }];
      const person = { username, enabled: true, email: `${username}@small.example`, emailVerified: true };
      const names = { firstName: "Doctor", lastName: "Small" };
      await world.keycloak("POST", "/master/users", { ...person, ...names, credentials });
    },
    give: async (username: string) => {
      const { json: admin } = await world.keycloak("GET", "/master/roles/admin");
      await world.keycloak("POST", `/master/users/${await idOf(username)}/role-mappings/realm`, [admin]);
    },
    remove: async (username: string) => {
      await world.keycloak("DELETE", `/master/users/${await idOf(username)}`);
    },
  };
}
