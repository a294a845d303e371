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
import type { SamlKeyNumbers } from "../../access";
import { certificateOf, signingOf, type Certificate } from "../../clients/realmKeys";
import type { Context } from "../context";
import { attendsSamlKey, type Rank } from "../hooks/attendsSamlKey";
import type { Realm } from "../realm";
import { refuse } from "../validate";

export interface SamlKeyArgs {
  realm: Realm;
  /** Numbers of the newest key and of the one that signs. Default: the realm's own, 0, for both. */
  numbers?: Pick<SamlKeyNumbers, "newest" | "signing">;
  context: Context;
}

/** A key's number and rank. */
export interface KeyRank extends Rank {
  readonly number: number;
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
    const { realm, numbers = { newest: 0, signing: 0 } } = args;
    refuse(
      numbers.signing > numbers.newest && {
        path: `SAML key ${name}: numbers.signing`,
        found: `${numbers.signing}, and ${numbers.newest} as the newest`,
        allowed: "at most newest",
        fix: `set signing to ${numbers.newest} or less`,
      },
    );
    super("bitbucket-keycloak:index:SamlKey", name, {}, opts);
    const ranks = ranksOf(numbers);
    const keys = ranks.map((rank) => this.placeKey(`${name}-${rank.number}`, args, rank, numbers.signing));
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

  private placeKey(
    name: string,
    { realm, context }: SamlKeyArgs,
    { number, active, priority }: KeyRank,
    signing: number,
  ) {
    const attended = attendsSamlKey(signing, context.attendedSamlKey);
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
        hooks: { beforeCreate: [attended], beforeUpdate: [attended] },
      },
    );
  }
}
