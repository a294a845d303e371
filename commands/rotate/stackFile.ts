/** Writes into a stack file what somebody has rotated, so that Git knows; everything else stays as it is. */
import { InvalidAccess, projectName } from "../../access";
import { edit } from "../../access/file/edit";
import type { Wanted } from "./byHand";

/**
 * The text of a stack file with this change, whatever stood there.
 *
 * @throws InvalidAccess if the text cannot be read, or something else would change
 */
export function withRotation(text: string, file: string, { change }: Pick<Wanted, "change">): string {
  const at = (setting: string) => ["config", `${projectName}:${setting}`];
  const changes =
    "samlKey" in change
      ? [{ at: at("samlKey"), become: [change.samlKey] }]
      : Object.entries(change.rotations).map(([name, entry]) => ({
          at: [...at("rotations"), name],
          become: [entry],
        }));
  const { text: after, refused } = edit(text, file, changes);
  if (refused.length === 0) return after;
  throw new InvalidAccess(
    refused.map(({ reason, file: where, line, column, path }) => ({
      ...{ file: where, path, ...(line !== undefined && { line }), ...(column !== undefined && { column }) },
      found: "a form that cannot be edited",
      fix: `write the rotation by hand, since ${reason}`,
    })),
  );
}
