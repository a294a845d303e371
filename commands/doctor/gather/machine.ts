/** What this machine has: the network that it is in, the Pulumi CLI and its plugins. */
import { networkProblems, proxyFor } from "@bitbucket-keycloak/http";
import type { Settings } from "../../../access";
import { variable } from "../../../access/environment";
import { pulumi, type Engine } from "../../../engine/engine";
import { partsFor } from "../../../toolchain/build";
import { isMade } from "../../../toolchain/parts";
import { toolchainFolder } from "../../../toolchain/places";
import { programsIn } from "../../../toolchain/programs";
import { go, lackOf } from "../../../toolchain/tools";
import { versions } from "../../../toolchain/versions";
import { after, is, know, type Asked } from "../asked";
import type { MachineFacts } from "../facts";

type Cli = MachineFacts["cli"];

/** The Pulumi CLI that commands would run; nothing is built. */
export async function cliOf(env: NodeJS.ProcessEnv): Promise<Cli> {
  const folder = toolchainFolder(env);
  const { signal } = new AbortController();
  const { official, programs } = await partsFor({ keycloak: "none" }, { folder, env, signal });
  if (official !== undefined) return is({ program: official, isBuilt: false });
  if (programs !== undefined && isMade(programs))
    return is({ program: programsIn(programs.folder).pulumi, isBuilt: true });
  const lack = await lackOf(go, env);
  const elsewhere = env[variable.toolchain] ? `, or set ${variable.toolchain} to the folder where it is` : "";
  return {
    problem: `none on PATH that is ${versions.pulumi} or later, and none built in ${folder}`,
    fix: `${lack === undefined ? "" : `${lack}; then `}run "npm run setup", which builds it${elsewhere}`,
  };
}

/** Those that the project asks for; of the official CLI, which fetches what it lacks, those that are there already. */
export function pluginsOf(cli: Cli, engine: Asked<Engine>): Promise<MachineFacts["plugins"]> {
  const wanted = Object.entries(versions.plugins).map(([name, version]) => `${name} ${version}`);
  return after(cli, "there is no Pulumi CLI", ({ isBuilt }) => {
    if (isBuilt || !("is" in engine)) return is(wanted);
    return know(async () => {
      const listed = await pulumi(engine.is, ["plugin", "ls", "--json"]);
      const there = (JSON.parse(listed) as { name: string; version?: string }[]).map(
        ({ name, version = "" }) => `${name} ${version}`,
      );
      return wanted.filter((one) => there.includes(one));
    });
  });
}

type Network = Pick<MachineFacts, "networkProblems" | "proxies" | "authority">;

/** How requests to the stack's servers go. */
export function networkOf(settings: Settings | undefined, env: NodeJS.ProcessEnv): Network {
  const problems = networkProblems(env);
  const urls = [settings?.keycloak.url, settings?.bitbucket.url].filter((url) => url !== undefined);
  return {
    networkProblems: problems,
    proxies: problems.length > 0 ? [] : [...new Set(urls)].flatMap((url) => throughOf(new URL(url), env)),
    authority: env[variable.authority] || env[variable.nodesAuthority] || undefined,
  };
}

/** Without the credentials that the address of a proxy may have. */
function throughOf(url: URL, env: NodeJS.ProcessEnv): string[] {
  const proxy = proxyFor(url, env);
  return proxy === undefined ? [] : [`${url.host} through ${proxy.url.host} (${proxy.variable})`];
}
