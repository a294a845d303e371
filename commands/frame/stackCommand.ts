/** What all commands share that are about one stack. */
import { InvalidAccess, meantOf } from "../../access";
import type { Engine } from "../../engine/engine";
import { prepareEngine } from "../../engine/prepare";
import { ensureToolchain } from "../../toolchain/build";
import { root } from "../../toolchain/places";
import { mistakesInMarkdown } from "../preview/markdown";
import { tellingRequests } from "../requests";
import { environmentFor, contacted, refuseShared, stacksIn } from "./addresses";
import { orHalfway } from "./halfway";
import type { Command, Context, Flags, Spec } from "./spec";

export interface StackContext<Of extends Flags, Its> extends Context<Of, Its> {
  readonly stack: string;
  /** Of the shell, with the credentials of the stack alone; for `local`, those of the servers on this machine. */
  readonly env: NodeJS.ProcessEnv;
  /** Ready for the stack. */
  readonly engine: Engine;
  /** The state that the stack has, as `pulumi stack export` printed it, where it was looked at before. */
  readonly exported?: string;
}

/**
 * Declares a command about one stack, which is its argument, or, where it has another, the flag `--stack`. The command says
 * at its end what it asked of Bitbucket. Mistakes in the files of the checkout are an answer, too, which a script can read.
 *
 * @param spec `stack`: which one. Default: "the stack, for example prod". `mends`: whether it begins with what `recover` does.
 *   Default: false. `moves`: whether it asks about another address by itself, at the old one. Default: false, and one is refused
 */
export function stackCommand<const Of extends Flags, const Its, const Code extends number>({
  stack: which = "the stack, for example prod",
  mends = false,
  moves = false,
  ...spec
}: Spec<Of, Its, Code, StackContext<Of, Its>> & {
  readonly stack?: string;
  readonly mends?: boolean;
  readonly moves?: boolean;
}): Command {
  const { argument, flags } = spec as Partial<Command>;
  const how = argument
    ? { argument, flags: { "--stack <stack>": { summary: which, required: true as const }, ...flags } }
    : { argument: ["<stack>", which] as const, flags };
  const run: Command["run"] = async (context) => {
    const asWritten = (argument ? (context.flags as { stack?: unknown }).stack : context.argument) as string;
    const stack = meantOf(asWritten, stacksIn(root)) ?? asWritten;
    const given = context as Context<Of, Its>;
    try {
      const env = environmentFor(stack, root, process.env, false);
      const toolchain = await ensureToolchain({ keycloak: "none" }, process.env, context.progress);
      const engine = await prepareEngine(toolchain, stack, [], env);
      await refuseShared(stack, engine, process.env);
      const exported = await contacted(stack, engine, moves);
      const stopped = { stack, env, cwd: root, command: `npm run ${spec.name} -- ${stack}`, mends };
      return await orHalfway(stopped, () =>
        tellingRequests({ stack, env: engine.env }, async () =>
          spec.run({ ...given, stack, env, engine, ...(exported !== undefined && { exported }) }),
        ),
      );
    } catch (error) {
      if (!(error instanceof InvalidAccess)) throw error;
      const { problems: violations, message } = error;
      return {
        json: { stack, verdict: "error", violations },
        markdown: mistakesInMarkdown(stack, violations),
        notes: [`error: ${message}`],
        code: 1,
      };
    }
  };
  return { ...(spec as object), ...how, run } as Command;
}
