/**
 * `npm run audit -- --who ana@acme.example --since 90d`: who gave whom what, when, why, and who approved of it.
 * `check` proves that the trail is what was written, `collect` brings in what Keycloak and the engine know.
 */
import { Command, InvalidArgumentError } from "commander";
import { modelIn, type Model } from "../../access";
import { textsIn } from "../../checkout/folder";
import { ensureToolchain } from "../../toolchain/build";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { prepareEngine } from "../../engine/prepare";
import { collect, type Collected } from "./collect";
import { factsOf } from "../../trail/facts";
import { auditFolder } from "../../trail/place";
import { answersTo, momentOf, namesFor } from "../../trail/query";
import { checkText, textOf } from "./text";
import { missingFrom, readTrail, trailFolders, trailOptions, type Trail } from "../../trail/trail";
import { variable } from "../../access/environment";

/** Exit code for a trail that is not what was written. */
const broken = 2;

interface Flags {
  readonly who?: string;
  readonly since?: string;
  readonly until?: string;
  readonly target?: string;
  readonly stack?: string;
  readonly folder?: string;
  readonly json?: true;
}

export function auditCommand(): Command {
  return new Command("audit")
    .description("answers who gave whom what, when, why, and who approved of it")
    .usage("-- [check | collect] [options]")
    .option("--who <person>", "giver, receiver or approver: a user name, an e-mail address, a team")
    .option("--since <moment>", "90d, 12h, or a day as 2026-11-25", moment)
    .option("--until <moment>", "the first moment that counts no more", moment)
    .option("--target <name>", "a project, a repository, a group, a secret")
    .option("--stack <stack>", "of this stack alone")
    .option("--folder <folder>", `where the trail lies (default: ${variable.auditFolder}, else .local/audit)`)
    .option("--json", "print one JSON object instead of text")
    .addHelpText("after", "\nExit code: 0 answered; 2 the trail is not whole, see check; 1 error.")
    .action(ask)
    .addCommand(checkCommand())
    .addCommand(collectCommand());
}

function ask({ who, json, ...flags }: Flags): void {
  const folder = flags.folder ?? auditFolder(process.env, root);
  const trails = trailsIn(folder);
  if (trails.length === 0) throw new Error(`there is no audit trail in ${folder}: nothing was recorded yet`);
  const entries = trails.flatMap((trail) => trail.entries);
  const query = { ...flags, ...(who !== undefined && { who: namesFor(who, modelOf(), entries) }) };
  const answers = answersTo(query, factsOf(entries));
  const problems = trails.flatMap((trail) => trail.problems.map((one) => `${trail.folder}: ${one}`));
  if (json) console.log(JSON.stringify({ answers, problems }, undefined, 2));
  else console.log(textOf(answers, questionOf({ ...flags, ...(who !== undefined && { who }) })));
  for (const note of trails.flatMap(({ folder: one, notes }) => notes.map((text) => `${one}: ${text}`)))
    console.error(`note: ${note}`);
  for (const problem of problems) console.error(`warning: the trail is not whole: ${problem}`);
  process.exitCode = problems.length > 0 ? broken : 0;
}

function questionOf({ who, since, until, target, stack }: Flags): string {
  return [
    ...(who === undefined ? [] : [`about ${who}`]),
    ...(target === undefined ? [] : [`on ${target}`]),
    ...(stack === undefined ? [] : [`of stack ${stack}`]),
    ...(since === undefined ? [] : [`since ${since.slice(0, 16).replace("T", " ")} UTC`]),
    ...(until === undefined ? [] : [`until ${until.slice(0, 16).replace("T", " ")} UTC`]),
  ].join(" ");
}

function trailsIn(folder: string): Trail[] {
  const options = trailOptions(process.env);
  return trailFolders(folder).map((one) => readTrail(one, options));
}

/** For names; without it, those of the trail count alone. */
function modelOf(): Model | undefined {
  return modelIn(textsIn(root));
}

function moment(text: string): string {
  const found = momentOf(text, new Date());
  if (found !== undefined) return found;
  throw new InvalidArgumentError(
    "allowed: 90d, 12h, 2w, a day as 2026-11-25, a moment as 2026-11-25T12:00:00Z.",
  );
}

function checkCommand(): Command {
  return new Command("check")
    .description(
      "proves that the trail is what was written: every line, their order, their number, the signature",
    )
    .argument("[folder]", `where the trail lies (default: ${variable.auditFolder}, else .local/audit)`)
    .option("--against <folder>", "an earlier copy: everything that it holds has to be there still")
    .option("--json", "print one JSON object instead of text")
    .addHelpText("after", `\nExit code: 0 whole; ${broken} not whole; 1 error.`)
    .action(
      (given: string | undefined, { against, json }: { against?: string; json?: true }, command: Command) => {
        const folder = given ?? folderOf(command);
        const missing =
          against === undefined
            ? []
            : trailsIn(against).flatMap((copy) => missingFrom(folder, against, copy));
        const trails = trailsIn(folder);
        if (json) {
          const told = trails.map(({ folder, entries, problems, notes, head }) => ({
            folder,
            entries: entries.length,
            problems,
            notes,
            head,
          }));
          console.log(JSON.stringify({ trails: told, missing }, undefined, 2));
        } else {
          console.log(checkText(trails, folder));
          for (const one of missing) console.log(`problem: ${one}`);
        }
        const isWhole = missing.length === 0 && trails.every(({ problems }) => problems.length === 0);
        process.exitCode = isWhole ? 0 : broken;
      },
    );
}

/** Options that stand before the subcommand are the parent's. */
function folderOf(command: Command): string {
  return command.parent?.opts<Flags>().folder ?? auditFolder(process.env, root);
}

function collectCommand(): Command {
  return new Command("collect")
    .description(
      "brings Keycloak's log and the engine's history into the trail; what joins no run was done by hand",
    )
    .argument("<stack>", "for example prod")
    .option("--since <moment>", "how far back (default: what is not in the trail yet)", moment)
    .option("--json", "print one JSON object instead of text")
    .addHelpText("after", "\nExit code: 0 collected, 1 error.")
    .action(async (stack: string, flags: Pick<Flags, "since" | "json">, command: Command) => {
      const { since = command.parent?.opts<Flags>().since, json = command.parent?.opts<Flags>().json } =
        flags;
      const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), stack);
      const from = since === undefined ? undefined : new Date(since);
      const collected = await collect(stack, engine, from, new Progress());
      console.log(json ? JSON.stringify(collected, undefined, 2) : collectedText(collected));
    });
}

function collectedText({ entries, notExamined }: Collected): string {
  const of = (act: string) => entries.filter((entry) => entry.act === act);
  const [events, signIns, updates] = [of("event"), of("sign-in"), of("update")];
  const byHand = [...events, ...updates].filter((entry) => !("run" in entry));
  const head = `collected ${entries.length}: ${events.length} changes in Keycloak, ${signIns.length} sign-ins of pipelines, ${updates.length} runs of the engine; ${byHand.length} of them joined no run of this program`;
  const answers = answersTo({}, factsOf(byHand));
  return [
    ...(answers.length === 0 ? [] : [textOf(answers, "by hand"), ""]),
    head,
    ...notExamined.map((one) => `not examined: ${one}`),
  ].join("\n");
}
