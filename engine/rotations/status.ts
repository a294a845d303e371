/**
 * What rotates, and how things stand with it: read from the stack's state alone, so that a night on which nothing is due
 * asks nobody anything.
 */
import type { ResourceState } from "@bitbucket-keycloak/pulumi-plugin/state";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import { rotationNames, type ManualRotation, type SamlKeyNumbers, type Settings } from "../../access";
import { variable } from "../../access/environment";

/** What rotates: the credential of a pipeline, the keys of a realm, what people sign in to Bitbucket by. */
export type Kind = "credential" | "signing keys" | "sign-in secret" | "SAML key";

interface Rotated {
  /** `payments-api.dev`, `signing-keys`, `sign-in`, `saml-key`. */
  readonly name: string;
  /** Number of the last rotation. */
  readonly rotation: number;
  readonly rotatedAt: string;
  /** When it rotates by itself; undefined: never. */
  readonly nextAt?: string;
  /** Days; undefined: nobody has said. */
  readonly limitDays?: number;
  /** Everything that a rotation of it changes; with `*` for what it makes. */
  readonly urns: readonly string[];
}

interface RotatedBySchedule extends Rotated {
  readonly kind: Exclude<Kind, "SAML key">;
  /** How much was carried out of what people asked for. */
  readonly done: Pick<ManualRotation, "manualRotations" | "revocations">;
}

interface RotatedByHand extends Rotated {
  readonly kind: "SAML key";
  readonly done: Pick<SamlKeyNumbers, "newest" | "signing">;
}

/** One of them, as the last run left it. */
export type Rotatable = RotatedBySchedule | RotatedByHand;

/** The schedules of an exported state, and the SAML key, the oldest first. */
export function rotatablesOf(resources: readonly ResourceState[], settings: Settings): Rotatable[] {
  const schedules = resources.filter(({ type }) => type === "rotation:index:Schedule");
  const samlKeys = resources.filter(({ type }) => type === samlKeyType);
  return [
    ...schedules.map(({ urn, inputs = {} }) => rotatableOf(readUrn(urn).name, inputs, resources, settings)),
    ...samlKeys.map((component) => samlKeyOf(component, resources)),
  ].sort((a, b) =>
    a.rotatedAt < b.rotatedAt ? -1 : a.rotatedAt > b.rotatedAt ? 1 : a.name < b.name ? -1 : 1,
  );
}

function rotatableOf(
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  resources: readonly ResourceState[],
  settings: Settings,
): Rotatable {
  const { kind, period } = whatIs(name, settings);
  const isPart = parts(kind === "signing keys");
  const belongs = (one: string) => one === name || (one.startsWith(`${name}-`) && isPart.test(one));
  const rotatedAt = inputs.rotatedAt as string;
  return {
    name,
    kind,
    rotation: inputs.rotation as number,
    rotatedAt,
    ...(period !== undefined && {
      nextAt: new Date(Date.parse(rotatedAt) + period * 1000).toISOString(),
      limitDays: (period + settings.rotation.grace) / day,
    }),
    urns: resources
      .filter(({ urn, type }) => changes.has(type) && belongs(readUrn(urn).name))
      .map(({ urn }) => urn),
    done: { manualRotations: inputs.manualRotations as number, revocations: inputs.revocations as number },
  };
}

/** What people have to paste rotates by hand only. */
function whatIs(
  name: string,
  { rotation, signIn }: Settings,
): { kind: RotatedBySchedule["kind"]; period?: number } {
  if (name === rotationNames.signingKeys) return { kind: "signing keys", period: rotation.signingKeys };
  if (name !== rotationNames.signIn) return { kind: "credential", period: rotation.credentials };
  return { kind: "sign-in secret", ...(signIn.publish === "rest" && { period: rotation.credentials }) };
}

/** As the keys themselves are, whatever the last run was told. It is as old as the one that signs. */
function samlKeyOf({ urn }: ResourceState, resources: readonly ResourceState[]): Rotatable {
  const name = readUrn(urn).name;
  const keys = resources
    .filter(({ type }) => type === samlKeyOfRealm)
    .map(({ urn: key, inputs = {}, modified }) => ({
      number: Number(readUrn(key).name.split("-").at(-1)),
      active: inputs.active === true,
      modified,
    }));
  const signing = Math.max(0, ...keys.filter(({ active }) => active).map(({ number }) => number));
  const newest = Math.max(0, ...keys.map(({ number }) => number));
  const realm = resources.find(({ type }) => type === "keycloak:index/realm:Realm");
  const since = signing === 0 ? realm?.created : keys.find(({ number }) => number === signing)?.modified;
  return {
    name,
    kind: "SAML key",
    rotation: signing,
    rotatedAt: since ?? "",
    urns: [urn, `**::${name}-*`],
    done: { newest, signing },
  };
}

