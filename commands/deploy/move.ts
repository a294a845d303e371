/**
 * A change that leads to another address is asked about before anything goes there, at the addresses of before: whoever is
 * at the new one would say yes to everything.
 */
import { resourcesIn, stackOutput } from "@bitbucket-keycloak/pulumi-plugin/state";
import { InvalidAccess, lastBaseline, outputNames } from "../../access";
import { variable } from "../../access/environment";
import { commitOf } from "../../checkout/commit";
import { programSince } from "../../checkout/program";
import { readStack } from "../../checkout/stack";
import { changeDigest } from "../../checkout/changeDigest";
import { exportState, type Engine } from "../../engine/engine";
import { ruleNames } from "../../policy/rules";
import { compared } from "../frame/addresses";
import { reportOf, type Findings, type Report } from "../preview/report";

/** What is known of a move before anything was asked at the new address. */
export interface Move {
  readonly report: Report;
  readonly findings: Pick<Findings, "stack" | "model" | "settings" | "exceptions" | "asOf" | "members">;
  /** The state that the stack has, as `pulumi stack export` printed it. */
  readonly exported: string;
  readonly commit: string | undefined;
  /** Its program goes to the new addresses, once everybody has said yes. */
  readonly engine: Engine;
}

/**
 * @throws InvalidAccess where the realm has another name
 * @returns undefined where no address has moved, or where it is the first contact
 */
export async function moveOf(stack: string, engine: Engine): Promise<Move | undefined> {
  const { moved, realm } = await compared(stack, engine);
  if (realm.length > 0) throw new InvalidAccess(realm);
  if (moved.length === 0) return undefined;
  const declared = readStack(engine.cwd, stack, engine.env, { rules: ruleNames });
  const exported = await exportState(engine, stack);
  const resources = resourcesIn(exported);
  const last = lastBaseline(resources);
  const { model, settings, exceptions, asOf, warnings } = declared;
  // Nobody is asked who is in which team: neither there, nor on behalf of what leads there.
  const findings = { stack, model, settings, exceptions, asOf, members: () => undefined };
  const report = reportOf({
    ...findings,
    baseline: stackOutput(resources, outputNames.baseline),
    program: await programSince(engine.cwd, last?.commit, { stack }),
    steps: [],
    drift: { examined: 0, found: [], unexamined: "an address moves, and nothing was asked there yet" },
    requests: { reads: 0, writes: 0 },
    warnings,
  });
  const env = { ...engine.env, [variable.change]: changeDigest(stack, last, declared) };
  const commit = commitOf(engine.cwd, engine.env);
  return { report, findings, exported, commit, engine: { ...engine, env } };
}
