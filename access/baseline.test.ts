import fc from "fast-check";
import { model as anyModel } from "./testing/anyCompany";
import { decodeBaseline, encodeBaseline, settingsSince } from "./baseline";
import { settingsFor } from "./testing/company";
import { dayOf } from "./until";
import type { Settings } from "./model";

const settings = settingsFor("dev");

test("what goes in comes out, whatever the model", () => {
  fc.assert(
    fc.property(anyModel, (model) => {
      const baseline = { model, settings, asOf: "2026-06-15", commit: "a1b2c3" };
      expect(decodeBaseline(encodeBaseline(baseline))).toEqual(baseline);
    }),
  );
});

test("one line, whatever the order of keys", () => {
  const [model] = fc.sample(anyModel, { numRuns: 1, seed: 1 });
  if (model === undefined) throw new Error("no model");
  const reversed = Object.fromEntries(Object.entries(model).reverse()) as unknown as typeof model;
  const text = encodeBaseline({ model, settings, asOf: "2026-06-15" });
  expect(encodeBaseline({ asOf: "2026-06-15", settings, model: reversed })).toBe(text);
  expect(text).toMatch(/^2\.[\w-]+$/);
});

test.each(["", "1.abc", "2.", "2.not compressed", "2.!!!"])("%j is no baseline", (text) => {
  expect(decodeBaseline(text)).toBeUndefined();
});

test("a day is that of Greenwich", () => {
  expect(dayOf(new Date("2026-11-23T23:30:00-05:00"))).toBe("2026-11-24");
});

describe("a run that goes by the baseline", () => {
  const hand = (manualRotations: number) => ({ manualRotations, revocations: 0, reason: "an exercise" });
  const since = (today: Partial<Settings>, deployed: Partial<Settings> = {}) =>
    settingsSince({ settings: { ...settings, ...deployed } }, { ...settings, ...today });

  test.each<[string, Partial<Settings>]>([
    ["another address", { keycloak: { ...settings.keycloak, url: "https://other.example" } }],
    ["keyless pipelines", { pipelines: { credential: "keyless" } }],
    ["another way to sign in", { signIn: { ...settings.signIn, kind: "saml" } }],
    ["shorter lives", { lifetimes: { ...settings.lifetimes, accessToken: 60 } }],
    ["protection", { protect: true }],
    ["a runner", { rotation: { ...settings.rotation, runner: "runner" } }],
    ["a moment that stands still", { asOf: "2026-11-23T12:00:00Z" }],
    ["rarer rotation", { rotation: { ...settings.rotation, credentials: 31_536_000 } }],
    ["a SAML key, in a realm that has none", { samlKey: { newest: 1, signing: 0, reason: "R" } }],
  ])("leaves what waits in the stack file: %s", (_, today) => {
    expect(since(today)).toEqual(settings);
  });

  test.each<[string, Partial<Settings>]>([
    ["periods", { rotation: { ...settings.rotation, credentials: 86_400, overlap: 3_600, grace: 60 } }],
    ["what somebody has rotated by hand", { rotations: { "api.dev": hand(1) } }],
  ])("takes from the stack file of today: %s", (_, today) => {
    expect(since(today)).toEqual({ ...settings, ...today });
  });

  test("keeps what was rotated by hand and has left the stack file", () => {
    const rotations = { "api.dev": hand(2), "web.dev": hand(1) };
    expect(since({ rotations: { "api.dev": hand(3) } }, { rotations }).rotations).toEqual({
      ...rotations,
      "api.dev": hand(3),
    });
  });

  test("keeps a SAML key that is there, and lets it rotate", () => {
    const signIn = { ...settings.signIn, kind: "saml" as const };
    const [first, second] = [1, 2].map((newest) => ({ newest, signing: 1, reason: "R" }));
    expect(since({ samlKey: second }, { signIn }).samlKey).toEqual(second);
    expect(since({}, { samlKey: first }).samlKey).toEqual(first);
    expect(since({ samlKey: second }, { samlKey: first }).samlKey).toEqual(second);
  });

  test("rotates no signing key sooner than what it has signed has ended", () => {
    const rotation = { ...settings.rotation, signingKeys: 3_600 };
    const lifetimes = { ...settings.lifetimes, sessionIdle: 60, session: 3_600 };
    expect(since({ rotation, lifetimes }).rotation.signingKeys).toBe(settings.lifetimes.session);
  });

  test("forgets a moment that the stack file no longer sets", () => {
    expect(since({}, { asOf: "2026-01-01T00:00:00Z" })).toEqual(settings);
  });
});
