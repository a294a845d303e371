/** What the tour prints of its steps. */
import { localStack } from "../../access/environment";
import { isDone, type Done } from "./record";
import type { Action, Step } from "./step";
import { repository } from "./steps";

/** As a person would type it. */
export function lineOf(action: Action): string {
  switch (action.kind) {
    case "run": {
      const [command = "", ...rest] = action.words;
      const words = rest.map((word) => (/[ {}]/.test(word) ? `"${word}"` : word));
      return `npm run -s ${command}${words.length > 0 ? ` -- ${words.join(" ")}` : ""}`;
    }
    case "ask":
      return `${action.what}: ${action.method} ${action.path}`;
    case "propose":
      return `a pull request in ${repository}: ${action.title}`;
    case "merge":
      return `ivo approves, ben merges; access.yaml here becomes that of ${repository}`;
    case "approve":
      return `npm run -s preview -- ${localStack}, then npm run -s deploy -- ${localStack} --approve <its number>`;
    case "see":
      return `look at ${action.what}`;
  }
}

/** Title, what it will do, and how. */
export function introductionOf({ title, says, actions }: Step, number: number, of: number): string {
  return [
    "",
    `── ${number} of ${of}: ${title} ──`,
    ...says.split(/(?<=[.:]) (?=[A-Z])/),
    "",
    ...actions.map((action) => `  · ${lineOf(action)}`),
    "",
  ].join("\n");
}

/** All steps, with what is done. */
export function listOf(steps: readonly Step[], done: Done): string {
  const width = Math.max(...steps.map(({ name }) => name.length));
  return steps
    .map((step) => {
      const { name, title, actions } = step;
      const count = done[name] ?? 0;
      const state = isDone(step, done) ? "done" : count > 0 ? `${count} of ${actions.length}` : "";
      return `${name.padEnd(width)}  ${state.padEnd(7)}  ${title}`;
    })
    .join("\n");
}
