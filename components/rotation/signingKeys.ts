/**
 * The keys that a realm signs its tokens with. Each algorithm has three places: the next key, published before it is
 * used; the current one; and the previous one, by which what it signed is still verified. A rotation moves the roles along
 * and renews one place.
 *
 * All are active, and rank by priority alone: whichever of a rotation's changes comes first, there is a key to sign with,
 * so that Keycloak never makes one of its own (`fallback-*`). The realm's RSA key is left alone: SAML partners pin its
 * certificate, and no key here is of its kind.
 */
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { Schedule } from "@pulumi/rotation";
import type { Context } from "../context";
import { retiresKeys } from "../hooks/retiresKeys";
import { refuse } from "../validate";
import type { Stored } from "./lastState";
import { placeSchedule, rotationProblem, type RotationArgs } from "./rotationArgs";

export interface SigningKeysArgs {
  /** Id of the realm. */
  realmId: pulumi.Input<string>;
  /** Options of a resource within the realm. */
  inside: (parent: pulumi.Resource) => pulumi.CustomResourceOptions;
  /** How they rotate; `overlap` is how long what a key has signed may live. */
  rotation: RotationArgs;
  context: Context;
}

const algorithms = ["es256", "hs512"] as const;
type Algorithm = (typeof algorithms)[number];
const places = [0, 1, 2] as const;

/** Above the keys that a new realm brings (100). */
const priorities = { current: 130, previous: 120, next: 110 } as const;

/** A key's number, counted through all rotations, and what its role ranks it. */
export interface KeyPlace {
  readonly number: number;
  readonly role: keyof typeof priorities;
  readonly priority: number;
}

/** What a place holds after a rotation. Its key becomes the current one a rotation after it was made. */
export function keyAt(place: number, rotation: number): KeyPlace {
  const ahead = (((place - rotation) % 3) + 3) % 3;
  const role = (["current", "next", "previous"] as const)[ahead] ?? "current";
  const number = rotation + { previous: 0, current: 1, next: 2 }[role];
  return { number, role, priority: priorities[role] };
}

export class SigningKeys extends pulumi.ComponentResource {
  /** Without them Keycloak would make a key of its own at the first token. */
  readonly keys: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    args: SigningKeysArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    refuse(rotationProblem(`signing keys ${name}`, args.rotation));
    super("bitbucket-keycloak:index:SigningKeys", name, {}, opts);
    const schedule = placeSchedule(name, args, this.publishedRotation(args), this);
    this.keys = algorithms.flatMap((algorithm) =>
      places.map((place) => this.placeKey(algorithm, place, schedule.rotation, args)),
    );
    this.registerOutputs({});
  }

  private placeKey(
    algorithm: Algorithm,
    place: number,
    rotation: pulumi.Output<number>,
    { realmId, inside, context }: SigningKeysArgs,
  ): pulumi.Resource {
    const key = rotation.apply((last) => keyAt(place, last));
    const args = {
      realmId,
      name: key.apply(({ number }) => `${algorithm}-${number}`),
      priority: key.apply(({ priority }) => priority),
      active: true,
      enabled: true,
    };
    const options: pulumi.CustomResourceOptions = {
      ...inside(this),
      // Its name holds its number: another name is another key.
      replaceOnChanges: ["name"],
      hooks: { beforeCreate: [retiresKeys(context.administration)] },
    };
    const name = this.nameOf(algorithm, place);
    return algorithm === "es256"
      ? new keycloak.RealmKeystoreEcdsaGenerated(name, { ...args, ellipticCurveKey: "P-256" }, options)
      : new keycloak.RealmKeystoreHmacGenerated(
          name,
          { ...args, algorithm: "HS512", secretSize: 64 },
          options,
        );
  }

  /** The last rotation if the state has every key of it. */
  private publishedRotation({ context: { lastState } }: SigningKeysArgs): pulumi.Output<number | undefined> {
    const all = algorithms.flatMap((algorithm) => places.map((place) => ({ algorithm, place })));
    const stored = all.map(({ algorithm, place }) =>
      lastState.outputsOf(keyTypes[algorithm], this.nameOf(algorithm, place)),
    );
    const rotation = pulumi
      .all([lastState.outputsOf(Schedule.token, this.name), ...stored])
      .apply(([schedule, ...keys]) => {
        const last = schedule?.rotation as number | undefined;
        if (last === undefined) return undefined;
        return all.every(({ algorithm, place }, index) => isKey(keys[index], algorithm, keyAt(place, last)))
          ? last
          : undefined;
      });
    return pulumi.unsecret(rotation);
  }

  private nameOf(algorithm: Algorithm, place: number): string {
    return `${this.name}-${algorithm}-${place}`;
  }
}

function isKey(stored: Stored | undefined, algorithm: Algorithm, { number, priority }: KeyPlace): boolean {
  return stored?.name === `${algorithm}-${number}` && stored.priority === priority;
}

const keyTypes: Readonly<Record<Algorithm, string>> = {
  es256: "keycloak:index/realmKeystoreEcdsaGenerated:RealmKeystoreEcdsaGenerated",
  hs512: "keycloak:index/realmKeystoreHmacGenerated:RealmKeystoreHmacGenerated",
};
