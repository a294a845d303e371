/**
 * What the engine fails with. What it says of resources comes as diagnostic events; some failures come before any event,
 * as text on its standard error alone. Those that a command reacts to are told apart here, and nowhere else.
 */
import { authorityAdvice } from "@bitbucket-keycloak/http";
import type { Halfway } from "./events";

/**
 * - `locked`: another run is at work on the stack, or one died and left its lock
 * - `no stack`: there is none of this name
 * - `out of order`: the state holds a resource before what it depends on, and the engine refuses it
 */
export type EngineFailure = "locked" | "no stack" | "out of order";

/** The engine failed; the message is what it said about it. */
export class EngineError extends Error {
  override readonly name = "EngineError";
  /** Undefined: what no command reacts to. */
  readonly failure: EngineFailure | undefined;

  /**
   * @param message what it said of the failure
   * @param exitCode of the process
   * @param errors everything on its standard error. Default: the message
   * @param halfway of a run that had begun to change something. Undefined: nothing was changed, as far as anybody knows
   */
  constructor(
    message: string,
    readonly exitCode: number,
    errors = message,
    readonly halfway?: Halfway,
  ) {
    const failure = texts.find(({ text }) => text.test(errors));
    super(failure?.says?.(errors) ?? withAdvice(message.replace(/^error: /, "")));
    this.failure = failure?.failure;
  }
}

/** What Go says of a certificate holds no word on where an authority is written. */
function withAdvice(message: string): string {
  return /x509: .*(unknown authority|is not trusted)/.test(message)
    ? `${message}\n${authorityAdvice}`
    : message;
}

interface FailureText {
  readonly failure: EngineFailure;
  readonly text: RegExp;
  /** What is said in place of a page that the engine prints. */
  readonly says?: (errors: string) => string;
}

const integrity = /^Error: +.*snapshot integrity failure.*$/m;
const texts: readonly FailureText[] = [
  { failure: "locked", text: /the stack is currently locked/ },
  { failure: "no stack", text: /no stack named/ },
  {
    failure: "out of order",
    text: integrity,
    says: (errors) =>
      `the state of the stack is out of order, and the engine refuses it (${integrity.exec(errors)?.[0].split(": ").at(-1) ?? ""}): run "npm run recover -- <stack>", which mends it`,
  },
];
