/**
 * What a command declares of itself, once, as data. Its command line, its help, docs/reference/commands.md and the table in
 * the README are made from it, so that none of them can say something else.
 */
import type { Progress } from "../../toolchain/progress";

/** What a flag or an argument means, and what becomes of its text. */
export interface Described<Value> {
  /** One phrase, with the default where there is one. */
  readonly summary: string;
  /** Whether the command refuses to run without the flag. Default: false. */
  readonly required?: true;
  /**
   * Default: the text as it is.
   *
   * @param before what the same flag gave already, where it was given more than once
   * @throws Error that says what is allowed
   */
  parse?(text: string, before?: Value): Value;
}

/** What each flag means, by how it is written: `--yes`, `--record <file>`, `--require <people...>`. */
export type Flags = Readonly<Record<string, string | Described<unknown>>>;

/** `expiredOnly`, of `--expired-only` */
type Camel<Text> = Text extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Text;
type NameOf<Flag> = Flag extends `--${infer Name} ${string}`
  ? Camel<Name>
  : Flag extends `--${infer Name}`
    ? Camel<Name>
    : never;
type ValueOf<Flag, Meaning> =
  Meaning extends Described<infer Value>
    ? Value
    : Flag extends `${string}...${string}`
      ? readonly string[]
      : Flag extends `${string}<${string}`
        ? string
        : true;

/** What the user gave; a flag that was not given is absent. */
export type Values<Given extends Flags> = {
  readonly [Flag in keyof Given as NameOf<Flag>]?: ValueOf<Flag, Given[Flag]>;
};

/** An argument and what it means: `["<file>", "what npm run evidence wrote"]`; one in brackets may be left out. */
export type Argument = readonly [shape: string, meaning: string | Described<unknown>];
type Given<Its> = Its extends readonly [infer Shape, infer Meaning]
  ? Shape extends `[${string}...]`
    ? readonly string[]
    : Shape extends `[${infer Inner}]`
      ? ValueOf<`<${Inner}>`, Meaning> | undefined
      : ValueOf<Shape, Meaning>
  : undefined;

/** What a command says at its end. */
export interface Answer<Code extends number = number> {
  /** Default: nothing is printed where text is asked for. */
  readonly text?: string;
  readonly json?: unknown;
  readonly markdown?: string;
  /** Lines for the error stream, whatever is asked for. */
  readonly notes?: readonly string[];
  /** Default: 0. */
  readonly code?: Code | 1;
}

/** One answer, or several: then the exit code is 1 if that of any is, else the highest. */
type Answers<Code extends number> = Answer<Code> | readonly Answer<Code>[];

/** What the action of a command works with. */
export interface Context<Of extends Flags = Flags, Its = Argument> {
  readonly flags: Values<Of>;
  readonly argument: Given<Its>;
  /** One for the whole command, on the error stream. */
  readonly progress: Progress;
  /** Prints text before the answer; with `--json` nothing. */
  readonly say: (text: string) => void;
}

export interface Spec<Of extends Flags, Its, Code extends number, At> {
  /** As in `npm run <name>`. */
  readonly name: string;
  /** What the command does, in one phrase. */
  readonly summary: string;
  readonly argument?: Its;
  readonly flags?: Of;
  /** How else than as text it can answer. Default: as JSON. */
  readonly formats?: readonly ("json" | "markdown")[];
  /** What each exit code means; 1 is an error, unless it says more. Default: they are those of another program. */
  readonly exitCodes?: Readonly<Record<Code, string>> & { readonly 1?: string };
  /** What the help says at its end, in whole sentences. */
  readonly notes?: string;
  /** The page that tells more, as a path from the root of the project. */
  readonly guide?: string;
  readonly subcommands?: readonly Command[];
  /** Whether every word that follows is another program's, `--help` included. Default: false. */
  readonly passThrough?: true;
  run(context: At): Answers<Code> | Promise<Answers<Code>>;
}

/** A command of whatever flags. */
export type Command = Spec<Flags, Argument, number, Context & { readonly argument: unknown }>;

/** Declares a command that is about no stack. */
export function command<const Of extends Flags, const Its, const Code extends number>(
  spec: Spec<Of, Its, Code, Context<Of, Its>>,
): Command {
  return spec as Command;
}
