/** A certificate authority of a test's own, and certificates that it signs. Needs `openssl`. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Authority {
  /** Its own certificate, as PEM. */
  readonly file: string;
  /** For a server that is called by these names. */
  sign(...names: string[]): { readonly key: Buffer; readonly cert: Buffer };
  remove(): void;
}

const key = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split(" ");

export function makeAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
  const own = ["-x509", "-days", "2", "-subj", "/CN=A company's own authority"];
  openssl(
    ...key,
    ...own,
    "-addext",
    "keyUsage=critical,keyCertSign",
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
  );
  return {
    file: at("ca.pem"),
    sign: (...names) => {
      writeFileSync(at("names"), `subjectAltName=${names.map((name) => `DNS:${name}`).join(",")}`);
      openssl(...key, "-subj", "/CN=server", "-keyout", at("key"), "-out", at("request"));
      const by = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2"];
      openssl("x509", "-req", "-in", at("request"), ...by, "-extfile", at("names"), "-out", at("cert"));
      return { key: readFileSync(at("key")), cert: readFileSync(at("cert")) };
    },
    remove: () => {
      rmSync(folder, { recursive: true });
    },
  };
}
