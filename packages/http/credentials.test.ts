import { malformed } from "./credentials";

const rest =
  'allowed: one line without blanks at its ends; set it anew ("$(cat FILE)" leaves out the line break that a file ends in)';
const atAnEnd = `TOKEN has a blank or a line break at an end; ${rest}`;
const within = `TOKEN has a line break within; ${rest}`;

test.each([
  ["geheim", undefined],
  ["ge heim", undefined],
  ["ä€", undefined],
  ["", undefined],
  [undefined, undefined],
  ["geheim\n", atAnEnd],
  ["geheim\r\n", atAnEnd],
  [" geheim", atAnEnd],
  ["geheim ", atAnEnd],
  ["\ufeffgeheim", atAnEnd],
  ["\n", atAnEnd],
  ["ge\nheim", within],
  ["ge\rheim\n", within],
  ["ge\0heim", within],
])("%j: %s", (TOKEN, problem) => {
  expect(malformed({ TOKEN })).toBe(problem);
});

test("every variable is named, those that are right are not", () => {
  expect(malformed({ EMAIL: "ana@acme.example ", TOKEN: "geheim", KEY: "ge\nheim" })).toBe(
    `EMAIL has a blank or a line break at an end, KEY has a line break within; ${rest}`,
  );
});
