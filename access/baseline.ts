/**
 * What a stack was last brought up with, in one string. A stack output holds it, so that the next preview can say
 * what changes for people without asking either system, and so that a run which does one thing alone can declare
 * everything else as it is. A thousand objects as an output would print ten thousand lines and slow the engine down:
 * hence one line, compressed.
 */
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { canonical } from "./canonical";
import type { Exception } from "./exceptions";
import type { FormerGroups } from "./formerGroups";
import type { Model, Settings } from "./model";
import { outputNames } from "./names";
import { settingsClasses } from "./rights/guards/settings";
import { knownAt, type Known } from "./rights/known";
import { differenceOf } from "./rights/difference";
import { removalsAfter, removalsSince, removedIn, tooMuch, type Removal } from "./rights/removals";
import type { Members } from "./rights/rights";
import { dayOf, endOf, inUtc } from "./until";

export interface Baseline {
  readonly model: Model;
  /** As they held on the machine that brought it up. */
  readonly settings: Settings;
  /** Since when nothing has ended, as it was evaluated: see {@link momentKept}. */
  readonly asOf: string;
  /** The commit that was brought up; undefined outside of a Git checkout. */
  readonly commit?: string;
  /** The exceptions that held. Undefined in a baseline of before they were kept: every one of today is new. */
  readonly exceptions?: readonly Exception[];
  /** What was taken away in the week before. Default: nothing was. */
  readonly removals?: readonly Removal[];
  /** Bitbucket's groups under the names of before that were still declared. Default: none was. */
  readonly formerGroups?: FormerGroups;
}

/** Before the data, so that a later form can be told from this one. */
const form = "2.";

/** The same baseline gives the same text, whatever the order of keys in memory. */
export function encodeBaseline(baseline: Baseline): string {
  return form + brotliCompressSync(canonical(baseline)).toString("base64url");
}

/**
 * @param text the stack's output; undefined where it has none
 * @returns undefined for a text that is no baseline, or one of another form
 */
export function decodeBaseline(text: string | undefined): Baseline | undefined {
  if (text?.startsWith(form) !== true) return undefined;
  try {
    const json = brotliDecompressSync(Buffer.from(text.slice(form.length), "base64url")).toString();
    const { model, ...rest } = JSON.parse(json) as Baseline;
    // Written before there were any.
    const { control = [] } = model as Partial<Model>;
    return { ...rest, model: { ...model, control } };
  } catch {
    return undefined;
  }
}

/**
 * What a baseline says, as a change is compared with it.
 *
 * @param now what was removed more than a week before no longer counts
 * @param others the members of teams that its model does not name
 */
export function knownBy(baseline: Baseline, now: Date, others: Members): Known {
  const { exceptions = [], asOf, removals, ...rest } = baseline;
  const at = { asOf: new Date(asOf), removals: removalsSince(removals, dayOf(now)) };
  return knownAt({ ...rest, exceptions, ...at }, others);
}

/** A resource of a state. */
export interface Recorded {
  /** Example: `pulumi:providers:keycloak`. */
  readonly type: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * What a stack was last brought up with.
 *
 * @param resources its state
 * @returns undefined where no run of this version has come to its end
 */
export function lastBaseline(resources: readonly Recorded[]): Baseline | undefined {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  const text = stack?.outputs?.[outputNames.baseline];
  return typeof text === "string" ? decodeBaseline(text) : undefined;
}

/**
 * What a baseline remembers of removals once a change is brought up. More than may go unasked was approved of, and counts no
 * longer; not where somebody who knew who is in a team may have seen less of it.
 */
export function removalsBetween(before: Known, after: Known): readonly Removal[] {
  const removals = removalsAfter(before.removals, differenceOf(before, after), dayOf(after.asOf));
  const isSeen = removals.every(({ unseen }) => unseen === undefined);
  return isSeen && tooMuch(removedIn(removals, before, after), before.model.limits) ? [] : removals;
}

/** Whether two models say the same. */
export function isSameModel(one: Model, other: Model): boolean {
  return canonical(one) === canonical(other);
}

/**
 * The settings of a run that brings nothing new up: those of the last deploy, with what the stack file says today of
 * rotation (periods, and what people have rotated by hand) and of the moment. Whatever makes a resource stays as it was.
 */
export function settingsSince({ settings: deployed }: Pick<Baseline, "settings">, today: Settings): Settings {
  const { environment, keycloak, bitbucket, signIn, lifetimes, pipelines, protect, realm } = deployed;
  // A realm whose people sign in by OIDC has a SAML key only once one was asked for.
  const hasSamlKey = signIn.kind === "saml" || deployed.samlKey !== undefined;
  const samlKey = hasSamlKey ? (today.samlKey ?? deployed.samlKey) : undefined;
  return unasked(deployed, {
    environment,
    keycloak,
    bitbucket,
    signIn,
    lifetimes,
    pipelines,
    protect,
    ...(realm && { realm }),
    rotation: {
      ...today.rotation,
      // A key lives as long as what it has signed.
      signingKeys: Math.max(today.rotation.signingKeys, lifetimes.session),
      runner: deployed.rotation.runner,
    },
    rotations: { ...deployed.rotations, ...today.rotations },
    ...(samlKey !== undefined && { samlKey }),
    ...(today.asOf !== undefined && { asOf: today.asOf }),
  });
}

/** Nobody watches such a run: what needs somebody's word waits for the deploy that asks for it. */
function unasked(deployed: Settings, settings: Settings): Settings {
  const isGrave = (one: Settings) =>
    settingsClasses(deployed, one, { name: "", asks: [] }).some(({ asks }) => asks !== undefined);
  const { asOf, samlKey, ...rest } = settings;
  const kept = Object.entries(deployed.rotation).filter(([key]) => {
    const today = settings.rotation[key as keyof Settings["rotation"]];
    return isGrave({ ...deployed, rotation: { ...deployed.rotation, [key]: today } });
  });
  const rotation: Settings["rotation"] = { ...settings.rotation, ...Object.fromEntries(kept) };
  const { asOf: moment, samlKey: key } = deployed;
  const isFixed = asOf !== undefined && isGrave({ ...deployed, asOf });
  const saml = samlKey !== undefined && isGrave({ ...deployed, samlKey }) ? key : samlKey;
  const at = isFixed ? moment : asOf;
  return {
    ...rest,
    rotation,
    ...(saml !== undefined && { samlKey: saml }),
    ...(at !== undefined && { asOf: at }),
  };
}

/**
 * The moment that a run evaluates at, as it is kept: of all moments at which just the same has ended the first of that day,
 * so that a run an hour later, which finds nothing new, keeps the same.
 *
 * @returns `2026-11-23`, or `2026-11-23T17:00Z` where something ended that day
 */
export function momentKept(
  {
    model: { grants },
    exceptions = [],
  }: Pick<Baseline, "exceptions"> & { readonly model: Pick<Model, "grants"> },
  asOf: Date,
): string {
  const day = dayOf(asOf);
  const ended = [...grants, ...exceptions]
    .map(({ until }) => endOf(until))
    .filter((end) => end <= asOf.getTime());
  const last = ended.reduce((latest, end) => Math.max(latest, end), Date.parse(day));
  return last === Date.parse(day) ? day : inUtc(last);
}
