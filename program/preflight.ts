/**
 * Wrong credentials are a mistake like any other, but one that nobody notices until the first request: half a realm
 * or half a workspace is built by then, and the error comes once for each resource. So both systems are asked for a
 * little of what the run needs before it begins.
 */
import { visible } from "@bitbucket-keycloak/output";
import * as pulumi from "@pulumi/pulumi";
import {
  extensionId,
  isKeyless,
  type Desired,
  type DesiredBitbucket,
  type DesiredKeycloak,
  type Settings,
} from "../access";
import { KeycloakAdmin, KeycloakError } from "../clients/keycloak";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { configurationOf, dataCenterFrom } from "@pulumi/bitbucket/dataCenter";
import type { FoundPeople } from "../components";
import { stoppedBy, type Next } from "./guard";
import type { LastRun } from "./lastRun";
import { renameProblems } from "./renames";
import { searchPeople, type Search } from "./people";

/**
 * Compares what is declared with the last run, and then signs in to both systems. A preview asks Keycloak alone, whose
 * provider signs in then, too; a pull request needs no token of Bitbucket.
 *
 * @returns whom the run names and has found, once both have answered. Where one refuses, the run ends with an error that
 *   says for each request what failed, the likely cause and the fix; whatever waits for this never begins, and so adds no
 *   error of its own
 */
export function reachable(next: Next, desired: Desired, last: LastRun): Promise<FoundPeople> {
  return new Promise((resolve) => {
    const asked = async (): Promise<Search> => {
      const { keycloak } = next.settings;
      const stopped = [...stoppedBy(next, last), ...renameProblems(desired.keycloak, keycloak, last.record)];
      return stopped.length > 0 ? { found: undefined, problems: stopped } : ask(next.settings, desired);
    };
    // Nobody catches what this throws but Pulumi, which reports it.
    void asked().then(({ found, problems }) => {
      if (problems.length > 0)
        throw new pulumi.RunError(["nothing was changed", ...problems].map(visible).join("\n"));
      resolve(found);
    });
  });
}

async function ask(settings: Settings, { keycloak, bitbucket }: Desired): Promise<Search> {
  let found: FoundPeople;
  const problems = await Promise.all([
    problemsOf([
      () => signInToKeycloak(settings.keycloak),
      ...(bitbucket.deployments.some(({ credential }) => isKeyless(credential))
        ? [() => findExtension(settings.keycloak)]
        : []),
      async () => (found = await findPeople(settings.keycloak, keycloak)),
    ]),
    pulumi.runtime.isDryRun() ? [] : problemsOf(requests(settings.bitbucket, bitbucket)),
    pulumi.runtime.isDryRun() || settings.signIn.publish === "hand"
      ? []
      : problemsOf([() => findConfiguration(settings)]),
  ]);
  return { found, problems: problems.flat() };
}

type Ask = () => Promise<unknown>;

/** The first is asked alone: where that fails for all of them, it is said once. */
async function problemsOf([first, ...others]: readonly Ask[]): Promise<string[]> {
  const problem = await problemOf(first);
  if (problem !== undefined) return [problem];
  const problems = await Promise.all(others.map(problemOf));
  return problems.filter((one) => one !== undefined);
}

async function problemOf(ask: Ask | undefined): Promise<string | undefined> {
  try {
    await ask?.();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function adminOf({ url, realm }: Settings["keycloak"]): KeycloakAdmin {
  return KeycloakAdmin.from(url, realm, process.env);
}

/** A realm that does not exist yet is as good as one that does. */
async function signInToKeycloak(keycloak: Settings["keycloak"]): Promise<void> {
  await adminOf(keycloak).get("");
}

/** A pipeline that signs in without a secret does so by the extension. */
async function findExtension(keycloak: Settings["keycloak"]): Promise<void> {
  if ((await adminOf(keycloak).identityProviderTypes()).includes(extensionId)) return;
  throw new Error(
    `Keycloak at ${keycloak.url} lacks the extension "${extensionId}", which keyless pipelines need: install it (packages/keycloak-pipelines/README.md), or set "pipelines.credential" to rotated in the stack file`,
  );
}

/** A preview whose account may see no people goes without. */
async function findPeople(keycloak: Settings["keycloak"], desired: DesiredKeycloak): Promise<FoundPeople> {
  const warn = (text: string) => void pulumi.log.warn(text);
  try {
    const { found, problems } = await searchPeople(adminOf(keycloak), keycloak, desired, warn);
    if (problems.length > 0) throw new Error(problems.join("\n"));
    return found;
  } catch (error) {
    const mayNotSee = error instanceof KeycloakError && error.status === 403;
    if (!pulumi.runtime.isDryRun() || !mayNotSee) throw error;
    warn(`whether the people whom access.yaml names are there was not looked up: ${error.message}`);
    return undefined;
  }
}

/** Data Center is told of a new secret where it has a configuration for the realm. */
async function findConfiguration({ signIn, keycloak: { url, realm } }: Settings): Promise<void> {
  await configurationOf(dataCenterFrom(signIn.url, process.env), `${url}/realms/${realm}`);
}

/** One for each scope of the API token. What it may write cannot be known without writing. */
function requests({ url, workspace }: Settings["bitbucket"], desired: DesiredBitbucket): Ask[] {
  const session = Bitbucket.session(url, process.env);
  const ofRepository = (list: RepositoryList, repo_slug: string): Ask => {
    return () => session.list(`/repositories/{workspace}/{repo_slug}/${list}`, { workspace, repo_slug });
  };
  const governed = desired.governed?.repositories.slice(0, 1) ?? [];
  return [
    ...(desired.governed ? [() => session.list("/1.0/groups/{workspace}", { workspace })] : []),
    ...governed.flatMap(({ slug }) => [
      ofRepository("permissions-config/groups", slug),
      ofRepository("branch-restrictions", slug),
    ]),
    ...desired.deployments.slice(0, 1).map(({ repository }) => ofRepository("environments", repository)),
  ];
}

type RepositoryList = "permissions-config/groups" | "branch-restrictions" | "environments";
