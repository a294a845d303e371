/** Writes into a stack file what somebody has rotated, so that Git knows; comments and order stay. */
import { parseDocument } from "yaml";
import { projectName } from "../../access";
import { alikeWhenWritten } from "../../access/file/readings";
import type { Wanted } from "./byHand";

/** The text of a stack file with this change, whatever stood there. */
export function withRotation(text: string, { change }: Pick<Wanted, "change">): string {
  const document = parseDocument(text, alikeWhenWritten);
  const settingOf = (name: string) => ["config", `${projectName}:${name}`];
  const put = (path: readonly string[], entry: object): void => {
    document.setIn(path, document.createNode(entry, { flow: true }));
  };
  if ("samlKey" in change) put(settingOf("samlKey"), change.samlKey);
  else {
    const rotations = document.getIn(settingOf("rotations")) as { flow?: boolean } | undefined;
    // `{}` would make the entry part of one long line.
    if (rotations !== undefined) rotations.flow = false;
    for (const [name, entry] of Object.entries(change.rotations))
      put([...settingOf("rotations"), name], entry);
  }
  return document.toString({ lineWidth: 0 });
}
