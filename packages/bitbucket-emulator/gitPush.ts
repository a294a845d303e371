/**
 * What `git push` does to a repository. Git itself takes the pack in, in a folder made for it; what it then has is read
 * back. Only what the emulator can keep is taken: files of text, and commits that say nothing but who, when and why.
 */
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { deflateSync } from "node:zlib";
import type { Commit } from "./code";
import type { Repository, State } from "./entities";
import { ContractError } from "./errors";
import { hashOf, objectsOf, stored } from "./gitObjects";
import { accountOf, dateOf, rawOf } from "./signatures";

const nothing = "0".repeat(40);

/** Lets Git speak to a client, about a copy of the repository. */
export class PushFolder {
  private readonly path = mkdtempSync(join(tmpdir(), "emulator-push-"));

  /** Copies what the repository has. */
  async fill({ commits, branches, mainBranch }: Repository): Promise<this> {
    await this.git("init", "--bare", "--quiet", `--initial-branch=${mainBranch}`);
    for (const commit of commits) {
      for (const [hash, object] of objectsOf(commit)) {
        mkdirSync(join(this.path, "objects", hash.slice(0, 2)), { recursive: true });
        writeFileSync(
          join(this.path, "objects", hash.slice(0, 2), hash.slice(2)),
          deflateSync(stored(object)),
        );
      }
    }
    for (const { name, commit } of branches) {
      const file = join(this.path, "refs/heads", name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${commit}\n`);
    }
    return this;
  }

  /** What a client is told before it pushes. */
  advertisement(): Promise<Buffer> {
    return this.receive(["--advertise-refs"]);
  }

  /**
   * Takes a push in.
   *
   * @param refusals why a branch may not be pushed, by its name; `rewrite`: its history may not be replaced
   */
  async take(body: Buffer, refusals: ReadonlyMap<string, string>): Promise<Buffer> {
    const refused = [...refusals].map(([branch, why]) => `refs/heads/${branch} ${why}\n`).join("");
    writeFileSync(join(this.path, "refused"), refused);
    writeFileSync(join(this.path, "hooks", "update"), updateHook, { mode: 0o755 });
    return this.receive([], body);
  }

  /** The branches by their names, and the commits that the repository lacks, parents first. */
  async read(
    state: State,
    { commits }: Repository,
  ): Promise<{ branches: ReadonlyMap<string, string>; commits: Commit[] }> {
    const refs = await this.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/");
    const branches = refs.split("\n").flatMap((line) => {
      const [, name, hash] = /^refs\/heads\/(\S+) (\S+)$/.exec(line) ?? [];
      return name !== undefined && hash !== undefined ? [[name, hash] as const] : [];
    });
    const known = new Set(commits.map(({ hash }) => hash));
    const all = (await this.git("rev-list", "--reverse", "--topo-order", "--all")).split("\n");
    const found = [];
    for (const hash of all.filter((each) => each !== "" && !known.has(each)))
      found.push(await this.commit(state, hash));
    return { branches: new Map(branches), commits: found };
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private async commit(state: State, hash: string): Promise<Commit> {
    const text = await this.git("cat-file", "commit", hash);
    const [head = "", ...message] = text.split("\n\n");
    const fields = (name: string) =>
      [...head.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, value = ""]) => value);
    const [[author = ""], [committer = ""]] = [fields("author"), fields("committer")];
    const paths = (await this.git("ls-tree", "-r", "-z", "--name-only", hash))
      .split("\0")
      .filter((path) => path !== "");
    const files: Record<string, string> = {};
    for (const path of paths) files[path] = await this.git("cat-file", "blob", `${hash}:${path}`);
    const commit = {
      message: message.join("\n\n").replace(/\n$/, ""),
      author: accountOf(state, rawOf(author))?.uuid ?? "",
      date: dateOf(committer),
      signatures: { author, committer },
      parents: fields("parent"),
      files,
    };
    if (hashOf(commit) === hash) return { ...commit, hash };
    throw new ContractError(400, `commit ${hash}: only files of text and plain commits are emulated`);
  }

  private async git(...args: string[]): Promise<string> {
    const options = { cwd: this.path, maxBuffer: 1 << 28 };
    return (await promisify(execFile)("git", args, options)).stdout;
  }

  private receive(args: readonly string[], input: Uint8Array = Buffer.alloc(0)): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = spawn("git", ["receive-pack", "--stateless-rpc", ...args, this.path]);
      const parts: Buffer[] = [];
      child.stdout.on("data", (part: Buffer) => parts.push(part));
      child.on("error", reject);
      child.on("close", () => {
        resolve(Buffer.concat(parts));
      });
      // Git does not read what it does not ask for.
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
    });
  }
}

/** The names of the branches that a push concerns, by its own words before the pack. */
export function branchesOf(body: Buffer): { readonly name: string; readonly removes: boolean }[] {
  const found = [];
  for (let at = 0; ;) {
    const length = parseInt(body.subarray(at, at + 4).toString(), 16);
    if (!(length > 4)) return found;
    const line = body.subarray(at + 4, at + length).toString();
    const [, now, name] = /^[0-9a-f]{40} ([0-9a-f]{40}) refs\/heads\/([^\0\n]+)/.exec(line) ?? [];
    if (name !== undefined) found.push({ name, removes: now === nothing });
    at += length;
  }
}

const updateHook = `#!/bin/sh
while read -r ref why; do
  [ "$ref" = "$1" ] || continue
  if [ "$why" = rewrite ]; then
    [ "$2" = ${nothing} ] && continue
    git merge-base --is-ancestor "$2" "$3" && continue
    why="its history is protected"
  fi
  echo "Permission denied to update branch: $why" >&2
  exit 1
done < refused
`;
