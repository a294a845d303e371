/**
 * Pipelines of the repository alpha of the small workspace: files for them, environments to deploy to, and what
 * became of a run.
 */
import { type Answer, type Client } from "./lab";

export const alpha = "/2.0/repositories/lab/alpha";

/** A UUID as a part of a path. */
export const part = (uuid: unknown): string => encodeURIComponent(String(uuid));

/** Makes an environment with secured variables. @returns its UUID */
export async function environment(
  admin: Client,
  name: string,
  variables: Readonly<Record<string, string>> = {},
  adminOnly = false,
): Promise<string> {
  const made = await admin.post(`${alpha}/environments`, {
    name,
    environment_type: { name: "Test" },
    restrictions: { admin_only: adminOnly },
  });
  const { uuid } = made.json as { uuid: string };
  for (const [key, value] of Object.entries(variables)) {
    const path = `${alpha}/deployments_config/environments/${part(uuid)}/variables`;
    await admin.post(path, { key, value, secured: true });
  }
  return uuid;
}

/** Commits a file with these steps as the default pipeline, and as the custom pipeline `x`. */
export function pipelinesFile(client: Client, steps: string): Promise<Answer> {
  const content = `pipelines: { default: [${steps}], custom: { x: [${steps}] } }`;
  return client.form(`${alpha}/src`, { "bitbucket-pipelines.yml": content });
}

export interface Run {
  readonly state: { name: string; stage?: { name: string }; result?: { name: string } };
  readonly pipeline: Answer["json"];
  readonly steps: Answer["json"][];
  readonly logs: string[];
}

/** Starts a pipeline on main and waits until it goes no further. */
export async function run(client: Client, more: object = {}): Promise<Run> {
  const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" };
  const started = await client.post(`${alpha}/pipelines/`, { target, ...more });
  if (started.status !== 201) throw new Error(`not started: ${started.text}`);
  const { uuid } = started.json as { uuid: string };
  return settled(client, `${alpha}/pipelines/${part(uuid)}`);
}

/** A pipeline, once it is completed or paused. */
export async function settled(client: Client, path: string): Promise<Run> {
  for (;;) {
    const pipeline = (await client.get(path)).json as Pick<Run, "state">;
    if (pipeline.state.name === "COMPLETED" || pipeline.state.stage?.name === "PAUSED") {
      const { values } = (await client.get(`${path}/steps`)).json as { values: { uuid: string }[] };
      const logs = values.map(async ({ uuid }) => (await client.get(`${path}/steps/${part(uuid)}/log`)).text);
      return { state: pipeline.state, pipeline, steps: values, logs: await Promise.all(logs) };
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
