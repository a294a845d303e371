/** The page of the evidence as somebody uses it: in headless Chromium, which asks nobody anything. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { acme, factsFor, asOf } from "../../evidence/testing/facts";
import { pageFile } from "../../evidence/page/page";
import { produce } from "../../evidence/produce";
import { launchChromium } from "../../toolchain/chromium";

jest.setTimeout(180_000);

let browser: Browser;
let base: string;
let address: string;
let page: Page;
let requests: string[];
let errors: string[];

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-page-"));
  // What is examined was written by people: markup in it has to stay text.
  const model = acme();
  const hostile = {
    ...model,
    people: model.people.map((person) =>
      person.username === "june" ? { ...person, name: "</script><img src=x onerror=alert(1)>" } : person,
    ),
  };
  produce(factsFor(hostile), join(base, "evidence"), { madeAt: asOf }, undefined);
  address = pathToFileURL(join(base, "evidence", pageFile)).href;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  rmSync(base, { recursive: true, force: true });
});

beforeEach(async () => {
  [requests, errors] = [[], []];
  page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: "light" });
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.goto(address);
  await page.locator("html[data-ready=all]").waitFor();
});

afterEach(async () => {
  // Nothing was asked for but the page itself, and nothing went wrong.
  expect([requests, errors]).toEqual([[address], []]);
  await page.close();
});

/** The page draws in the next frame. */
async function settles<T>(read: () => Promise<T>, expected: T): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    if (JSON.stringify(await read()) === JSON.stringify(expected)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect(await read()).toEqual(expected);
}

const status = () => page.locator("#matrix-status").textContent();
const rowNames = () => page.locator("#grid [role=rowheader] .name").allTextContents();
const cell = (name: string) => page.getByRole("gridcell", { name });

test("it can be filtered and searched", async () => {
  expect(await status()).toBe("11 people and agents, 12 repositories, 260 rights");
  await page.getByLabel("People and teams").fill("PLATFORM");
  await settles(rowNames, ["Ben Okafor", "Ivo Marin"]);
  await page.getByLabel("Can").selectOption("deploy:prod");
  await page.getByRole("searchbox", { name: "Repositories" }).fill("payments");
  await settles(status, "2 people and agents, 3 repositories, 6 rights");
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByLabel("Only").selectOption("privileged");
  await settles(rowNames, ["Ana Alvarez", "Ben Okafor", "Fatima Haddad", "Ivo Marin"]);
  await page.getByLabel("Columns").selectOption("projects");
  await settles(status, "4 people and agents, 3 projects, 22 rights");
  await page.getByLabel("People and teams").fill("nobody of that name");
  await settles(() => page.getByText("Nobody has such a right.").isVisible(), true);

  await page.getByLabel("Search guardrails").fill("redirect");
  await settles(() => page.locator("#policy tbody tr").count(), 1);
});

test("a cell says why, a name says what, a column says who, and back", async () => {
  await cell("Ben Okafor on PAY/payments-api").click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  expect(await dialog.getByRole("heading", { level: 2 }).textContent()).toBe(
    "Why Ben Okafor can administer PAY/payments-api",
  );
  const deploy = dialog.locator("section", { hasText: "deploy:prod" });
  expect(await deploy.locator(".path li").allTextContents()).toEqual([
    "ben",
    "platform",
    "PAY/payments-api",
    "admin",
  ]);
  expect(await deploy.getByText("Reason: The platform team is on call for production").count()).toBe(1);
  await page.keyboard.press("Escape");

  await page.getByRole("rowheader", { name: "Hana Sato" }).click();
  expect(await dialog.getByText("In the audit trail").count()).toBe(1);
  expect(await dialog.locator(".changes").textContent()).toContain(
    "hana was put into storefront, by pipeline",
  );
  await dialog.getByRole("button", { name: "SHOP/shop-web" }).click();
  expect(await dialog.getByRole("heading", { level: 2 }).textContent()).toBe(
    "Why Hana Sato can deploy:dev on SHOP/shop-web",
  );
  expect(await dialog.locator(".changes").textContent()).toContain(
    "approved by ana: Hana joins the storefront",
  );
  await dialog.getByRole("button", { name: "Back" }).click();
  expect(await dialog.getByRole("heading", { level: 2 }).textContent()).toBe("What Hana Sato can do");
  await dialog.getByRole("button", { name: "Close" }).click();

  await page.getByRole("columnheader", { name: "PLAT/identity" }).click();
  expect(await dialog.getByText("9 people and agents.").count()).toBe(1);
});

test("the keyboard reaches every cell", async () => {
  await cell("Ana Alvarez on PAY/payments-api").focus();
  for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "End", "Home", "ArrowRight"])
    await page.keyboard.press(key);
  const focused = () => page.evaluate<string | null>("document.activeElement.getAttribute('aria-label')");
  expect(await focused()).toMatch(/^Ben Okafor on PAY\/payments-api: administer, deploy:prod/);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  expect(await focused()).toMatch(/^Ben Okafor on PAY\/payments-api/);
});

test("what somebody wrote is text, whatever it looks like", async () => {
  expect(await rowNames()).toContain("</script><img src=x onerror=alert(1)>");
  expect(await page.locator("img").count()).toBe(0);
});

test("it is dark or light, as the system or the reader says", async () => {
  const paper = () => page.evaluate<string>("getComputedStyle(document.documentElement).backgroundColor");
  const light = await paper();
  await page.getByLabel("Theme").selectOption("dark");
  const dark = await paper();
  expect(dark).not.toBe(light);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.getByLabel("Theme").selectOption("light");
  expect(await paper()).toBe(light);
  await page.getByLabel("Theme").selectOption("");
  expect(await paper()).toBe(dark);
});

test("it prints: all rows of it, and the matrix whole", async () => {
  const pdf = join(base, "evidence.pdf");
  await page.emulateMedia({ media: "print" });
  await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true });
  expect(readFileSync(pdf).subarray(0, 5).toString()).toBe("%PDF-");
  expect(statSync(pdf).size).toBeGreaterThan(50_000);
  await page.evaluate("dispatchEvent(new Event('beforeprint'))");
  expect(await page.locator("#grid [role=row]").count()).toBe(12);
  expect(await page.locator("#policy tbody tr").count()).toBe(31);
  expect(await page.locator("nav").isVisible()).toBe(false);
});

interface Found {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

test.each(["light", "dark"])(
  "nothing keeps anybody from reading it: %s, and with an answer open",
  async (theme) => {
    const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
    const violations = async (): Promise<string[]> => {
      const { violations: found } = await page.evaluate<{ violations: Found[] }>("axe.run(document)");
      return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ""} ${nodes[0]?.failureSummary ?? ""}`);
    };
    // A check from outside: the page's own policy would not let it in as a script.
    await page.evaluate(axe);
    await page.getByLabel("Theme").selectOption(theme);
    expect(await violations()).toEqual([]);
    await cell("Ben Okafor on PAY/payments-api").click();
    expect(await violations()).toEqual([]);
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await violations()).toEqual([]);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  },
);
