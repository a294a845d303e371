/**
 * A change that leads to another address is asked about before anything goes there, at the addresses of before: whoever is
 * at the new one would say yes to everything.
 */
import { resourcesIn, stackOutput } from "@bitbucket-keycloak/pulumi-plugin/state";
import { InvalidAccess, lastBaseline, movedEnvironment, outputNames } from "../../access";
import { variable } from "../../access/environment";
import { changeDigest } from "../../checkout/changeDigest";
import { programSince } from "../../checkout/program";
import { readStack } from "../../checkout/stack";
import type { Engine } from "../../engine/engine";
import { ruleNames } from "../../policy/rules";
import type { Compared } from "../frame/addresses";
import { unreadByMove } from "../preview/drift";
import { unrecordedBefore } from "../preview/unrecorded";
import { aheadOf } from "./ahead";
import type { Change } from "./asked";

export interface Move extends Change {
  /**
   * Its program goes to the new addresses, once everybody has said yes, with what signs in there.
   *
   * @throws InvalidAccess where nothing does: what signs in at the address of before is sent to no other
   */
  readonly engine: () => Engine;
}

/**
 * @param where it goes, and where it went
 * @throws InvalidAccess where the realm has another name
 * @returns undefined where no address has moved, or where it is the first contact
 */
export async function moveOf(
  stack: string,
  engine: Engine,
  { moved, realm, known, pinned, exported }: Compared,
): Promise<Move | undefined> {
  if (realm.length > 0) throw new InvalidAccess(realm);
  // What has moved was somewhere, by the state.
  if (moved.length === 0 || exported === undefined) return undefined;
  const declared = readStack(engine.cwd, stack, engine.env, { rules: ruleNames });
  const resources = resourcesIn(exported);
  const last = lastBaseline(resources);
  const baseline = stackOutput(resources, outputNames.baseline);
  const ahead = aheadOf(stack, engine, declared, exported, {
    // Nobody is asked who is in which team: neither there, nor on behalf of what leads there.
    members: () => undefined,
    program: last && (await programSince(engine.cwd, last.commit, { stack })),
    unrecorded: last === undefined ? await unrecordedBefore(stack, baseline, known, engine.env) : undefined,
    drift: unreadByMove,
  });
  return {
    ...ahead,
    engine: () => {
      const { env, problems } = movedEnvironment(known, pinned, engine.env);
      if (problems.length > 0) throw new InvalidAccess(problems);
      return { ...engine, env: { ...env, [variable.change]: changeDigest(stack, last, declared) } };
    },
  };
}
