/** Asks everything of a stack that `doctor` tells of. Reads only; where one question fails, the others are asked all the same. */
import { compile, isKeyless, renderProblems } from "../../access";
import { readCheckout } from "../../checkout/stack";
import type { Engine } from "../../engine/engine";
import { prepareEngine } from "../../engine/prepare";
import { ensureToolchain } from "../../toolchain/build";
import type { Progress } from "../../toolchain/progress";
import { environmentFor } from "../frame/addresses";
import { spentOf } from "../requests";
import { after, ask, is } from "./asked";
import type { Facts } from "./facts";
import { bitbucketOf } from "./gather/bitbucket";
import { keycloakOf } from "./gather/keycloak";
import { cliOf, networkOf, pluginsOf } from "./gather/machine";
import { unmatchedOf } from "./gather/people";
import { stateOf } from "./gather/state";
import { noBitbucket, noKeycloak } from "./gather/unasked";

/** @param folder of Pulumi.yaml */
export async function gather(
  stack: string,
  shell: NodeJS.ProcessEnv,
  folder: string,
  progress: Progress,
): Promise<Facts> {
  const own = environmentFor(stack, folder, shell, false);
  const { settings, model, places, asOf, problems } = readCheckout(folder, stack, own);
  const declared = model && places ? { model, places, asOf } : undefined;
  const desired = declared && settings ? compile(declared.model, settings, asOf) : undefined;

  const cli = await cliOf(shell);
  const engine = await after(cli, "there is no Pulumi CLI", () =>
    ask(() => engineFor(stack, shell, own, folder, progress)),
  );
  const env = "is" in engine ? engine.is.env : own;
  const [plugins, state] = await progress.step(`looking at stack ${stack}`, () =>
    Promise.all([pluginsOf(cli, engine), stateOf(stack, engine, shell)]),
  );
  const [keycloak, bitbucket] =
    settings === undefined
      ? [noKeycloak, noBitbucket]
      : await Promise.all([
          progress.step(`looking at realm ${settings.keycloak.realm}`, () =>
            keycloakOf(settings, desired, state, env),
          ),
          progress.step(`looking at workspace ${settings.bitbucket.workspace}`, () =>
            bitbucketOf(settings, declared, state, env),
          ),
        ]);
  const unmatched = await unmatchedOf(settings, model, bitbucket.session, keycloak.admin);
  return {
    stack,
    asOf,
    machine: { ...networkOf(settings, shell), cli, plugins },
    files: { settings, model, problems: problems.length === 0 ? [] : renderProblems(problems).split("\n") },
    state,
    keycloak,
    isKeyless:
      desired === undefined
        ? { unknown: "access.yaml cannot be read" }
        : is(desired.bitbucket.deployments.some(({ credential }) => isKeyless(credential))),
    bitbucket: { ...bitbucket, unmatched },
    hour: spentOf({ env, stack }),
  };
}

/** The CLI is there: nothing is built. */
async function engineFor(
  stack: string,
  shell: NodeJS.ProcessEnv,
  own: NodeJS.ProcessEnv,
  folder: string,
  progress: Progress,
): Promise<Engine> {
  const toolchain = await ensureToolchain({ keycloak: "none" }, shell, progress);
  return { ...(await prepareEngine(toolchain, stack, [], own)), cwd: folder };
}
