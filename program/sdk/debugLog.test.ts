import * as pulumi from "@pulumi/pulumi";
import { withoutAnswer } from "./debugLog";

test("what a plugin answered is left out of the debug log, the rest stays", () => {
  const message = "RegisterResource RPC finished: resource:x; err: null, resp: urn,1234,\nsecret-value";
  expect(withoutAnswer(message)).toBe(
    "RegisterResource RPC finished: resource:x; err: null, resp: left out, it may hold secrets",
  );
  expect(withoutAnswer("nothing in it")).toBe("nothing in it");
});

test("the SDK itself logs through it", () => {
  expect(pulumi.log.debug.toString()).toContain("withoutAnswer");
});
