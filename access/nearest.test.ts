import { nearest } from "./nearest";

test.each([
  ["chn", ["ana", "ben", "chen"], "chen"],
  ["bne", ["ana", "ben"], "ben"],
  ["paymnets-leads", ["payments", "payments-leads"], "payments-leads"],
  ["pay", ["PAY", "SHOP"], "PAY"],
  ["cen", ["ben", "cem"], "cem"],
  ["emil", ["ana", "ben"], undefined],
  ["", ["a"], "a"],
  ["storefront", [], undefined],
])("%j among %j is %j", (word, names, meant) => {
  expect(nearest(word, names)).toBe(meant);
});
