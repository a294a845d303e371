/**
 * A file backend as Pulumi is told of it, and the folder that Pulumi takes it for: it makes a relative path whole by the
 * folder as it is, reads the whole as an address, and so takes `feature%2Fx` for `feature/x`, where another checkout may
 * have its state.
 *
 * https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/backend.go (massageBlobPath)
 */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

const scheme = "file://";
/** What means something else in an address. */
// eslint-disable-next-line no-control-regex -- an address holds none
const special = /[%#?\u0000-\u001f\u007f]/;

/**
 * The address of exactly this folder. Without `metadata=skip` each state file has a second one beside it, which is not
 * written in one piece: an engine killed at that moment leaves a stack that nobody can read ("EOF").
 *
 * https://pkg.go.dev/gocloud.dev/blob/fileblob
 *
 * @param folder a whole path
 */
export function stateUrl(folder: string): string {
  return `${scheme}${folder.replace(new RegExp(special, "g"), encodeURIComponent)}?metadata=skip`;
}

/**
 * The folder of a file backend, as Pulumi finds it (which asks the system for the home, not `HOME`).
 *
 * @param cwd what a relative `file://./folder` starts from
 * @returns undefined for a backend of another kind, and for an address that Pulumi cannot read
 */
export function folderOf(backend: string, cwd: string, home = userInfo().homedir): string | undefined {
  const path = pathOf(backend, cwd, home);
  return path === undefined ? undefined : taken(path);
}

/**
 * Refuses a file backend that is written as a path, where Pulumi takes this path for another folder.
 *
 * @throws Error that names both, and the address to write
 */
export function refuseMisread(backend: string, cwd: string, home = userInfo().homedir): void {
  const path = pathOf(backend, cwd, home);
  if (path === undefined || taken(path) === path) return;
  const written = backend.slice(scheme.length);
  const base = written.startsWith("~") ? home : cwd;
  const isMeant = existsSync(path) || (!isAbsolute(written) && special.test(base));
  if (!isMeant) return;
  throw new Error(
    `PULUMI_BACKEND_URL, or pulumi login: found ${backend}, which means ${path}, and which Pulumi takes for ${taken(path) ?? "no folder at all"}; write ${stateUrl(path)}, or move the checkout to a path without %, # and ?`,
  );
}

/** The path as it is written, whole; undefined for a backend of another kind. */
function pathOf(backend: string, cwd: string, home: string): string | undefined {
  if (!backend.startsWith(scheme)) return undefined;
  const [path = ""] = backend.slice(scheme.length).split("?");
  return path.startsWith("~") ? join(home, path.slice(2)) : resolve(cwd, path);
}

/** The folder that a path is taken for, read as an address. */
function taken(path: string): string | undefined {
  try {
    return decodeURIComponent(path.replace(/[?#].*$/s, ""));
  } catch {
    return undefined;
  }
}
