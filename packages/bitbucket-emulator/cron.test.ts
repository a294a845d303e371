import { cronProblem } from "./cron";

test.each([
  "0 0 12 * * ? *",
  "0 30 3 ? * MON-FRI *",
  "0 0/15 8-18 ? * 2,4,6 2026-2030",
  "0 0 0 L * ? *",
  "0 0 0 15W JAN,JUL ? *",
  "0 0 6 ? * FRI#2 *",
  "0 0 6 ? * 6L *",
  "0 0 6 1/5 * ? *",
])("%s is one", (text) => {
  expect(cronProblem(text)).toBeUndefined();
});

const expected = "expected 7: seconds, minutes, hours, day of month, month, day of week, year";
const days = "exactly one of day of month and day of week must be ?";

test.each([
  ["0 12 * * *", `5 fields, ${expected}`],
  ["", `1 fields, ${expected}`],
  ["60 0 12 * * ? *", "seconds: 60 is not understood"],
  ["0 0 24 * * ? *", "hours: 24 is not understood"],
  ["0 0 12 0 * ? *", "day of month: 0 is not understood"],
  ["0 0 12 * FEBRUARY ? *", "month: FEBRUARY is not understood"],
  ["0 0 12 ? * 8 *", "day of week: 8 is not understood"],
  ["0 0 12 ? * 2#6 *", "day of week: 2#6 is not understood"],
  ["0 0 12 * * ? 1969", "year: 1969 is not understood"],
  ["0 0/0 12 * * ? *", "minutes: 0/0 is not understood"],
  ["0 0 1-2-3 * * ? *", "hours: 1-2-3 is not understood"],
  ["0 0 12 * * * *", days],
  ["0 0 12 ? * ? *", days],
])("%s is none: %s", (text, problem) => {
  expect(cronProblem(text)).toBe(problem);
});
