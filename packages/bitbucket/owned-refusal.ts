/** What was in a list before a stack took it over is not changed or taken away without a word from its owner. */
import { Problem } from "@bitbucket-keycloak/pulumi-plugin/problem";
import { type OwnedList, type Consent, type Difference } from "./owned";

/** @throws Problem that shows both sides, where what was there before would be changed or removed without consent */
export function refuseForeign<E, H>(
  list: OwnedList<E, H>,
  difference: Difference<E, H>,
  consent: Consent,
): void {
  const { other, undeclared } = difference;
  if (!consent.change && other.length + undeclared.length > 0) {
    const lines = [
      ...other.map(
        ({ present, declared }) =>
          `  ${list.keyOf(declared)}: present ${list.show(present.entry)}, declared ${list.show(declared)}`,
      ),
      ...undeclared.map(({ entry }) => `  ${list.keyOf(entry)}: present ${list.show(entry)}, not declared`),
    ];
    throw new Problem(
      `${list.what} are not empty and differ from what is declared:\n${shortened(lines)}\ndeclare what should stay, or ${consent.how} to make the list equal to what is declared`,
    );
  }
  if (!consent.remove) refuseRemoval(list, difference, undefined, consent);
}

/** @param foreign keys of what was there before; undefined: all of it was */
export function refuseRemoval<E, H>(
  list: OwnedList<E, H>,
  { undeclared }: Difference<E, H>,
  foreign: ReadonlySet<string> | undefined,
  { flag }: Consent,
): void {
  const going = undeclared.filter(({ entry }) => foreign?.has(list.keyOf(entry)) ?? true);
  if (going.length === 0) return;
  const lines = going.map(({ entry }) => `  ${list.keyOf(entry)}: ${list.show(entry)}`);
  throw new Problem(
    `among ${list.what} some were there without this resource and are not declared:\n${shortened(lines)}\ndeclare them, or set ${flag}: true to remove them`,
  );
}

/** No more than a person reads; of a long list the beginning says enough. */
function shortened(lines: readonly string[], most = 30): string {
  const rest = lines.length - most;
  const shown = rest > 1 ? [...lines.slice(0, most), `  and ${rest} more`] : lines;
  return shown.join("\n");
}
