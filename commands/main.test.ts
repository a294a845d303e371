/** What every command looks at before it begins, and what its children inherit. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { compiled } from "../toolchain/places";

jest.setTimeout(60_000);

function run(env: NodeJS.ProcessEnv, ...words: string[]) {
  const clean = Object.entries(process.env).filter(
    ([name]) => !/_proxy$|^SSL_CERT_FILE$|^NODE_EXTRA_CA_CERTS$/i.test(name),
  );
  const args = [compiled, join(__dirname, "main.ts"), ...words];
  const options = { encoding: "utf8", env: { ...Object.fromEntries(clean), ...env } } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  return { status, stdout, stderr };
}

test("a proxy or a file that cannot be used ends a command before it begins, and all of them are said", () => {
  const env = { HTTPS_PROXY: "socks5://a:1080", NO_PROXY: "a", no_proxy: "b", SSL_CERT_FILE: "/nowhere" };
  const { status, stdout, stderr } = run(env, "local", "status");
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr.trim().split("\n")).toEqual([
    expect.stringMatching(/^error: HTTPS_PROXY: found "socks5:\/\/a:1080"/),
    expect.stringMatching(/^error: NO_PROXY and no_proxy: found two values/),
    expect.stringMatching(/^error: SSL_CERT_FILE: found \/nowhere, which cannot be read \(ENOENT\)/),
  ]);
});

test("Node's own variable of a file is looked at where the other is unset", () => {
  const { status, stderr } = run({ NODE_EXTRA_CA_CERTS: "/nowhere" }, "--help");
  expect(status).toBe(1);
  expect(stderr).toContain("error: NODE_EXTRA_CA_CERTS: found /nowhere, which cannot be read (ENOENT)");
});

test("doctor begins, and says it among the rest", () => {
  const { status, stdout } = run({ HTTPS_PROXY: "socks5://a:1080" }, "doctor", "nowhere", "--json");
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; details?: string[] }[] };
  expect(status).toBe(2);
  expect(checks.find(({ name }) => name === "network")).toMatchObject({
    state: "missing",
    details: [expect.stringMatching(/^HTTPS_PROXY: found "socks5:/)],
  });
});

test("otherwise it begins", () => {
  expect(run({ https_proxy: "http://a:3128" }, "--help")).toMatchObject({ status: 0, stderr: "" });
});
