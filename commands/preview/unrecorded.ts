/**
 * What stands already where nobody knows what it was brought up with. A stack that is renamed, or whose baseline is of
 * another version, would count as new, and whatever it gives would need nobody. So it is asked who answered for it.
 */
import { resourcesIn, type ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { lastBaseline, type Addresses, type Settings } from "../../access";
import { KeycloakAdmin } from "../../clients/keycloak";
import { realmOwners } from "../../clients/realmOwners";
import { exportState, pulumi, type Engine } from "../../engine/engine";
import { stacksIn } from "../frame/addresses";

export interface Unrecorded {
  /** Why nobody knows. */
  readonly why: string;
  /** What names the owners. Example: `the realm`. */
  readonly by: string;
  /** E-mail addresses of those whom it names. */
  readonly owners: readonly string[];
}

const otherForm = "its baseline is of another version, or was changed";

/**
 * @param baseline the stack's output; undefined where it has none
 * @returns undefined where nothing stands, or where it is a first run of this stack's own that has not come to its end
 */
export async function unrecordedIn(
  stack: string,
  engine: Engine,
  baseline: string | undefined,
  resources: readonly ResourceState[],
  settings: Pick<Settings, "keycloak" | "bitbucket">,
): Promise<Unrecorded | undefined> {
  if (baseline === undefined && resources.some(({ type }) => type === "keycloak:index/realm:Realm"))
    return undefined;
  const { url, realm } = settings.keycloak;
  const owners = await realmOwners(KeycloakAdmin.from(url, realm, engine.env));
  if (baseline !== undefined) return { why: otherForm, by: "the realm", owners: listed(owners) };
  if (owners === "none") return renamedFrom(stack, engine, settings);
  const why =
    owners === "unseen"
      ? `realm ${realm} may be there already, and this account may not see whose it is: sign in as one that may view the realm`
      : `realm ${realm} is there already, and this stack has not made it`;
  return { why, by: "the realm", owners: listed(owners) };
}

/**
 * The same where an address moves: whoever is at the new one is asked nothing.
 *
 * @param known the addresses of before
 */
export async function unrecordedBefore(
  stack: string,
  baseline: string | undefined,
  { "keycloak.url": url, "keycloak.realm": realm }: Addresses,
  env: NodeJS.ProcessEnv,
): Promise<Unrecorded> {
  const owners =
    url === undefined || realm === undefined
      ? "none"
      : await realmOwners(KeycloakAdmin.from(url, realm, env));
  const halfway = `its first run has not come to its end, and its addresses have changed since; where it made nothing, begin anew with "npm run pulumi -- stack rm ${stack}"`;
  return {
    why: baseline === undefined ? halfway : otherForm,
    by: "the realm of before",
    owners: listed(owners),
  };
}

/** A stack of the same workspace whose file is gone: this one may be it, under another name and in another realm. */
async function renamedFrom(
  stack: string,
  engine: Engine,
  { bitbucket: { url, workspace } }: Pick<Settings, "bitbucket">,
): Promise<Unrecorded | undefined> {
  const files = stacksIn(engine.cwd);
  const listedStacks = JSON.parse(await pulumi(engine, ["stack", "ls", "--json"])) as { name: string }[];
  const gone = listedStacks.map(({ name }) => name.split("/").at(-1) ?? name);
  for (const name of gone.filter((one) => one !== stack && !files.includes(one))) {
    const last = lastBaseline(resourcesIn(await exportState(engine, name)));
    const its = last?.settings.bitbucket;
    if (last === undefined || its?.url !== url || its.workspace !== workspace) continue;
    const { people, owners } = last.model;
    return {
      why: `stack ${name} was brought up for workspace ${workspace}, and its file is gone`,
      by: `stack ${name}`,
      owners: people.flatMap(({ username, email }) =>
        owners.includes(username) ? [email.toLowerCase()] : [],
      ),
    };
  }
  return undefined;
}

function listed(owners: readonly string[] | string): readonly string[] {
  return typeof owners === "string" ? [] : owners;
}
