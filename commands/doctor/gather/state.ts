/** The backend and what it has of the stack: its state, its secrets' provider, the addresses of its last run. */
import { resourcesIn } from "@bitbucket-keycloak/pulumi-plugin/state";
import { InvalidAccess } from "../../../access";
import { exportState, type Engine } from "../../../engine/engine";
import { EngineError } from "../../../engine/errors";
import { backendOf } from "../../../toolchain/environment";
import { compared, refuseShared } from "../../frame/addresses";
import { after, ask, given, go, is, type Asked } from "../asked";
import type { StateFacts } from "../facts";

type Resources = ReturnType<typeof resourcesIn>;

/** What the state says, and what it is made of for who looks further. */
export interface State extends StateFacts {
  /** Empty where there is no state, or none that can be read. */
  readonly resources: Resources;
}

/** @param shell the environment as it was given, with the credentials of all stacks */
export async function stateOf(
  stack: string,
  engine: Asked<Engine>,
  shell: NodeJS.ProcessEnv,
): Promise<State> {
  const exported = await go(engine, (one) => exportedBy(one, stack));
  const known = await after(exported, "nobody is logged in to a backend that answers", is);
  const text = "is" in known ? known.is : undefined;
  const resources = text === undefined ? [] : resourcesIn(text);
  const there = await go(known, (state): StateFacts["stack"] =>
    state === undefined
      ? { problem: `the backend has no stack ${stack}`, fix: `run "npm run pulumi -- stack init ${stack}"` }
      : is({ isBroughtUp: resources.length > 0 }),
  );
  const [secrets, addresses] = await Promise.all([
    go(given(engine, there, `there is no stack ${stack}`), (one) => secretsOf(one, stack, text ?? "")),
    go(given(engine, known, ""), (one) => addressesOf(stack, one, shell)),
  ]);
  return {
    login: await go(engine, ({ env }) => go(exported, () => is(whereOf(backendOf(env))))),
    stack: there,
    secrets,
    addresses,
    resources,
  };
}

/** An address without credentials that somebody may have written into it. */
const whereOf = (backend: string) => backend.replace(/\/\/[^/\s]*@/, "//…@");

/** Undefined where the backend has no such stack. */
async function exportedBy(engine: Engine, stack: string): Promise<Asked<string | undefined>> {
  try {
    return is(await exportState(engine, stack));
  } catch (thrown) {
    const { cause } = thrown as Error;
    if (cause instanceof EngineError && cause.failure === "no stack") return is(undefined);
    return { problem: (thrown as Error).message };
  }
}

/** Decrypts what the state has, and keeps none of it. */
async function secretsOf(engine: Engine, stack: string, exported: string): Promise<StateFacts["secrets"]> {
  const { deployment } = JSON.parse(exported) as {
    deployment?: { secrets_providers?: { type?: string } | null };
  };
  const opened = await ask(() => exportState(engine, stack, { secrets: true }));
  if (!("is" in opened)) return opened;
  const provider = deployment?.secrets_providers?.type ?? "passphrase";
  return is({ provider, isProven: exported.includes('"ciphertext"') });
}

async function addressesOf(
  stack: string,
  engine: Engine,
  shell: NodeJS.ProcessEnv,
): Promise<StateFacts["addresses"]> {
  try {
    await refuseShared(stack, engine, shell);
    const { known, moved, realm } = await compared(stack, engine);
    if (moved.length + realm.length > 0) throw new InvalidAccess([...moved, ...realm]);
    return is({ isFirstContact: Object.keys(known).length === 0 });
  } catch (thrown) {
    return { problem: (thrown as Error).message };
  }
}
