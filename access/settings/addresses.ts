/**
 * Where credentials go, and whose word counts there. Whoever merges another address into a stack file would be sent the
 * administrator's secret, and would be asked who approves of it; so addresses are pinned: they count as they are only once
 * the stack was brought up with them, and every command and the program compare them before the first request.
 */
import { lastBaseline, type Recorded } from "../baseline";
import { localStack, variable } from "../environment";
import type { Positions } from "../file/positions";
import type { Settings } from "../model";
import type { Problem } from "../problem";
import { stackFile } from "../dataFiles";

/** A server has an address; a realm or a workspace says who is in which team, and is pinned like one. */
export const pinnedSettings = [
  "keycloak.url",
  "keycloak.realm",
  "bitbucket.url",
  "bitbucket.workspace",
  "signIn.url",
] as const;
type Pinned = (typeof pinnedSettings)[number];

/** By setting. */
export type Addresses = Readonly<Partial<Record<Pinned, string>>>;

/** The sign-in's address counts where this program sends it a secret itself. */
export function addressesOf({ keycloak, bitbucket, signIn }: Settings): Addresses {
  return {
    "keycloak.url": keycloak.url,
    "keycloak.realm": keycloak.realm,
    "bitbucket.url": bitbucket.url,
    "bitbucket.workspace": bitbucket.workspace,
    ...(signIn.publish === "rest" && { "signIn.url": signIn.url }),
  };
}

/**
 * The addresses that a stack was last brought up with. A state without a baseline that can be read (its first run failed,
 * another version made it) still says where its providers went.
 *
 * @param resources the state of the stack
 * @returns none for a stack that has nothing yet: its first contact
 */
export function knownAddresses(resources: readonly Recorded[]): Addresses {
  const baseline = lastBaseline(resources);
  if (baseline !== undefined)
    return { ...addressesOf(baseline.settings), "signIn.url": baseline.settings.signIn.url };
  const inBitbucket = resources.filter(({ type }) => type.startsWith("bitbucket:"));
  const found = {
    "keycloak.url": outputOf(resources, "pulumi:providers:keycloak", "url"),
    "keycloak.realm": outputOf(resources, "keycloak:index/realm:Realm", "realm"),
    "bitbucket.url": outputOf(resources, "pulumi:providers:bitbucket", "apiUrl"),
    "bitbucket.workspace": outputOf(inBitbucket, undefined, "workspace"),
  };
  return Object.fromEntries(Object.entries(found).filter(([, address]) => address !== undefined));
}

/**
 * Those that are compared. The stack `local` has servers of this machine, which move, or the one that `KEYCLOAK_URL` names.
 */
export function pinnedAddresses(
  stack: string,
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Addresses {
  const all = addressesOf(settings);
  if (stack !== localStack) return all;
  const isOwn = (setting: string): boolean =>
    setting.startsWith("keycloak.")
      ? Boolean(env[variable.keycloakUrl]) || isOnThisMachine(all["keycloak.url"])
      : isOnThisMachine(setting === "signIn.url" ? all["signIn.url"] : all["bitbucket.url"]);
  return Object.fromEntries(Object.entries(all).filter(([setting]) => !isOwn(setting)));
}

/**
 * What a stack file says otherwise than the stack's last run.
 *
 * @param pinned of the file
 * @param known of the last run
 * @param positions of the file. Default: problems have no line
 */
export function movedAddresses(
  stack: string,
  pinned: Addresses,
  known: Addresses,
  positions?: Positions,
): Problem[] {
  return Object.entries(pinned).flatMap(([setting, now]): Problem[] => {
    const before = known[setting as Pinned];
    if (before === undefined || before === now) return [];
    const place = positions?.at(setting.split(".")) ?? { file: stackFile(stack), path: setting };
    return [
      {
        ...place,
        found: JSON.stringify(now),
        allowed: `${JSON.stringify(before)}, with which stack ${stack} was last brought up`,
        fix: "nothing was sent there; put the old address back, and have the company's owners approve of a move",
      },
    ];
  });
}

/**
 * Another name of the realm. The plugin would make a second realm, with other accounts for everybody, and delete the first:
 * nobody's approval means that, so no command and no run does it.
 */
export function renamedRealm(
  stack: string,
  pinned: Addresses,
  known: Addresses,
  positions?: Positions,
): Problem[] {
  const realm = ({ "keycloak.realm": name }: Addresses): Addresses =>
    name === undefined ? {} : { "keycloak.realm": name };
  return movedAddresses(stack, realm(pinned), realm(known), positions).map((problem) => ({
    ...problem,
    fix: "put it back: a realm of another name is another realm, in which everybody's account is new, and the old one would be deleted; docs/guide/places.md says what to do instead",
  }));
}

/** `Keycloak https://keycloak.acme.example, realm acme; Bitbucket https://api.bitbucket.org, workspace acme` */
export function addressesText(addresses: Addresses): string {
  const { "keycloak.url": keycloak, "keycloak.realm": realm, "signIn.url": signIn } = addresses;
  const { "bitbucket.url": bitbucket, "bitbucket.workspace": workspace } = addresses;
  const words = [
    keycloak && `Keycloak ${keycloak}, realm ${realm ?? "unknown"}`,
    bitbucket && `Bitbucket ${bitbucket}, workspace ${workspace ?? "unknown"}`,
    signIn && `sign-in ${signIn}`,
  ];
  return words.filter(Boolean).join("; ");
}

function isOnThisMachine(url = ""): boolean {
  return URL.canParse(url) && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
}

/** @param type undefined: of any type */
function outputOf(
  resources: readonly Recorded[],
  type: string | undefined,
  name: string,
): string | undefined {
  const ofType = resources.filter((one) => type === undefined || one.type === type);
  const values = ofType.map(({ outputs }) => outputs?.[name]);
  return values.find((value): value is string => typeof value === "string" && value !== "");
}
