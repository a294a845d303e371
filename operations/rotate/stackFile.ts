/** Writes into a stack file that somebody turned something, so that Git knows; comments and order stay. */
import { parseDocument } from "yaml";
import { projectName } from "../../access";

/**
 * The text with one more turn of this name, and one more end of what was in use before.
 *
 * @param reason why, one line
 */
export function withTurn(text: string, name: string, reason: string, isEnded: boolean): string {
  const document = parseDocument(text);
  const path = ["config", `${projectName}:turns`, name];
  const { again = 0, revoke = 0 } = (document.toJS() as Turns).config?.[`${projectName}:turns`]?.[name] ?? {};
  const turns = document.getIn(path.slice(0, 2)) as { flow?: boolean } | undefined;
  // `{}` would make the entry part of one long line.
  if (turns !== undefined) turns.flow = false;
  document.setIn(
    path,
    document.createNode({ again: again + 1, revoke: revoke + (isEnded ? 1 : 0), reason }, { flow: true }),
  );
  return document.toString({ lineWidth: 0 });
}

interface Turns {
  readonly config?: Readonly<
    Record<string, Readonly<Record<string, { readonly again?: number; readonly revoke?: number }>>>
  >;
}
