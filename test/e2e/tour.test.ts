/**
 * `npm run tour` on a machine of its own: interrupted in every step, taken up again each time, and at its end what it promised to show
 * is what both systems hold. Minutes; so only `npm run test:exhaustive` tries it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readDone } from "../../commands/tour/record";
import { stepsAt } from "../../commands/tour/steps";
import { ended } from "./world";
import { Checkout, printed } from "./world/checkout";
import { exhaustive } from "./world/crashChain";

jest.setTimeout(900_000);

const steps = stepsAt(new Date());
const numbered = steps.map((step, index) => ({ ...step, number: index + 1 }));

(exhaustive ? describe : describe.skip)("the tour", () => {
  let checkout: Checkout;
  const done = () => readDone(join(checkout.folder, ".local/tour.json"));

  beforeAll(async () => {
    checkout = await Checkout.make();
  });
  afterAll(async () => {
    await checkout.remove();
  });

  test("without a terminal it asks for --yes, and does nothing", async () => {
    const { code, text } = await checkout.run(["tour"]);
    expect(text).toBe("error: nobody is there to say yes: add --yes, or --list to look only\n");
    expect(code).toBe(1);
    expect(done()).toEqual({});
  });

  test.each(numbered)("interrupted in step $name, it is left there", async ({ name, number, actions }) => {
    const run = checkout.start(["tour", "--yes"]);
    const outcome = ended(run);
    await printed(run, `── ${number} of ${steps.length}: `);
    await sleep(500);
    process.kill(-run.pid!, "SIGINT");
    await outcome;
    // What came before is done, each once.
    for (const before of steps.slice(0, number - 1)) expect(done()[before.name]).toBe(before.actions.length);
    expect(done()[name] ?? 0).toBeLessThan(actions.length);
  });

  test("taken up for the last time, it comes to its end", async () => {
    const { code, text } = await checkout.run(["tour", "--yes"]);
    expect(text).toContain("That was all of it.");
    expect(code).toBe(0);
    expect(done()).toEqual(Object.fromEntries(steps.map(({ name, actions }) => [name, actions.length])));
  });

  test("again, it says that all is done", async () => {
    const { code, text } = await checkout.run(["tour", "--yes"]);
    expect(text).toContain("That was all of it.");
    expect(text).not.toContain("──");
    expect(code).toBe(0);
  });

  test("the file says what was asked for, and names hana no more", () => {
    const access = readFileSync(join(checkout.folder, "access.yaml"), "utf8");
    expect(access).toContain("{ team: storefront, can: [trigger], on: PAY/payments-api, until: ");
    expect(access).toContain("runbooks: { deploys: [dev], credential: rotated }");
    expect(access).not.toContain("hana");
  });
});
