/**
 * A company that nobody tidied up, in both systems: made by chance, the same for the same number. What the product is to adopt
 * is made here by what is not the product's.
 */
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { Dice } from "./dice";
import { grownPeople, type GrownPerson } from "./people";
import { grownRealm, type GrownRealm } from "./realm";
import type { GrownSize } from "./size";
import { grownWorkspace } from "./workspace";

export interface GrownWorld {
  readonly seed: Seed;
  readonly realm: GrownRealm;
  readonly people: readonly GrownPerson[];
  /** Who administers the workspace, and has a token with every scope. */
  readonly administrator: { readonly email: string; readonly token: string };
}

/** @param realm its name. Default: `grown` */
export function grownWorld(size: GrownSize, seed: number, realm = "grown"): GrownWorld {
  const dice = new Dice(seed, realm);
  const people = grownPeople(dice, size.people);
  const token = `token-of-the-administrator-${seed}`;
  const workspace = grownWorkspace(dice, size, people, token);
  return {
    seed: workspace,
    realm: grownRealm(dice, size, people, workspace.groups ?? [], realm),
    people,
    administrator: { email: people[0]?.accountEmail ?? "", token },
  };
}
