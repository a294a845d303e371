/** `npm run bench`: what things cost here and now, in requests, seconds and memory. */
import { Command, InvalidArgumentError } from "commander";
import { benches } from ".";
import type { Bench } from "./bench";
import { ensureToolchain, type Wanted } from "../../toolchain/build";
import { Progress } from "../../toolchain/progress";

interface Flags {
  readonly repos: number;
  readonly people: number;
  readonly json?: true;
}

new Command("bench")
  .description("measures requests, seconds and memory; without a name, with every quick bench")
  .argument("[names...]", `which: ${benches.map(({ name }) => name).join(", ")}`, named, [])
  .option("--repos <number>", "repositories of the generated company", numberOf("repositories"), 50)
  .option("--people <number>", "people of the company of `people`", numberOf("people"), 2_500)
  .option("--json", "print one object instead of tables")
  .addHelpText("after", helpText())
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });

async function bench(chosen: readonly Bench[], { repos: repositories, people, json }: Flags): Promise<void> {
  const progress = new Progress();
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
  };
  const checkpoint = (): void => {
    if (interrupted) throw new Error("interrupted; what was started is ended, and nothing is left behind");
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  const toolchain = (parts: Wanted) => ensureToolchain(parts, process.env, progress);
  try {
    const run = chosen.length > 0 ? chosen : benches.filter(({ quick }) => quick);
    const object: Record<string, unknown> = {};
    for (const each of run) {
      checkpoint();
      const result = await each.run({ repositories, people, progress, toolchain, checkpoint });
      if (json) Object.assign(object, result.json);
      else console.log(`${run.length > 1 ? `${each.name}\n` : ""}${result.text}\n`);
    }
    if (json) console.log(JSON.stringify(object, undefined, 2));
  } catch (error) {
    checkpoint();
    throw error;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

function helpText(): string {
  const width = Math.max(...benches.map(({ name }) => name.length));
  const lines = benches.map(({ name, summary, quick }) => {
    return `  ${name.padEnd(width)}  ${summary}${quick ? "" : " (only by name)"}`;
  });
  return `\nBenches:\n${lines.join("\n")}\n\nExit code: 0 measured; 1 error or interrupt. Seconds depend on the machine and on what else it does; requests do not.`;
}

function named(name: string, before: readonly Bench[]): readonly Bench[] {
  const found = benches.find((each) => each.name === name);
  if (found === undefined) {
    throw new InvalidArgumentError(
      `found "${name}"; allowed: ${benches.map((each) => each.name).join(", ")}`,
    );
  }
  return [...before, found];
}

function numberOf(what: string): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (Number.isInteger(number) && number > 0) return number;
    throw new InvalidArgumentError(`expected a number of ${what}, above 0`);
  };
}
