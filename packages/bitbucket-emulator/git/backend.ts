/** Git itself, as the program that speaks its protocol (https://git-scm.com/docs/git-http-backend), asked as a server asks a CGI script. */
import { spawn, spawnSync } from "node:child_process";
import type { Duplex } from "node:stream";
import { basename, dirname } from "node:path";
import { parseQuestion, type ReferenceChange } from "./hooks";

export interface GitRequest {
  readonly method: string;
  /** Below the repository, such as `/info/refs`. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}

export interface GitAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export interface Judge {
  /** Why the references may not become this, a line each. Default: they may. */
  readonly before: (changes: readonly ReferenceChange[]) => readonly string[];
  /** They are this now. */
  readonly after: (changes: readonly ReferenceChange[]) => Promise<void>;
}

/** What is said wherever Git is needed and there is none. */
export const gitIsMissing =
  "found no program git on this machine; cloning, pushing and merging what has parted need it: install Debian's package git";

/** Whether there is a Git. */
export function hasGit(): boolean {
  return spawnSync("git", ["--version"], { env: gitEnvironment() }).status === 0;
}

/** The environment of every Git here: nothing of the machine's or its user's settings. */
export const gitEnvironment = () => ({
  PATH: process.env.PATH ?? "",
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
});

/** @param folder of the repository, which is there */
export async function askGit(folder: string, request: GitRequest, judge: Judge): Promise<GitAnswer> {
  const { headers } = request;
  const child = spawn("git", ["http-backend"], {
    stdio: ["pipe", "pipe", "pipe", "pipe"],
    env: {
      ...gitEnvironment(),
      GIT_PROJECT_ROOT: dirname(folder),
      GIT_HTTP_EXPORT_ALL: "1",
      PATH_INFO: `/${basename(folder)}${request.path}`,
      REQUEST_METHOD: request.method,
      QUERY_STRING: request.query,
      CONTENT_TYPE: headers.get("content-type") ?? "",
      CONTENT_LENGTH: String(request.body.length),
      HTTP_CONTENT_ENCODING: headers.get("content-encoding") ?? "",
      GIT_PROTOCOL: headers.get("git-protocol") ?? "",
    },
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (part: Buffer) => out.push(part));
  child.stderr.on("data", (part: Buffer) => err.push(part));
  const answered = answerHooks(child.stdio[3] as Duplex, judge);
  // Git does not read what it does not ask for.
  child.stdin.on("error", () => undefined);
  child.stdin.end(request.body);
  await new Promise<void>((resolve, reject) => {
    child.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      reject(new Error(code === "ENOENT" ? gitIsMissing : message));
    });
    child.once("close", () => {
      resolve();
    });
  });
  await answered();
  return parseAnswer(Buffer.concat(out), Buffer.concat(err).toString());
}

/** @returns waits until all that was asked is answered, and throws what went wrong with it */
function answerHooks(channel: Duplex, { before, after }: Judge): () => Promise<void> {
  let text = "";
  let work = Promise.resolve();
  const answer = async (question: string): Promise<void> => {
    const { when, changes } = parseQuestion(question);
    const reasons = when === "pre-receive" ? before(changes) : [];
    if (when === "post-receive") await after(changes);
    channel.write(reasons.map((reason) => `${reason}\n`).join("") + "\n");
  };
  channel.on("error", () => undefined);
  channel.on("data", (part: Buffer) => {
    text += part.toString();
    const end = text.indexOf("\n\n");
    if (end === -1) return;
    const question = text.slice(0, end);
    text = text.slice(end + 2);
    work = work
      .then(() => answer(question))
      .catch((error: unknown) => {
        channel.write("the emulator cannot judge this push\n\n");
        throw error;
      });
    // Seen by who waits for it.
    work.catch(() => undefined);
  });
  return () => work;
}

/** @throws Error with what Git says instead, if it says nothing that a server could pass on */
function parseAnswer(out: Buffer, complaint: string): GitAnswer {
  const end = out.indexOf("\r\n\r\n");
  if (end === -1) throw new Error(`git http-backend: ${complaint.trim() || "no answer"}`);
  const headers: Record<string, string> = {};
  for (const line of out.subarray(0, end).toString().split("\r\n")) {
    const [, name = "", value = ""] = /^([^:]+): *(.*)$/.exec(line) ?? [];
    headers[name.toLowerCase()] = value;
  }
  const { status = "200", ...rest } = headers;
  return { status: parseInt(status, 10), headers: rest, body: out.subarray(end + 4) };
}
