/** The file of an authority: what is wrong with it is said beforehand, and by a request where nobody asked beforehand. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connected, networkProblems } from "./connections";
import type { Environment } from "./network";
import { type Authority, makeAuthority } from "./testing/authority";

let authority: Authority;

beforeAll(() => {
  authority = makeAuthority();
});
afterAll(() => {
  authority.remove();
});

async function expectRefusal(env: Environment, said: string): Promise<void> {
  const problems = networkProblems({ ...env, HTTPS_PROXY: "socks5://a" });
  expect(problems).toEqual([expect.stringMatching(/^HTTPS_PROXY/), said]);
  await expect(connected(new URL("https://keycloak.corp.test"), env)).rejects.toThrow(said);
}

test.each(["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"])("a file of %s that is none", async (name) => {
  await expectRefusal(
    { [name]: "/nowhere/ca.pem" },
    `${name}: found /nowhere/ca.pem, which cannot be read (ENOENT); name a file of certificates as PEM, or unset it`,
  );
  const other = join(__dirname, "package.json");
  await expectRefusal(
    { [name]: other },
    `${name}: found ${other}, which holds no certificate as PEM; name a file that begins with -----BEGIN CERTIFICATE-----, or unset it`,
  );
  expect(networkProblems({ [name]: authority.file })).toEqual([]);
});

test.each<[string, (pem: string) => string]>([
  ["a damaged body", (pem) => pem.replace(/\n.{12}/, "\nAAAAAAAAAAAA")],
  ["characters of no body", (pem) => pem.replace(/\n.{12}/, "\n****")],
  ["no end", (pem) => pem.replace(/-----END[^]*/, "")],
])("a certificate with %s", async (_, damaged) => {
  const pem = readFileSync(authority.file, "utf8");
  const file = `${authority.file}.damaged`;
  writeFileSync(file, `${pem}${damaged(pem)}`);
  await expectRefusal(
    { SSL_CERT_FILE: file },
    `SSL_CERT_FILE: found ${file}, whose certificate 2 of 2 is damaged; export it anew as PEM, or unset it`,
  );
});

test("several certificates with words between them", () => {
  const pem = readFileSync(authority.file, "utf8");
  const file = `${authority.file}.several`;
  writeFileSync(file, `A company's\n${pem.replaceAll("\n", "\r\n")}and\n${pem}`);
  expect(networkProblems({ SSL_CERT_FILE: file })).toEqual([]);
});

test("where both variables name a file, that of SSL_CERT_FILE counts", () => {
  expect(networkProblems({ SSL_CERT_FILE: authority.file, NODE_EXTRA_CA_CERTS: "/nowhere" })).toEqual([]);
});
