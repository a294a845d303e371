/** The one writer to a terminal, or to the log of a pipeline: whatever is printed passes here. */
import { jsonText, visibleLines } from "./visible";

/** The answer of a program: a text, its lines ended, to the standard output. */
export function print(text: string): void {
  process.stdout.write(`${visibleLines(text)}\n`);
}

/** The answer for another program. */
export function printJson(value: unknown): void {
  process.stdout.write(`${jsonText(value, 2)}\n`);
}

/** Whatever else there is to say, to the error stream. */
export function say(text: string): void {
  process.stderr.write(`${visibleLines(text)}\n`);
}

let telling = say;

/** Tells the person at a run something, from code that may run within a plugin, whose error stream nobody sees. */
export function tell(text: string): void {
  telling(text);
}

/** From now on what is told goes this way. Default: to the error stream. */
export function tellBy(way: (text: string) => void): void {
  telling = way;
}

/** Where a status line is drawn. */
export interface Screen {
  /** Text that holds no unseen character, or none but the codes of {@link clearLine}. */
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Takes back what stands on the line. */
export const clearLine = "\r\u001b[K";

/** The error stream as a screen; what is written is made visible, but for {@link clearLine}. */
export const screen: Screen = {
  write: (text: string) => process.stderr.write(text.split(clearLine).map(visibleLines).join(clearLine)),
  get isTTY() {
    return process.stderr.isTTY;
  },
  get columns() {
    return process.stderr.columns;
  },
};