/** Whether the stack file wants another key to sign than the one that does: that is for a person to do. */
export function waitsForSomebody({ kind, done }: Rotatable, { samlKey }: Settings): boolean {
  return kind === "SAML key" && (samlKey?.signing ?? 0) !== done.signing;
}

const day = 86_400;
const samlKeyType = "bitbucket-keycloak:index:SamlKey";
/** Of one of its keys. */
export const samlKeyOfRealm = "keycloak:index/realmKeystoreRsaGenerated:RealmKeystoreRsaGenerated";
const parts = (isKeys: boolean) => (isKeys ? /-(es256|hs512)-[0-2]$/ : /-[ab]$/);
/** Types that a rotation changes. */
const changes = new Set([
  "rotation:index:Schedule",
  "random:index/randomPassword:RandomPassword",
  "keycloak:openid/client:Client",
  "keycloak:index/realmKeystoreEcdsaGenerated:RealmKeystoreEcdsaGenerated",
  "keycloak:index/realmKeystoreHmacGenerated:RealmKeystoreHmacGenerated",
  "bitbucket:index:DeploymentVariables",
  "bitbucket:index:DataCenterClient",
]);

/** What the stack file says of a secret or key that nobody has rotated by hand. */
export const neverByHand: ManualRotation = { manualRotations: 0, revocations: 0, reason: "" };

/** Why something is due, if it is. */
function dueReason(rotatable: Rotatable, settings: Settings, asOf: Date): string | undefined {
  if (rotatable.kind === "SAML key") {
    const { samlKey } = settings;
    // Which certificate signs is changed by nobody but a person who says so.
    return samlKey && samlKey.newest > rotatable.done.newest ? `by hand: ${samlKey.reason}` : undefined;
  }
  const wanted = settings.rotations[rotatable.name] ?? neverByHand;
  if (wanted.manualRotations > rotatable.done.manualRotations) return `by hand: ${wanted.reason}`;
  if (wanted.revocations > rotatable.done.revocations) return `to be ended: ${wanted.reason}`;
  if (rotatable.nextAt !== undefined && asOf.getTime() >= Date.parse(rotatable.nextAt))
    return `since ${rotatable.nextAt}`;
  return undefined;
}

/** What is due, and why. */
export interface Due {
  readonly name: string;
  readonly reason: string;
}

/** What a run at `asOf` would rotate, each with its reason, in the order of the list. */
export function dueOf(rotatables: readonly Rotatable[], settings: Settings, asOf: Date): Due[] {
  return rotatables.flatMap((rotatable) => {
    const reason = dueReason(rotatable, settings, asOf);
    return reason === undefined ? [] : [{ name: rotatable.name, reason }];
  });
}

/** Whole days and a tenth, never less than none: clocks differ. */
export function daysBetween(from: string, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - Date.parse(from)) / 8_640_000) / 10);
}

/** Days on which runs begin to warn that the API token ends. */
const warnAt = [30, 14, 3] as const;

export interface ApiToken {
  /** `2027-06-30`, or `unknown`. */
  readonly expires: string;
  /** Whole days; undefined where nobody has said. */
  readonly daysLeft?: number;
  /** What to do, in words; undefined: nothing yet. */
  readonly warning?: string;
}

/** The token that the program itself uses: only a person can rotate it. */
export function apiTokenOf(expires: string, asOf: Date): ApiToken {
  if (expires === "unknown") return { expires };
  const daysLeft = Math.ceil((Date.parse(`${expires}T23:59:59Z`) - asOf.getTime()) / (day * 1000)) - 1;
  const level = warnAt.filter((limit) => daysLeft <= limit).at(-1);
  if (level === undefined) return { expires, daysLeft };
  const when = daysLeft < 0 ? `ended on ${expires}` : `ends on ${expires}, in ${daysLeft} days`;
  return {
    expires,
    daysLeft,
    warning: `the Bitbucket API token of this program ${when}: make another at https://id.atlassian.com/manage-profile/security/api-tokens, put it where runs read ${variable.bitbucketApiToken} from, and set rotation.apiTokenExpires`,
  };
}
