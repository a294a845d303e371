/** Runs the real program under Pulumi's mocks, for the company whose state is stored or for one that is changed a little. */
import type * as Pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { variable } from "../../access/environment";
import type * as Testing from "../../components/testing/placed";
import type Program from "../../index";

/** The checkout of the company: as `readStack` takes it. */
export const company = join(__dirname, "company");

export interface Run {
  readonly resources: readonly Testing.Placed[];
  /** The stack output. */
  readonly baseline: string;
}

/** A URN without stack and project, as it is stored: `bitbucket-keycloak:index:Team$keycloak:index/group:Group::leads`. */
export function shortUrn(urn: string): string {
  return urn.split("::").slice(2).join("::");
}

/**
 * Nothing is asked of Keycloak or Bitbucket, and the commit is always the same.
 *
 * @param folder a checkout; the program runs in it
 */
export async function runProgram(stack: string, folder = company): Promise<Run> {
  const [before, env] = [process.cwd(), process.env];
  const { moment, keycloakUser, keycloakPassword } = variable;
  const user = { [keycloakUser]: "nobody", [keycloakPassword]: "never sent" };
  process.env = { PATH: env.PATH, [moment]: "2026-11-01T00:00:00Z", ...user };
  process.chdir(folder);
  try {
    let run: Run | undefined;
    await jest.isolateModulesAsync(async () => {
      jest.doMock("../../program/preflight", () => ({ reachable: () => Promise.resolve(found) }));
      jest.doMock("../../program/switchedOff", () => ({ switchedOffIn: () => () => Promise.resolve(false) }));
      jest.doMock("../../program/realmNow", () => ({ realmNowIn: () => () => Promise.resolve(undefined) }));
      jest.doMock("../../program/gone", () => ({ goneIn: () => () => Promise.resolve(false) }));
      jest.doMock("../../checkout/commit", () => ({ commitOf: () => "0".repeat(40) }));
      const pulumi = jest.requireActual<typeof Pulumi>("@pulumi/pulumi");
      const { registered, valueOf } = jest.requireActual<typeof Testing>("../../components/testing/placed");
      let baseline = "";
      const program = async () => {
        pulumi.runtime.setAllConfig(configOf(stack, folder));
        const outputsOf = jest.requireActual<typeof Program>("../../index");
        baseline = await valueOf((await outputsOf()).baseline);
      };
      const resources = await registered(program, {
        stack,
        outputs,
        idOf: (urn) => `id of ${shortUrn(urn)}`,
      });
      run = { resources, baseline };
    });
    if (run === undefined) throw new Error("the program did not run");
    return run;
  } finally {
    process.chdir(before);
    process.env = env;
  }
}

/** Whoever comes from elsewhere is there. */
const found: Pick<ReadonlyMap<string, string>, "get"> = { get: (username) => `account of ${username}` };

/** The engine hands settings over as text. */
function configOf(stack: string, folder: string): Record<string, string> {
  const file = readFileSync(join(folder, `stacks/Pulumi.${stack}.yaml`), "utf8");
  const { config } = parse(file) as { config: Readonly<Record<string, unknown>> };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** What plugins give that other resources are made of; a reference says of what it is. */
function outputs(type: string, urn: string): Record<string, unknown> {
  const of = shortUrn(urn);
  switch (type) {
    case "rotation:index:Schedule":
      return {
        rotation: 0,
        rotatedAt: "2026-11-01T00:00:00Z",
        previousAt: "2026-11-01T00:00:00Z",
        endedAt: -1,
      };
    case "bitbucket:index:Deployment":
    case "bitbucket:index:RepositoryIdentity":
      return { uuid: `uuid of ${of}` };
    case "bitbucket:index:PipelinesIssuer":
      return { workspaceUuid: `uuid of ${of}`, issuer: "https://issuer", jwksUrl: "https://issuer/keys" };
    case "keycloak:openid/client:Client":
      return { serviceAccountUserId: `account of ${of}` };
    default:
      return {};
  }
}
