/** A question to whoever sits at the terminal. */
import { say } from "@bitbucket-keycloak/output";
import { createInterface } from "node:readline/promises";

/** Whether somebody can be asked. */
export function isTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks on the error stream. Who ends the question by Ctrl-C or Ctrl-D has not said yes. */
export async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} (yes/no) `);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ABORT_ERR") throw error;
    say("");
    return false;
  } finally {
    terminal.close();
  }
}
