import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { headOf, signatureProblem, type Head } from "./head";

const { privateKey } = generateKeyPairSync("ed25519");
const trusted: readonly KeyObject[] = [createPublicKey(privateKey)];
const plain = { count: 3, bytes: 1200, hash: "a".repeat(64), at: "2026-11-25T12:00:00.000Z" };
const head = headOf(plain, privateKey);
const other = headOf({ ...plain, count: 4 }, privateKey);
const stranger = headOf(plain, generateKeyPairSync("ed25519").privateKey);

test("a signed head proves itself", () => {
  expect(signatureProblem(head, trusted)).toBeUndefined();
  expect(signatureProblem(head, [])).toBeUndefined();
});

/** Each field but the form, which has one value only, with another value. */
const changes: { readonly [Field in keyof Required<Omit<Head, "form">>]: Head[Field] } = {
  count: 2,
  bytes: 1199,
  hash: "b".repeat(64),
  at: "2026-11-25T12:00:01.000Z",
  key: stranger.key,
  signature: other.signature,
};

test.each(Object.entries(changes))("a head whose %s was changed to %j is found out", (field, value) => {
  const changed = { ...head, [field]: value };
  expect(signatureProblem(changed, [])).toBe("the signature of the head is wrong");
  expect(signatureProblem(changed, trusted)).toMatch(
    field === "key"
      ? /^the head is signed by the key \w{16}, not by \w{16}$/
      : /^the signature of the head is wrong$/,
  );
});

test("two fields cannot change places under one signature", () => {
  const swapped = { ...head, count: head.bytes, bytes: head.count };
  expect(signatureProblem(swapped, trusted)).toBe("the signature of the head is wrong");
});

test.each(["key", "signature"])("a head without its %s is not signed", (field) => {
  expect(signatureProblem({ ...head, [field]: undefined }, trusted)).toBe(
    "the head is not signed, though a key is known",
  );
});
