/**
 * The hooks of a bare repository: they judge nothing, they ask the emulator, over file descriptor 3, which Git leaves to
 * them. Before a push is taken in, the emulator is told what each reference would become, and answers with a line for each
 * reason against it; afterwards it is told what has changed. An empty line ends what either says.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export const noCommit = "0".repeat(40);

/** What becomes of a reference. */
export interface ReferenceChange {
  /** `rewritten`: what was there does not lie behind what comes. */
  readonly kind: "new" | "forward" | "rewritten" | "gone";
  readonly old: string;
  readonly now: string;
  readonly name: string;
}

const ask = (when: string) => `#!/bin/sh
{
  echo ${when}
  while read -r old now name; do
    if [ "$old" = ${noCommit} ]; then kind=new
    elif [ "$now" = ${noCommit} ]; then kind=gone
    elif git merge-base --is-ancestor "$old" "$now" 2>/dev/null; then kind=forward
    else kind=rewritten
    fi
    echo "$kind $old $now $name"
  done
  echo
} >&3
refused=0
while read -r line <&3 && [ -n "$line" ]; do
  echo "$line" >&2
  refused=1
done
exit $refused
`;

export function installHooks(folder: string): void {
  for (const name of ["pre-receive", "post-receive"]) {
    writeFileSync(join(folder, name), ask(name), { mode: 0o755 });
  }
}

/** What a hook asks, without the empty line. @throws Error if no hook speaks so */
export function parseQuestion(text: string): { readonly when: string; readonly changes: ReferenceChange[] } {
  const [when = "", ...lines] = text.trimEnd().split("\n");
  const changes = lines.map((line) => {
    const [kind, old = "", now = "", ...name] = line.split(" ");
    return { kind: kind as ReferenceChange["kind"], old, now, name: name.join(" ") };
  });
  return { when, changes };
}
