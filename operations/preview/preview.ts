/**
 * Gathers what a preview needs: the model, what the stack was last brought up with, who is in the teams that Keycloak
 * keeps, and what the engine would do. Reads only.
 */
import type { Members, Model, Settings } from "../../access";
import type { Progress } from "../../toolchain/progress";
import { pulumi, type Engine } from "../engine";
import { KeycloakAdmin, keycloakCredentials, KeycloakError } from "../keycloak";
import { readStack } from "../stack";
import { reportOf, type Report, type Step } from "./report";

/** @throws InvalidAccess with every problem of the files, or what the engine said */
export async function preview(stack: string, engine: Engine, progress: Progress): Promise<Report> {
  const { model, settings, warnings } = await readStack(engine.cwd, stack, engine.env);
  const asOf = settings.asOf === undefined ? new Date() : new Date(settings.asOf);
  const [steps, baseline] = await progress.step(`previewing stack ${stack}`, async () => [
    stepsOf(await pulumi(engine, ["preview", "--json", "--stack", stack])),
    baselineOf(await pulumi(engine, ["stack", "output", "--json", "--stack", stack])),
  ]);
  const members = await progress.step("reading who is in the teams that Keycloak keeps", () =>
    membersOf(model, settings, engine.env),
  );
  return reportOf({ stack, model, asOf, baseline, members, steps, warnings });
}

/** What `pulumi preview --json` prints. */
interface Digest {
  readonly steps?: readonly { readonly op: string; readonly urn: string }[];
}

export function stepsOf(text: string): Step[] {
  const { steps = [] } = JSON.parse(text.slice(text.indexOf("{"))) as Digest;
  return steps
    .filter(({ op }) => !["same", "read"].includes(op))
    .map(({ op, urn }) => {
      const [type = "", name = ""] = urn.split("::").slice(2);
      return { op, type: type.split("$").at(-1) ?? type, name };
    });
}

function baselineOf(text: string): string | undefined {
  return (JSON.parse(text) as { readonly baseline?: string }).baseline;
}

/** The members of each team that `access.yaml` leaves to Keycloak; none are known where Keycloak does not say. */
async function membersOf(model: Model, { keycloak }: Settings, env: NodeJS.ProcessEnv): Promise<Members> {
  const open = model.teams.filter((team) => team.members === undefined).map(({ name }) => name);
  const known = new Map<string, string[]>();
  if (open.length === 0) return () => [];
  const realm = new KeycloakAdmin(keycloak.url, keycloak.realm, keycloakCredentials(env), env.KEYCLOAK_REALM);
  try {
    for (const { id, name } of await realm.groups()) {
      if (!open.includes(name)) continue;
      known.set(
        name,
        (await realm.members(id)).map(({ username }) => username),
      );
    }
  } catch (error) {
    // A new realm has no groups, and an account may be kept from reading them: then the report says "and others".
    if (!(error instanceof KeycloakError) || ![403, 404].includes(error.status ?? 0)) throw error;
  }
  return (team) => known.get(team);
}
