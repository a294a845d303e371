/** The examples of docs/guide/keyless.md, as text: what is checked is what people copy. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../toolchain/places";

const guide = readFileSync(join(root, "docs/guide/keyless.md"), "utf8");

/** The first block of code below a heading. Its issuer is the one that is asked for. */
export function exampleOf(heading: string, issuer: string): string {
  const [, below] = guide.split(`\n### ${heading}\n`);
  const block = below?.split("\n### ")[0]?.match(/```\w+\n([\s\S]*?)```/)?.[1];
  if (block === undefined) throw new Error(`docs/guide/keyless.md has no example below "${heading}"`);
  return block.replaceAll("https://id.example/realms/acme", issuer);
}

export interface Write {
  readonly path: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What `vault write` sends: `key=value`, or an object on standard input where there is a lone dash. */
export function vaultWrites(script: string): Write[] {
  const commands = script.matchAll(/^vault write (\S+)((?:.|\\\n)*?)(?: - <<'END'\n([\s\S]*?)\nEND)?$/gm);
  return [...commands].map(([, path = "", given = "", object]) => {
    const pairs = [...given.matchAll(/([a-z_]+)=(?:'([^']*)'|(\S+))/g)].map(
      ([, key = "", quoted, plain = ""]) => [key, quoted ?? plain],
    );
    return {
      path,
      data: { ...Object.fromEntries(pairs), ...(object && (JSON.parse(object) as object)) } as Write["data"],
    };
  });
}
