/** The command line, from what the commands declare of themselves. */
import { print, printJson, say, visibleLines } from "@bitbucket-keycloak/output";
import { writeFile } from "node:fs/promises";
import { Argument, Command as Parser, CommanderError, Help, InvalidArgumentError, Option } from "commander";
import { Interrupted } from "../../toolchain/plan";
import { Progress } from "../../toolchain/progress";
import { redacted } from "../../trail/redact";
import type { Answer, Command, Context, Described } from "./spec";
import { exitCodesOf, flagsOf, notesOf, summaryOf, usageOf } from "./usage";

/** What was given for flags, by their names in camel case. */
type Options = Readonly<Record<string, unknown>>;

/**
 * Runs the command that the words name, and prints its answer, or the error that ended it.
 *
 * @param words without the name of the program
 * @returns the exit code
 */
export async function start(
  commands: readonly Command[],
  words: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  let exitCode = 0;
  const ended = (code: number): void => {
    exitCode = code;
  };
  const program = new Parser("npm run")
    .description("bitbucket-keycloak: a Keycloak realm and a Bitbucket workspace from one file")
    .usage("<command> -- [arguments] [options]")
    .configureHelp({ subcommandTerm: termIn(commands) })
    .configureOutput(written)
    .enablePositionalOptions()
    .exitOverride();
  for (const command of commands) program.addCommand(parserOf(command, [command.name], env, ended));
  try {
    await program.parseAsync(words, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    // What the user can do something about is in the message; a stack trace only hides it.
    say(redacted(`error: ${error instanceof Error ? error.message : String(error)}`, env));
    return error instanceof Interrupted ? 130 : 1;
  }
}

/** A wrong word is quoted as it was given. */
const written = {
  writeOut: (text: string): void => {
    print(text.replace(/\n$/, ""));
  },
  writeErr: (text: string): void => {
    say(text.replace(/\n$/, ""));
  },
};

/** @param path names of the commands that it is a subcommand of, and its own */
function parserOf(
  command: Command,
  path: readonly string[],
  env: NodeJS.ProcessEnv,
  ended: (code: number) => void,
): Parser {
  const { name, summary, argument, subcommands = [] } = command;
  const parser = new Parser(name)
    .description(summary)
    .configureHelp(helpOf(command, path))
    .configureOutput(written)
    .enablePositionalOptions()
    .allowExcessArguments(argument === undefined && subcommands.length > 0)
    .exitOverride();
  for (const sub of subcommands) parser.addCommand(parserOf(sub, [...path, sub.name], env, ended));
  for (const [flag, its] of Object.entries(flagsOf(command))) {
    const isRequired = typeof its !== "string" && its.required === true;
    parser.addOption(parsedAs(its, new Option(flag, summaryOf(its)).makeOptionMandatory(isRequired)));
  }
  if (argument) parser.addArgument(parsedAs(argument[1], new Argument(argument[0], summaryOf(argument[1]))));
  if (command.passThrough) parser.helpOption(false).allowUnknownOption().passThroughOptions();
  return parser.action(async () => {
    const [word] = parser.args;
    if (argument === undefined && word !== undefined)
      parser.error(`error: found "${word}"; allowed: ${subcommands.map((sub) => sub.name).join(", ")}`);
    refuseTaken(parser, path, env);
    const { json, markdown, ...flags } = optionsOf(parser);
    const isJson = json === true;
    const context = {
      flags,
      argument: parser.processedArgs[0] as unknown,
      progress: new Progress(),
      say: (text: string): void => {
        if (!isJson) print(text);
      },
    };
    const answers = [await command.run(context as Context)].flat();
    for (const answer of answers) await give(answer, isJson, markdown as string | undefined);
    const codes = answers.map(({ code = 0 }) => code);
    ended(codes.includes(1) ? 1 : Math.max(...codes));
  });
}

/** To the standard output the answer alone, everything else to the error stream. */
async function give(answer: Answer, isJson: boolean, markdown: string | undefined): Promise<void> {
  if (markdown !== undefined && markdown !== "-" && answer.markdown !== undefined)
    await writeFile(markdown, visibleLines(answer.markdown));
  const text = markdown === "-" ? answer.markdown : answer.text;
  if (isJson) printJson(answer.json);
  else if (text !== undefined) print(text);
  for (const note of answer.notes ?? []) say(note);
}

/** Flags before the name of a subcommand are the parent's; those that the subcommand has, too, are meant for it. */
function optionsOf(parser: Parser): Options {
  const ofParent = Object.entries(parser.parent?.opts<Options>() ?? {});
  const own = parser.options.map((option) => option.attributeName());
  return {
    ...Object.fromEntries(ofParent.filter(([name]) => own.includes(name))),
    ...parser.opts<Options>(),
  };
}

/**
 * Without the two dashes npm keeps a flag to itself, and says nothing: `--dry-run` would be none. To npm itself `--json` and
 * `--yes` are ordinary settings, and to lose them is harmless.
 */
function refuseTaken(
  parser: Parser,
  [script = "", ...path]: readonly string[],
  env: NodeJS.ProcessEnv,
): void {
  const given = optionsOf(parser);
  const taken = parser.options.find((option) => {
    const isMissing = !(option.attributeName() in given) && !["json", "yes"].includes(option.name());
    return isMissing && Boolean(env[`npm_config_${option.name().replaceAll("-", "_")}`]);
  });
  if (taken === undefined) return;
  const words = [...path, ...parser.args, `--${taken.name()}`].join(" ");
  throw new Error(`npm took --${taken.name()} for its own: run "npm run ${script} -- ${words}"`);
}

function parsedAs<Parsed extends Argument | Option>(
  meaning: string | Described<unknown>,
  parsed: Parsed,
): Parsed {
  if (typeof meaning === "string" || meaning.parse === undefined) return parsed;
  parsed.argParser((text: string, before: unknown) => {
    try {
      return meaning.parse?.(text, before);
    } catch (error) {
      throw new InvalidArgumentError(`${(error as Error).message}.`);
    }
  });
  return parsed;
}

function helpOf(command: Command, path: readonly string[]): Partial<Help> {
  const { subcommands = [] } = command;
  const usages = [usageOf(command, path), ...subcommands.map((sub) => usageOf(sub, [...path, sub.name]))];
  return {
    commandUsage: () => usages.join("\n       "),
    subcommandTerm: termIn(subcommands),
    formatHelp: (parser, helper) => {
      const codes = exitCodesOf(command).map((each) => helper.formatItem(each[0], 1, each[1], helper));
      const notes = notesOf(command, path).map((note) => `${helper.boxWrap(note, helper.helpWidth ?? 80)}\n`);
      const most = Help.prototype.formatHelp.call(helper, parser, helper);
      return [most, ...helper.formatItemList("Exit codes:", codes, helper), ...notes].join("\n");
    },
  };
}

function termIn(commands: readonly Command[]): Help["subcommandTerm"] {
  const shapes = new Map(commands.map(({ name, argument = [""] }) => [name, argument[0]]));
  return (parser) => `${parser.name()} ${shapes.get(parser.name()) ?? ""}`.trimEnd();
}
