/**
 * Which stacks a run may sign in to that nobody watches and that serves all of them: those whose addresses the stack was
 * brought up with. One that was never brought up may be anybody's idea, which is merged already, so it has to be at servers
 * that another stack is known to be at; where none is known, this is the first contact of all.
 */
import { InvalidAccess, stackFile, type Addresses } from "../../access";
import type { Engine } from "../../engine/engine";
import { compared, environmentFor, type Compared } from "../frame/addresses";

/** By stack: its engine, with its credentials alone, or why nothing is sent to it. */
export type Ready = ReadonlyMap<string, Engine | InvalidAccess>;

/** Asks neither system. */
export async function readyStacks(stacks: readonly string[], engine: Engine): Promise<Ready> {
  const looked = new Map<string, { engine: Engine; its: Compared } | InvalidAccess>();
  for (const stack of stacks) looked.set(stack, await lookedAt(stack, engine));
  const all = [...looked.values()].flatMap((one) => (one instanceof InvalidAccess ? [] : [one.its.known]));
  const known = new Set(all.flatMap(serversOf));
  return new Map(
    [...looked].map(([stack, one]) => {
      if (one instanceof InvalidAccess) return [stack, one];
      const { its } = one;
      const isNew = Object.keys(its.known).length === 0 && known.size > 0;
      const strange = serversOf(its.pinned).filter((server) => !known.has(server));
      return [stack, isNew && strange.length > 0 ? neverBroughtUp(stack, strange, known) : one.engine];
    }),
  );
}

async function lookedAt(
  stack: string,
  engine: Engine,
): Promise<{ engine: Engine; its: Compared } | InvalidAccess> {
  try {
    const own = { ...engine, env: environmentFor(stack, engine.cwd, engine.env) };
    const its = await compared(stack, own);
    return its.moved.length > 0 ? new InvalidAccess(its.moved) : { engine: own, its };
  } catch (error) {
    if (error instanceof InvalidAccess) return error;
    throw error;
  }
}

function serversOf(addresses: Addresses): string[] {
  return Object.entries(addresses).flatMap(([setting, address]) =>
    setting.endsWith(".url") ? [address] : [],
  );
}

function neverBroughtUp(
  stack: string,
  strange: readonly string[],
  known: ReadonlySet<string>,
): InvalidAccess {
  return new InvalidAccess([
    {
      file: stackFile(stack),
      path: "",
      found: `${strange.join(", ")}, which no stack was brought up with`,
      allowed: [...known].sort().join(", "),
      fix: `nothing was sent there; bring it up once by hand, where somebody sees the addresses: npm run deploy -- ${stack}`,
    },
  ]);
}
