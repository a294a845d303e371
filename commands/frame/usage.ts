/** How a command is called and how it ends, in words: for its help and for the pages that are generated. */
import type { Command, Flags } from "./spec";

const formatFlags: Flags = {
  "--markdown <file>": "write it as markdown, too; - prints that instead of the text",
  "--json": "print one JSON object instead of text",
};

/** All flags of a command, each with its summary: its own, and those of its formats. */
export function flagsOf({ flags = {}, formats = ["json"] }: Command): Flags {
  const ofFormats = Object.entries(formatFlags).filter(([flag]) =>
    formats.some((format) => flag.startsWith(`--${format}`)),
  );
  return { ...flags, ...Object.fromEntries(ofFormats) };
}

/** The phrase that says what a flag or an argument means. */
export const summaryOf = (meaning: Flags[string]): string =>
  typeof meaning === "string" ? meaning : meaning.summary;

/**
 * `npm run preview -- <stack> [options]`
 *
 * @param path names of the commands that it is a subcommand of, and its own
 */
export function usageOf(command: Command, [script = "", ...subcommands]: readonly string[]): string {
  const flags = Object.entries(flagsOf(command));
  const required = flags.flatMap(([flag, its]) => (typeof its !== "string" && its.required ? [flag] : []));
  const options = flags.length > required.length ? ["[options]"] : [];
  const words = [...subcommands, ...(command.argument ? [command.argument[0]] : []), ...required, ...options];
  return [`npm run ${script}`, ...(words.length > 0 ? ["--", ...words] : [])].join(" ");
}

/** Its exit codes, each with its meaning, in order; none where they are those of another program. */
export function exitCodesOf({ exitCodes }: Command): readonly (readonly [code: string, meaning: string])[] {
  return exitCodes === undefined ? [] : Object.entries({ 1: "error", ...exitCodes });
}

/** What else there is to know, a paragraph each. */
export function notesOf(command: Command, [script = ""]: readonly string[]): string[] {
  const uncommon = exitCodesOf(command).flatMap(([code]) => (Number(code) > 1 ? [code] : []));
  const npm = `npm calls ${uncommon.join(" and ")} an error on its error stream; npm run -s ${script} -- … does not.`;
  return [...(command.notes === undefined ? [] : [command.notes]), ...(uncommon.length > 0 ? [npm] : [])];
}
