/**
 * What somebody asks for by `--now` and `--confirm`. What a program can publish rotates in one go, and what was in use before
 * is ended. What a person has to paste somewhere rotates in two steps: the new one is made and shown, and what is in use goes
 * on; then, once it is pasted, somebody confirms it.
 */
import {
  meantName,
  rotationNames,
  signInClients,
  type ManualRotation,
  type SamlKeyNumbers,
  type Settings,
} from "../../access";
import { slotOf } from "@pulumi/rotation/decide";
import { publishedKeyOf, type SamlKeyFound } from "./samlKeys";
import { neverByHand, waitsForSomebody, type Rotatable } from "../../engine/rotations/status";

export interface Now {
  readonly name: string;
  /** Undefined: the second step of what has one. */
  readonly reason?: string;
  /** What the other side shows now: the fingerprint of a certificate, the id of a client. */
  readonly confirm?: string;
}

/** What the stack file says from then on. */
export interface Wanted {
  readonly change: Pick<Settings, "rotations"> | Required<Pick<Settings, "samlKey">>;
  /** The SAML key that the person behind this run makes sign. */
  readonly samlKey?: number;
}

/**
 * @param keys asked for only where the SAML key is meant
 * @throws if there is no such name, or what is confirmed is not what the other side ought to show
 */
export async function wantedRotation(
  { name: given, reason, confirm }: Now,
  rotatables: readonly Rotatable[],
  settings: Settings,
  keys: () => Promise<readonly SamlKeyFound[]>,
): Promise<Wanted> {
  const rotatable = rotatableOf(given, rotatables);
  const { name } = rotatable;
  if (rotatable.kind === "SAML key") {
    const before = settings.samlKey ?? realmsOwn;
    if (confirm === undefined)
      return { change: { samlKey: nextSamlKey(rotatable.done, before, reason ?? "") } };
    const { number } = publishedKeyOf(confirm, await keys());
    const newest = Math.max(before.newest, number);
    return { change: { samlKey: { ...before, newest, signing: number } }, samlKey: number };
  }
  const before = settings.rotations[name] ?? neverByHand;
  const changedTo = (rotation: ManualRotation): Wanted => ({ change: { rotations: { [name]: rotation } } });
  if (confirm === undefined) return changedTo(firstStep(rotatable, settings, before, reason ?? ""));
  if (!isPasted(rotatable, settings))
    throw new Error(
      `"${name}" has no second step; --confirm is for what people paste: ${rotationNames.samlKey}, and ${rotationNames.signIn} where signIn.publish is hand`,
    );
  return changedTo({ ...before, revocations: confirmed(confirm, rotatable, before) });
}

/** @throws Error if nothing that rotates is meant by the name */
export function rotatableOf(given: string, rotatables: readonly Rotatable[]): Rotatable {
  const names = rotatables.map(({ name }) => name);
  const meant = meantName(given, names, "credential or key");
  return rotatables[names.indexOf(meant)] as Rotatable;
}

/** The settings with it. */
export function settingsWith(settings: Settings, { change }: Wanted): Settings {
  if ("samlKey" in change) return { ...settings, ...change };
  return { ...settings, rotations: { ...settings.rotations, ...change.rotations } };
}

const realmsOwn: SamlKeyNumbers = { newest: 0, signing: 0, reason: "" };

function nextSamlKey(
  { newest }: Pick<SamlKeyNumbers, "newest">,
  before: SamlKeyNumbers,
  reason: string,
): SamlKeyNumbers {
  return { ...before, newest: before.newest > newest ? before.newest : before.newest + 1, reason };
}

function firstStep(
  rotatable: Exclude<Rotatable, { kind: "SAML key" }>,
  settings: Settings,
  before: ManualRotation,
  reason: string,
): ManualRotation {
  if (before.manualRotations > rotatable.done.manualRotations) return { ...before, reason };
  // Keys sign what is still in use: they move along, and none is ended.
  const isEnded =
    rotatable.kind === "credential" ||
    (rotatable.kind === "sign-in secret" && !isPasted(rotatable, settings));
  return {
    manualRotations: before.manualRotations + 1,
    revocations: before.revocations + (isEnded ? 1 : 0),
    reason,
  };
}

function isPasted({ kind }: Rotatable, { signIn }: Settings): boolean {
  return kind === "sign-in secret" && signIn.publish === "hand";
}

/** The number of ends, if Bitbucket shows the client of the last rotation. */
function confirmed(shown: string, { rotation }: Rotatable, { revocations }: ManualRotation): number {
  const newest = signInClients[slotOf(rotation)];
  if (shown === newest) return revocations + 1;
  throw new Error(
    `found the client "${shown}"; the newest is ${newest}: the other can be ended once Bitbucket shows that one`,
  );
}

/** What is left for a person to do, whoever asked. */
export function leftToDo(rotatables: readonly Rotatable[], settings: Settings, stack: string): string[] {
  return rotatables.flatMap((rotatable) => {
    const { kind, rotation, done } = rotatable;
    if (waitsForSomebody(rotatable, settings))
      return [
        `the stack file wants SAML key ${settings.samlKey?.signing ?? 0} to sign, and key ${rotation} does: no run changes that by itself; bring the stack file up to date, or confirm the key`,
      ];
    if (kind !== "SAML key" || done.newest <= rotation) return [];
    return [
      `SAML key ${done.newest} is published and does not sign yet: certificate and fingerprint are in "npm run pulumi -- stack output bitbucketSignIn -s ${stack}", under next; partners that read metadata have it already`,
      "1. announce some minutes in which nobody can sign in anew; sign in to admin.atlassian.com as an administrator outside of the policy that enforces single sign-on",
      "2. Security → Identity providers → the directory → SAML single sign-on → Edit: have the field Public x509 certificate ready to be replaced",
      `3. save it with the new certificate, and at once run "npm run rotate -- ${stack} --now ${rotationNames.samlKey} --confirm <fingerprint>"`,
      `4. sign in at Bitbucket in another browser; where that fails, confirm the fingerprint of the certificate from before, and put that back`,
      "5. commit the stack file: a run that finds an older one refuses to change which certificate signs",
    ];
  });
}

/** What somebody should know or do after a rotation by hand. */
export function consequences(
  { name, confirm }: Now,
  settings: Settings,
  stack: string,
  after: readonly Rotatable[],
): string[] {
  if (name === rotationNames.samlKey)
    return confirm === undefined ? [] : ["it signs from now on; the one from before is still published"];
  if (name === rotationNames.signingKeys)
    return ["tokens that the replaced key signed are good until they end, or two rotations from now"];
  const rotatable = after.find((one) => one.name === name);
  if (rotatable !== undefined && isPasted(rotatable, settings) && confirm === undefined) {
    const clientId = signInClients[slotOf(rotatable.rotation)];
    return [
      `1. print client id and secret: "npm run pulumi -- stack output bitbucketSignIn --show-secrets -s ${stack}"`,
      "2. paste both in Bitbucket at Administration → Authentication methods → the OpenID Connect configuration; what it had is good until then",
      `3. once it shows ${clientId}, end the other: "npm run rotate -- ${stack} --now ${name} --confirm ${clientId}"`,
    ];
  }
  if (name === rotationNames.signIn)
    return ["Keycloak refuses the other client's secret from now on; who is signed in to Bitbucket stays so"];
  const until = new Date(Date.now() + settings.lifetimes.accessToken * 1000).toISOString();
  return [
    `what was in use before is ended: Keycloak refuses its secret and its tokens from now on; services that verify tokens without asking may accept one until ${until}`,
    "a step that was given the old credential and asks for a token now is refused: start it anew",
  ];
}
