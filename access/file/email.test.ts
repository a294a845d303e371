/** Addresses as Keycloak 26.7.3 took or refused them. */
import { isEmail } from "./email";

const x = (length: number): string => "x".repeat(length);
const labels = (count: number): string => Array(count).fill("aaaaa").join(".");

test.each([
  "ana@acme.example",
  "Ana.Alvarez@ACME.example",
  "o'neil@acme.example",
  "ana+keycloak@acme.example",
  "a/b@acme.example",
  "änä@acme.example",
  "ana@müller.example",
  "李@例子.example",
  "ana@xn--mller-kva.example",
  `${x(64)}@acme.example`,
  `ana@${x(63)}.example`,
  `ana@${labels(40)}.example`,
])("%s is one", (address) => {
  expect(isEmail(address)).toBe(true);
});

test.each([
  "",
  "ana",
  "@acme.example",
  "ana@",
  "ana@acme.example ",
  "ana @acme.example",
  "ana@ben@acme.example",
  ".ana@acme.example",
  "ana.@acme.example",
  "an..a@acme.example",
  "ana@a_b.example",
  "ana@-acme.example",
  "ana@acme-.example",
  "ana@acme..example",
  `${x(65)}@acme.example`,
  `ana@${x(64)}.example`,
  // 30 letters, and more than 63 as the name system writes them.
  `ana@${String.fromCharCode(...Array.from({ length: 30 }, (_, index) => 0x4e00 + 331 * index))}.example`,
  `ana@${labels(42)}.example`,
  // Keycloak takes these; no colleague has one.
  '"an a"@acme.example',
  "ana@localhost",
  "ana@192.0.2.1",
])("%s is none", (address) => {
  expect(isEmail(address)).toBe(false);
});
