/** Writes into a stack file what somebody has turned, so that Git knows; comments and order stay. */
import { parseDocument } from "yaml";
import { projectName, type HandTurn } from "../../access";

/** The text with this turn under this name, whatever stood there. */
export function withTurn(text: string, name: string, turn: HandTurn): string {
  const document = parseDocument(text);
  const path = ["config", `${projectName}:turns`, name];
  const turns = document.getIn(path.slice(0, 2)) as { flow?: boolean } | undefined;
  // `{}` would make the entry part of one long line.
  if (turns !== undefined) turns.flow = false;
  const { again, revoke, reason } = turn;
  document.setIn(path, document.createNode({ again, revoke, reason }, { flow: true }));
  return document.toString({ lineWidth: 0 });
}
