import * as pulumi from "@pulumi/pulumi";
import { withoutTrace } from "./promiseTraces";

class Nothing extends pulumi.ComponentResource {
  readonly made = this.urn;
}

interface Tracked {
  readonly _debugStackTrace?: string;
}

test("the SDK tracks its promises through it: none keeps a trace", async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
    call: () => ({}),
  });
  const tracked: Tracked[] = [];
  const define = jest.spyOn(Object, "defineProperty");
  try {
    new Nothing("test:index:Nothing", "nothing");
    for (const [target, key] of define.mock.calls)
      if (key === "_debugStackTrace") tracked.push(target as Tracked);
  } finally {
    define.mockRestore();
  }

  expect(tracked.length).toBeGreaterThan(0);
  for (const { _debugStackTrace } of tracked) expect(_debugStackTrace).not.toContain(" at ");
});

test("resources keep no position, which would be one in the compiled file", () => {
  const sdk = pulumi.Resource as unknown as { callsites: () => unknown[] };
  expect(sdk.callsites()).toEqual([]);
});

test("errors made afterwards say where, also when what ran has failed", () => {
  expect(withoutTrace(() => new Error("quiet").stack)).toBe("Error: quiet");
  expect(() => withoutTrace((): unknown => JSON.parse("{"))).toThrow(SyntaxError);
  expect(new Error("loud").stack).toContain("promiseTraces.test.ts");
});
