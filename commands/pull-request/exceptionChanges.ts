/** What a proposal excepts from the rules, or excepts no more: it may let through what no right in it shows. */
import { exceptionsFile, readExceptions } from "../../access";
import type { SettingChange } from "../preview/report";

/**
 * @param before text of `exceptions.yaml` of the target branch; undefined: it has none
 * @param after text of the proposal
 * @returns nothing of a text that is not well formed: the preview refuses it
 */
export function exceptionChanges(before: string | undefined, after: string | undefined): SettingChange[] {
  const [old, now] = [exceptionsIn(before), exceptionsIn(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((setting): SettingChange[] => {
    const [was, is] = [old.get(setting), now.get(setting)];
    if (was === is) return [];
    const values = { ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) };
    return [{ file: exceptionsFile, setting, ...values, previewed: true }];
  });
}

/** Each by what it is about. Of two that are about the same, the first counts. */
function exceptionsIn(text: string | undefined): Map<string, string> {
  const { exceptions } = readExceptions(text, { rules: [], asOf: new Date(0) });
  return new Map(
    exceptions
      .map(({ rule, on, owner, reason, until }): [string, string] => [
        `${rule} on ${on}`,
        `until ${until} by ${owner}: ${reason}`,
      ])
      .reverse(),
  );
}
