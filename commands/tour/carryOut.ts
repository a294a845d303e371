/** Carries out one action of the tour: a command as a process of its own, a request by a person's account, a look. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { accessFile } from "../../access";
import { localStack } from "../../access/environment";
import { root } from "../../toolchain/places";
import { foreground } from "../../toolchain/processes";
import type { Action } from "./step";
import { repository } from "./steps";
import type { Systems } from "./systems";

const [administrator, approver, merger] = ["admin@acme.example", "ivo@acme.example", "ben@acme.example"];

/** What an action is carried out with. */
export interface Scene {
  /** Both systems, once they are there. */
  readonly systems: () => Systems;
  /** Of `access.yaml`. */
  readonly folder: string;
  readonly say: (text: string) => void;
}

/** @throws Error where the answer is another one than the tour knows */
export async function carryOut(action: Action, scene: Scene): Promise<void> {
  const { systems, say } = scene;
  switch (action.kind) {
    case "run":
      return run(action.words, [0, ...(action.codes ?? [])]);
    case "ask": {
      const { as, method, path, json } = action;
      const answer = await systems().as(as, method, path, json === undefined ? undefined : { json });
      const said = answer.ok ? "" : `: ${messageIn(answer.text)}`;
      say(`Bitbucket answers ${answer.status}${said}`);
      if (!action.answers.includes(answer.status))
        throw new Error(`${action.what}: found ${answer.status}; expected ${action.answers.join(" or ")}`);
      return;
    }
    case "propose":
      return propose(action, scene);
    case "merge":
      return merge(scene);
    case "approve":
      return approve(scene);
    case "see":
      for (const line of await action.lines(systems())) say(line);
  }
}

async function run(words: readonly string[], expected: readonly number[]): Promise<void> {
  const code = await foreground(process.execPath, [join(root, "toolchain/run.mjs"), ...words], process.env);
  if (code === 130) throw new Interrupted();
  if (!expected.includes(code))
    throw new Error(`npm run ${words.join(" ")}: found exit code ${code}; expected ${expected.join(" or ")}`);
}

/** What two people agree on elsewhere by a pull request, one person says on a stack of their own. */
async function approve({ folder }: Scene): Promise<void> {
  const record = join(folder, ".local", "tour-preview.json");
  await run(["preview", localStack, "--record", record], [0, 2, 3]);
  const { number } = JSON.parse(readFileSync(record, "utf8")) as { number: string };
  await run(["deploy", localStack, "--approve", number], [0]);
}

/** Somebody pressed Ctrl-C while a command ran. */
export class Interrupted extends Error {}

async function propose(
  { title, change }: Action & { kind: "propose" },
  { systems: there, folder, say }: Scene,
): Promise<void> {
  const systems = there();
  const kept = await systems.as(administrator, "GET", `${repository}/src/main/${accessFile}`);
  const checkout = readFileSync(join(folder, accessFile), "utf8");
  const text = change(kept.ok ? kept.text : checkout, checkout);
  if (kept.ok && kept.text === text) {
    say("main says so already");
    return;
  }
  const branch = `tour-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
  if (!(await systems.as(administrator, "GET", `${repository}/refs/branches/${branch}`)).ok) {
    const form = { branch, message: title, [accessFile]: text };
    await expectOk(systems.as(administrator, "POST", `${repository}/src`, { form }), `commit ${title}`);
  }
  const open = await openIn(systems);
  if (open.some((one) => one.source.branch.name === branch)) return;
  const json = { title, source: { branch: { name: branch } }, destination: { branch: { name: "main" } } };
  await expectOk(systems.as(administrator, "POST", `${repository}/pullrequests`, { json }), title);
  say(`pull request opened: ${title}`);
}

/** Everything that is open there: nobody but the tour and its commands opens anything in the sample company. */
async function merge({ systems: there, folder, say }: Scene): Promise<void> {
  const systems = there();
  for (const { id, title } of await openIn(systems)) {
    const path = `${repository}/pullrequests/${id}`;
    await expectOk(systems.as(approver, "POST", `${path}/approve`), `approve ${title}`);
    await expectOk(systems.as(merger, "POST", `${path}/merge`, { json: {} }), `merge ${title}`);
    say(`pull request ${id}, "${title}": approved by ivo, merged by ben`);
  }
  const merged = await systems.as(administrator, "GET", `${repository}/src/main/${accessFile}`);
  if (!merged.ok)
    throw new Error(`${repository} has no ${accessFile}; begin with "npm run tour -- --from request"`);
  const local = join(folder, accessFile);
  const before = readFileSync(local, "utf8");
  if (merged.text === before) return;
  // Once: what the tour found.
  const backup = join(folder, ".local", `${accessFile}.before-tour`);
  mkdirSync(dirname(backup), { recursive: true });
  if (!existsSync(backup)) writeFileSync(backup, before);
  writeFileSync(local, merged.text);
}

interface Opened {
  readonly id: number;
  readonly title: string;
  readonly source: { readonly branch: { readonly name: string } };
}

async function openIn(systems: Systems): Promise<readonly Opened[]> {
  const answer = await systems.as(administrator, "GET", `${repository}/pullrequests?state=OPEN`);
  return answer.ok ? (answer.json() as { values: Opened[] }).values : [];
}

async function expectOk(asked: ReturnType<Systems["as"]>, what: string): Promise<void> {
  const answer = await asked;
  if (!answer.ok) throw new Error(`${what}: Bitbucket answered ${answer.status}: ${messageIn(answer.text)}`);
}

/** Bitbucket's own words. */
function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: string; detail?: unknown } };
    return [error?.message, typeof error?.detail === "string" ? error.detail : undefined]
      .filter((one) => one !== undefined)
      .join(" ");
  } catch {
    return "";
  }
}
