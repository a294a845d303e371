import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportState, inWords, pulumi, up, type Engine } from "./engine";
import { EngineError } from "./errors";

/** A program in the engine's place that prints this and exits so. */
function engineThat(script: string): Engine {
  const cwd = mkdtempSync(join(tmpdir(), "engine-"));
  const command = join(cwd, "pulumi");
  writeFileSync(command, `#!/bin/sh\n${script}\n`);
  chmodSync(command, 0o755);
  return { command, cwd, env: { PATH: process.env.PATH } };
}

test.each([
  [{ create: 12, update: 3, same: 4 }, "12 created, 3 changed"],
  [{ replace: 1, delete: 2 }, "1 replaced, 2 deleted"],
  [{ same: 160 }, "nothing to change"],
])("%j in words", (changes, words) => {
  expect(inWords(changes)).toBe(words);
});

test("an update is read from its events", async () => {
  const events = [
    { resOutputsEvent: { metadata: { urn: "urn:pulumi:s::p::a:b:C::one" } } },
    { diagnosticEvent: { severity: "warning", message: "careful" } },
    { summaryEvent: { resourceChanges: { create: 1 } } },
  ];
  const done = jest.fn();
  const engine = engineThat(`cat <<'END'\n${events.map((event) => JSON.stringify(event)).join("\n")}\nEND`);
  expect(await up(engine, "local", done)).toEqual({ create: 1 });
  expect(done).toHaveBeenCalledTimes(1);
});

test("a failed update says which resource failed, and why; the debug log stays out", async () => {
  const events = [
    { diagnosticEvent: { severity: "debug", message: "hunter2" } },
    {
      diagnosticEvent: {
        severity: "error",
        urn: "urn:pulumi:s::p::x$a:b:C::one",
        message: "<{%reset%}>refused<{%reset%}>\n",
      },
    },
    {
      diagnosticEvent: {
        severity: "error",
        urn: "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s",
        message: "2 problems",
      },
    },
  ];
  const engine = engineThat(
    `cat <<'END'\n${events.map((event) => JSON.stringify(event)).join("\n")}\nEND\nexit 3`,
  );
  const failed = await up(engine, "local", () => undefined).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(EngineError);
  expect(failed).toMatchObject({ message: "a:b:C one: refused\n2 problems", exitCode: 3 });
});

test("any other command gives its output, or what it said on its error stream", async () => {
  expect(await pulumi(engineThat('echo "{}"'), ["stack", "export"])).toBe("{}\n");
  await expect(pulumi(engineThat("echo 'error: no stack named x' >&2; exit 255"), [])).rejects.toThrow(
    /^no stack named x$/,
  );
});

test.each([
  "x509: certificate signed by unknown authority",
  "x509: “keycloak.corp.test” certificate is not trusted",
])("what Go says of a certificate comes with what to do: %s", async (said) => {
  const message = `error: Get "https://keycloak.corp.test": tls: failed to verify certificate: ${said}`;
  const failed = pulumi(engineThat(`echo '${message}' >&2; exit 1`), []);
  await expect(failed).rejects.toThrow(
    /^Get .*\nwrite the certificate authority of your network, as PEM, into a file that SSL_CERT_FILE names/,
  );
});

/** As the CLI prints it, shortened. */
const page = `error: The Pulumi CLI encountered a snapshot integrity error. This is a bug!

Pulumi Version:    v3.259.0
Error:             snapshot integrity failure; refusing to use it: resource urn:pulumi:s::p::a:b:C::one's dependency urn:pulumi:s::p::a:b:C::two comes after it

Stack Trace:

goroutine 1 [running]:`;

test.each([
  ["a command", (engine: Engine) => pulumi(engine, ["preview", "--json"])],
  ["an update", (engine: Engine) => up(engine, "s", () => undefined)],
])(
  "%s on a state that is out of order says what is wrong and what mends it, without the engine's stack",
  async (_, run) => {
    await expect(run(engineThat(`cat >&2 <<'END'\n${page}\nEND\nexit 255`))).rejects.toThrow(
      /^the state of the stack is out of order, and the engine refuses it \(resource urn:pulumi:s::p::a:b:C::one's dependency urn:pulumi:s::p::a:b:C::two comes after it\): run "npm run recover -- <stack>", which mends it$/,
    );
  },
);

test.each([
  [
    "locked",
    "error: the stack is currently locked by 1 lock(s). Either wait …",
    /^the stack is currently locked/,
  ],
  ["no stack", "error: no stack named 'prod' found", /^no stack named 'prod' found$/],
  [
    "out of order",
    "A page.\nError: failed to save: snapshot integrity failure; it was already written, but is invalid: resource urn:x depends on urn:y\nmore",
    /^the state of the stack is out of order, and the engine refuses it \(resource urn:x depends on urn:y\): run "npm run recover/,
  ],
  [undefined, "error: whatever else\nmentions a lock", /^whatever else\nmentions a lock$/],
])("a failure that a command reacts to is told apart: %s", async (failure, said, message) => {
  const failed = await pulumi(engineThat(`cat >&2 <<'END'\n${said}\nEND\nexit 255`), ["preview"]).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({ failure, exitCode: 255, message: expect.stringMatching(message) as string });
});

test("a stack that there is not is named, with what shows those that there are", async () => {
  const engine = engineThat("echo \"error: no stack named 'prod' found\" >&2; exit 255");
  await expect(exportState(engine, "prod")).rejects.toThrow(
    'there is no stack prod: name one that "npm run pulumi -- stack ls" shows',
  );
});
