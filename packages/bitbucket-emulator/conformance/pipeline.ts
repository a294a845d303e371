/**
 * What the token of a step says, by one small pipeline on a branch of its own. The log shows the middle part of a token alone,
 * which proves nothing to anybody without its signature.
 */
import { setTimeout as pause } from "node:timers/promises";
import { status } from "./check";
import { NotExamined, part, type Site } from "./site";

type Payload = Readonly<Record<string, unknown>>;

export interface Payloads {
  /** Of a step with `oidc: true`. */
  readonly plain: Payload;
  /** Of a step that names an audience. */
  readonly custom: Payload;
  readonly audience: string;
  readonly branch: string;
}

const audience = "https://conformance.example";
const name = "conformance";
const say = `echo "payload:$(printf %s "$BITBUCKET_STEP_OIDC_TOKEN" | cut -d. -f2)"`;
const step = (oidc: string): string =>
  `      - step: { oidc: ${oidc}, clone: { enabled: false }, script: [${JSON.stringify(say)}] }\n`;
const file = `pipelines:\n  custom:\n    ${name}:\n${step("true")}${step(`{ audiences: ["${audience}"] }`)}`;

/** Milliseconds that it may take; a runner has to be found first. */
const patience = 600_000;

/** @throws NotExamined where Pipelines does not run there */
export async function payloads(site: Site): Promise<Payloads> {
  const branch = site.newName();
  const pushed = await site.form(`${site.repository}/src`, { branch, "bitbucket-pipelines.yml": file });
  status(pushed, 201);
  site.later(`${site.repository}/refs/branches/${branch}`);
  const target = {
    type: "pipeline_ref_target",
    ref_type: "branch",
    ref_name: branch,
    selector: { type: "custom", pattern: name },
  };
  const started = await site.post(`${site.repository}/pipelines`, { target });
  if (started.status === 400 || started.status === 404)
    throw new NotExamined(`no pipeline can be started there (${started.status}): enable Pipelines`);
  status(started, 201);
  const path = `${site.repository}/pipelines/${part((started.json as { uuid: string }).uuid)}`;
  await ended(site, path);
  const { values } = (await site.get(`${path}/steps`)).json as { values: { uuid: string }[] };
  const found = await Promise.all(
    values.map(async ({ uuid }) => payloadIn((await site.get(`${path}/steps/${part(uuid)}/log`)).text)),
  );
  const [plain, custom] = found;
  if (plain === undefined || custom === undefined)
    throw new NotExamined("the steps ran, and their logs show no token");
  return { plain, custom, audience, branch };
}

async function ended(site: Site, path: string): Promise<void> {
  for (const end = Date.now() + patience; Date.now() < end;) {
    await pause(500);
    const { state } = (await site.get(path)).json as {
      state: { name: string; result?: { name: string } };
    };
    if (state.name !== "COMPLETED") continue;
    if (state.result?.name === "SUCCESSFUL") return;
    throw new NotExamined(
      `the pipeline ended as ${state.result?.name ?? "nothing"}: are there minutes left?`,
    );
  }
  throw new NotExamined(`the pipeline did not end within ${patience / 60_000} minutes`);
}

function payloadIn(log: string): Payload | undefined {
  const [, encoded] = /^payload:([\w-]+)\s*$/m.exec(log) ?? [];
  if (encoded === undefined) return undefined;
  return JSON.parse(Buffer.from(encoded, "base64url").toString("utf8")) as Payload;
}
