import { secondsOf } from "./duration";

test.each([
  ["1 second", 1],
  ["5 minutes", 300],
  ["1 hour", 3_600],
  ["10 hours", 36_000],
  ["30 days", 2_592_000],
])("%s is %d seconds", (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

test.each([
  "300",
  "5m",
  "0 minutes",
  "-1 days",
  "1.5 hours",
  "5 minutes ",
  "a day",
  "9999999 days",
  "5  minutes",
  "",
])("%j is no duration", (text) => {
  expect(secondsOf(text)).toBeUndefined();
});
