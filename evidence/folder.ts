/**
 * Writes a folder of evidence: each part as CSV and JSON, the page, the manifest and its signature. It comes to be in one
 * piece: a run that is interrupted leaves no folder that looks like evidence. Only its owner may read it, since it
 * tells of people.
 */
import { jsonText } from "@bitbucket-keycloak/output";
import { createHash, type KeyObject } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { csvHead, csvLine } from "./csv";
import {
  manifestFile,
  manifestText,
  signatureFile,
  signatureText,
  type Manifest,
  type ManifestFile,
  type ManifestPart,
} from "./manifest";
import type { Part, Row } from "./part";

export type Head = Omit<Manifest, "form" | "parts" | "files">;

/** A file besides the parts: the page, the worksheet. */
export interface Document {
  readonly name: string;
  readonly text: string;
}

/**
 * @param key signs the manifest; undefined: nobody does
 * @throws if the folder is there and not empty
 */
export function writeFolder(
  folder: string,
  head: Head,
  parts: readonly Part[],
  documents: readonly Document[],
  key: KeyObject | undefined,
): Manifest {
  const place = resolve(folder);
  if (existsSync(place) && readdirSync(place).length > 0)
    throw new Error(`found ${folder} with something in it; allowed: a folder that is not there yet (--out)`);
  mkdirSync(dirname(place), { recursive: true });
  const draft = mkdtempSync(join(dirname(place), `.${basename(place)}-`));
  try {
    const written = parts.map((part) => writePart(draft, part));
    const others = documents.map(({ name, text }) => {
      writeFileSync(join(draft, name), text, { mode: 0o600 });
      return {
        name,
        bytes: Buffer.byteLength(text),
        sha256: createHash("sha256").update(text).digest("hex"),
      };
    });
    const manifest: Manifest = {
      form: 1,
      ...head,
      parts: written.map(({ part }) => part),
      files: [...written.flatMap(({ files }) => files), ...others],
    };
    const text = manifestText(manifest);
    writeFileSync(join(draft, manifestFile), text, { mode: 0o600 });
    if (key) writeFileSync(join(draft, signatureFile), signatureText(text, key), { mode: 0o600 });
    if (existsSync(place)) rmdirSync(place);
    renameSync(draft, place);
    return manifest;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function writePart(folder: string, part: Part): { part: ManifestPart; files: ManifestFile[] } {
  const { name, title, source, says, columns, notes = [], missing } = part;
  const about = { part: name, title, says, source, notes, ...(missing !== undefined && { missing }) };
  const csv = new File(folder, `${name}.csv`);
  const json = new File(folder, `${name}.json`);
  let rows = 0;
  csv.write(csvHead(columns));
  json.write(`${jsonText(about, 2).slice(0, -2)},\n  "rows": [`);
  for (const row of part.rows) {
    csv.write(csvLine(row));
    json.write(`${rows === 0 ? "" : ","}\n    ${jsonText(objectOf(columns, row))}`);
    rows += 1;
  }
  json.write(rows === 0 ? "]\n}\n" : "\n  ]\n}\n");
  const files = [csv.end(), json.end()];
  return {
    part: {
      name,
      title,
      source,
      rows,
      files: files.map((file) => file.name),
      notes: [...notes],
      ...(missing !== undefined && { missing }),
    },
    files,
  };
}

function objectOf(columns: readonly string[], row: Row): Record<string, unknown> {
  return Object.fromEntries(
    columns.flatMap((column, at) => (row[at] === undefined ? [] : [[column, row[at]]])),
  );
}

/** Written piece by piece, since a large company has hundreds of thousands of rights. */
class File {
  private readonly handle: number;
  private readonly hash = createHash("sha256");
  private waiting: string[] = [];
  private length = 0;
  private bytes = 0;

  constructor(
    folder: string,
    private readonly name: string,
  ) {
    this.handle = openSync(join(folder, name), "wx", 0o600);
  }

  write(text: string): void {
    this.waiting.push(text);
    this.length += text.length;
    if (this.length > 1 << 20) this.flush();
  }

  end(): ManifestFile {
    this.flush();
    closeSync(this.handle);
    return { name: this.name, bytes: this.bytes, sha256: this.hash.digest("hex") };
  }

  private flush(): void {
    const bytes = Buffer.from(this.waiting.join(""));
    writeFileSync(this.handle, bytes);
    this.hash.update(bytes);
    this.bytes += bytes.length;
    [this.waiting, this.length] = [[], 0];
  }
}
