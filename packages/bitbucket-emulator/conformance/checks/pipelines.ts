/** Checks of environments, variables, schedules, and Pipelines as an OIDC issuer. */
import { setTimeout as pause } from "node:timers/promises";
import { same, status, type Check } from "../check";
import { part, type Answer, type Site } from "../site";

interface Environment {
  readonly uuid: string;
  readonly name: string;
  readonly restrictions?: { readonly admin_only?: boolean };
}

/** A new environment, and the path of it. */
async function newEnvironment(site: Site, adminOnly = false): Promise<{ path: string; made: Environment }> {
  const path = `${site.repository}/environments`;
  const answer = await site.post(path, {
    name: site.newName(),
    environment_type: { name: "Test" },
    restrictions: { admin_only: adminOnly },
  });
  status(answer, 201);
  const made = answer.json as Environment;
  site.later(`${path}/${part(made.uuid)}`);
  return { path: `${path}/${part(made.uuid)}`, made };
}

/** Seconds that a new environment may take until it takes variables, or a change until it is carried out. */
const patience = 30;

/** Asks again until an answer is good. @returns the last answer, and how often it was not */
async function until(
  ask: () => Promise<Answer>,
  good: (answer: Answer) => boolean,
): Promise<[Answer, number]> {
  const end = Date.now() + patience * 1000;
  for (let failures = 0; ; failures++) {
    const answer = await ask();
    if (good(answer) || Date.now() > end) return [answer, failures];
    await pause(Math.min(100 * 2 ** failures, 2000));
  }
}

const nightly = (cron: string): object => ({
  cron_pattern: cron,
  enabled: false,
  target: {
    type: "pipeline_ref_target",
    ref_type: "branch",
    ref_name: "main",
    selector: { type: "default" },
  },
});

/** What holds for variables of every place. */
async function checkVariables(site: Site, path: string): Promise<string> {
  const key = site.newName().replaceAll("-", "_");
  const post = (more: object): Promise<Answer> => site.post(path, { key, value: "hidden", ...more });
  const [made, failures] = await until(
    () => post({ secured: true }),
    ({ status }) => status !== 404,
  );
  status(made, 201);
  const one = `${path}/${part((made.json as { uuid: string }).uuid)}`;
  site.later(one);
  same("the value of a secured variable", (made.json as { value?: unknown }).value, undefined);
  status(await post({ secured: true }), 409);
  status(await site.put(one, { key, value: "other", secured: true }), 200);
  const list = await site.get(`${path}?pagelen=100`);
  status(list, 200);
  const { values } = list.json as { values: { key: string; value?: unknown; secured: boolean }[] };
  const { value, secured } = values.find((each) => each.key === key) ?? {};
  same("value and secured in the list", [value, secured], [undefined, true]);
  status(await site.delete(one), 204);
  status(await site.delete(one), 404);
  return `${failures} answers of 404 before it took variables`;
}

export const pipelineChecks: readonly Check[] = [
  {
    name: "a change of an environment answers 202 and renames it, and keeps its gate",
    async run(site) {
      const { path, made } = await newEnvironment(site);
      const name = `${made.name}-renamed`;
      status(await site.post(`${path}/changes`, { change: { name } }), 202);
      const is = ({ json }: Answer): boolean => (json as Environment).name === name;
      const [last, failures] = await until(() => site.get(path), is);
      const { name: found, restrictions } = last.json as Environment;
      same("name and gate", [found, restrictions?.admin_only ?? false], [name, false]);
      return `${failures} looks before it was done`;
    },
  },
  {
    name: "the gate of an environment is kept by a change of its name (Premium)",
    uncertain: true,
    async run(site) {
      const { path, made } = await newEnvironment(site, true);
      const name = `${made.name}-renamed`;
      status(await site.post(`${path}/changes`, { change: { name } }), 202);
      const is = ({ json }: Answer): boolean => (json as Environment).name === name;
      const [last] = await until(() => site.get(path), is);
      same("gate", (last.json as Environment).restrictions?.admin_only, true);
      return undefined;
    },
  },
  {
    name: "the name of an environment is unique (409)",
    uncertain: true,
    async run(site) {
      const { made } = await newEnvironment(site);
      const path = `${site.repository}/environments`;
      const twin = await site.post(path, { name: made.name, environment_type: { name: "Test" } });
      if (twin.status === 201) site.later(`${path}/${part((twin.json as Environment).uuid)}`);
      status(twin, 409);
      return undefined;
    },
  },
  {
    name: "variables of an environment: unique, secured values hidden, a moment after it was made",
    async run(site) {
      const { made } = await newEnvironment(site);
      const environment = `${site.repository}/deployments_config/environments/${part(made.uuid)}`;
      return checkVariables(site, `${environment}/variables`);
    },
  },
  {
    name: "variables of a repository: unique, secured values hidden",
    run: async (site) => {
      await checkVariables(site, `${site.repository}/pipelines_config/variables`);
      return undefined;
    },
  },
  {
    name: "variables of the workspace: unique, secured values hidden",
    run: async (site) => {
      await checkVariables(site, `${site.workspace}/pipelines-config/variables`);
      return undefined;
    },
  },
  {
    name: "a list gives what it is asked for, and leads on to the rest",
    async run(site) {
      const path = `${site.repository}/pipelines_config/variables`;
      for (let index = 0; index < 11; index++) {
        const key = site.newName().replaceAll("-", "_");
        const made = await site.post(path, { key, value: "x", secured: false });
        status(made, 201);
        site.later(`${path}/${part((made.json as { uuid: string }).uuid)}`);
      }
      const first = (await site.get(path)).json as { values: unknown[]; next?: string };
      same("length of a page, unless asked", first.values.length, 10);
      same("a next page", typeof first.next, "string");
      const all = (await site.get(`${path}?pagelen=100`)).json as { values: unknown[] };
      same("eleven on one page", all.values.length >= 11, true);
      return undefined;
    },
  },
  {
    name: "a schedule has seven fields, and can be switched off",
    async run(site) {
      const path = `${site.repository}/pipelines_config/schedules`;
      const five = await site.post(path, nightly("0 3 * * *"));
      if (five.status === 201) site.later(`${path}/${part((five.json as { uuid: string }).uuid)}`);
      status(five, 400);
      const made = await site.post(path, nightly("0 0 3 * * ? *"));
      status(made, 201);
      const one = `${path}/${part((made.json as { uuid: string }).uuid)}`;
      site.later(one);
      const changed = await site.put(one, { enabled: false });
      status(changed, 200);
      same("enabled", (changed.json as { enabled: boolean }).enabled, false);
      status(await site.delete(one), 204);
      return undefined;
    },
  },
  {
    name: "Pipelines is an OIDC issuer that anybody may ask for its keys",
    async run(site) {
      const issuer = `${site.workspace}/pipelines-config/identity/oidc`;
      status(await site.anonymous(`${issuer}/keys.json`), 200);
      const answer = await site.anonymous(`${issuer}/.well-known/openid-configuration`);
      status(answer, 200, 404);
      if (answer.status === 404) return "no discovery document: has no pipeline used OpenID Connect yet?";
      same("issuer", (answer.json as { issuer: string }).issuer, new URL(issuer, site.url).href);
      return undefined;
    },
  },
];
