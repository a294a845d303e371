/** Writes into a stack file what somebody has rotated, so that Git knows; comments and order stay. */
import { parseDocument } from "yaml";
import { projectName, type ManualRotation } from "../../access";

/** The text with this rotation under this name, whatever stood there. */
export function withRotation(text: string, name: string, rotation: ManualRotation): string {
  const document = parseDocument(text);
  const path = ["config", `${projectName}:rotations`, name];
  const rotations = document.getIn(path.slice(0, 2)) as { flow?: boolean } | undefined;
  // `{}` would make the entry part of one long line.
  if (rotations !== undefined) rotations.flow = false;
  const { again, revoke, reason } = rotation;
  document.setIn(path, document.createNode({ again, revoke, reason }, { flow: true }));
  return document.toString({ lineWidth: 0 });
}
