/**
 * The key that signs SAML. A partner pins its certificate: somebody pastes it into a form, and there is place for one. So
 * it rotates by no schedule. A rotation has two steps, and both are people's: the new key is published beneath the one that
 * signs; and once the partner has its certificate, somebody confirms that, and it signs.
 *
 * Key 0 is the one that the realm came with. How many others there are, and which of them signs, stands in the stack file
 * alone, and a run changes the second only where the command says that a person stands behind it.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import type { SamlKeyNumbers } from "../access";
import { settled } from "./proof";
import type { Realm } from "./realm";
import { variable } from "../access/environment";
import { certificateOf, signingOf, type Certificate } from "../clients/realmKeys";

export interface SamlKeyArgs {
  realm: Realm;
  /** Numbers of the newest key and of the one that signs. Default: the realm's own, 0, for both. */
  numbers?: Pick<SamlKeyNumbers, "newest" | "signing">;
}

export interface KeyRank {
  readonly number: number;
  /** One that is not active verifies only, whatever its priority. */
  readonly active: boolean;
  readonly priority: number;
}

/** The realm's own key has 100. */
const priorities = { beneath: 90, first: 100 } as const;

/** The keys that are made: the one that signs, the one before, and the one that is to sign next. */
export function ranksOf({ newest, signing }: Pick<SamlKeyNumbers, "newest" | "signing">): KeyRank[] {
  const numbers = [...new Set([signing - 1, signing, Math.max(newest, signing)])].filter((one) => one > 0);
  return numbers.map((number) =>
    number <= signing
      ? { number, active: true, priority: priorities.first + number }
      : { number, active: false, priority: priorities.beneath },
  );
}

export class SamlKey extends pulumi.ComponentResource {
  /** Of the key that signs. */
  readonly signing: pulumi.Output<Certificate | undefined>;
  /** Of the one that is to sign next, where there is one. */
  readonly next: pulumi.Output<Certificate | undefined>;

  constructor(name: string, args: SamlKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("bitbucket-keycloak:index:SamlKey", name, {}, opts);
    const { realm, numbers = { newest: 0, signing: 0 } } = args;
    const ranks = ranksOf(numbers);
    const keys = ranks.map((rank) => this.placeKey(`${name}-${rank.number}`, realm, rank, numbers.signing));
    const newest = ranks.at(-1)?.active === false ? keys.at(-1) : undefined;
    // Asked once the keys are as declared.
    const realmId = pulumi.all([realm.id, pulumi.all(keys.map(({ id }) => id))]).apply(([id]) => id);
    const found = keycloak.getRealmKeysOutput({ realmId, algorithms: ["RS256"] }, { parent: this });
    this.signing = found.apply(({ keys: all }) => signingOf(all));
    this.next = pulumi
      .all([found, newest?.id])
      .apply(([{ keys: all }, id]) =>
        certificateOf(id === undefined ? undefined : all.find((key) => key.providerId === id)),
      );
    this.registerOutputs({});
  }

  private placeKey(name: string, realm: Realm, { number, active, priority }: KeyRank, signing: number) {
    return new keycloak.RealmKeystoreRsaGenerated(
      name,
      {
        realmId: realm.id,
        name: `saml-${number}`,
        active,
        enabled: true,
        priority,
        algorithm: "RS256",
        keySize: 2048,
      },
      {
        ...realm.inside(this),
        // Taken out of the stack file, it goes on signing: another would be one that no partner knows.
        retainOnDelete: number === signing,
        hooks: { beforeCreate: [attended(signing)], beforeUpdate: [attended(signing)] },
      },
    );
  }
}

/** Before a key is made or changed: which one signs is changed by nobody but a person. */
function attended(signing: number): pulumi.ResourceHookFunction {
  return async ({ oldInputs, newInputs }) => {
    const before = oldInputs && (await rankIn(oldInputs));
    if (isSafe(before, await rankIn(newInputs ?? {})) || process.env[variable.samlKey] === String(signing))
      return;
    throw new Error(
      before === undefined
        ? `the stack file wants SAML key ${signing} to sign, which this realm does not have: take samlKey out of the stack file, since a new realm begins with a key of its own`
        : 'this would change which certificate signs SAML, and so end every sign-in to Bitbucket until Atlassian has the other: a person does that, by "npm run rotate -- <stack> --now saml-key --confirm <fingerprint>"; if that was done elsewhere, bring the stack file up to date',
    );
  };
}

type Rank = Pick<KeyRank, "active" | "priority">;

/** Whether the same key signs afterwards: one that cannot sign is made, or nothing about signing changes. */
export function isSafe(before: Rank | undefined, after: Rank): boolean {
  if (before === undefined) return !after.active;
  return before.active === after.active && (before.priority === after.priority || !after.active);
}

async function rankIn(inputs: Record<string, unknown>): Promise<Rank> {
  const [active, priority] = await Promise.all([
    settled<boolean>(inputs.active),
    settled<number>(inputs.priority),
  ]);
  return { active, priority };
}
