/** What evidence of a large company costs: how long it takes to write, how large its page is, and how soon it can be searched. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { entitlementsOf, readAccess, type Model } from "../../access";
import type { Facts } from "../../evidence/facts";
import { pageFile } from "../../evidence/page/page";
import { produce } from "../../evidence/produce";
import { readStack } from "../../checkout/stack";
import { launchChromium } from "../../toolchain/chromium";
import { root } from "../../toolchain/places";
import type { Bench } from "./bench";
import { accessText, type Size } from "./modelText";
import { median, rounded, table } from "./table";

const sizes: readonly Size[] = [
  { people: 250, teams: 30, repositories: 100 },
  { people: 2500, teams: 300, repositories: 1000 },
];
const runs = 5;
const asOf = new Date("2030-01-01T00:00:00Z");

export const evidenceBench: Bench = {
  name: "evidence",
  summary: "evidence of 250 and of 2,500 people: written, and searched in headless Chromium",
  quick: false,
  async run({ progress, checkpoint }) {
    const measured = [];
    for (const size of sizes) {
      checkpoint();
      measured.push(
        await progress.step(`evidence of ${size.people} people`, async () => ({
          ...size,
          ...(await measure(size)),
        })),
      );
    }
    const columns = ["evidence of", "rights", "written, s", "page, kB", "searchable, s", "a search, s"];
    const rows = measured.map((one) => [
      `${one.people} people, ${one.repositories} repositories`,
      one.rights,
      one.written,
      one.kilobytes,
      one.searchable,
      one.search,
    ]);
    return { json: { evidence: measured }, text: table(columns, rows) };
  },
};

interface Measured {
  readonly rights: number;
  /** The whole folder. */
  readonly written: number;
  readonly kilobytes: number;
  /** From the navigation until the matrix can be searched; the median of some. */
  readonly searchable: number;
  /** From a letter typed until the matrix shows what was found; the median of some. */
  readonly search: number;
}

async function measure(size: Size): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-bench-"));
  try {
    const facts = factsOf(size);
    const began = performance.now();
    const { parts } = produce(facts, join(folder, "evidence"), { madeAt: asOf }, undefined);
    const written = performance.now() - began;
    const page = join(folder, "evidence", pageFile);
    return {
      rights: parts.find(({ name }) => name === "rights")?.rows ?? 0,
      written: rounded(written / 1000, 2),
      kilobytes: Math.round(statSync(page).size / 1000),
      ...(await inBrowser(page)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function inBrowser(file: string): Promise<Pick<Measured, "searchable" | "search">> {
  const browser = await launchChromium();
  try {
    const times = [];
    for (let run = 0; run < runs; run++) {
      const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
      await page.goto(pathToFileURL(file).href);
      const searchable = await page.evaluate<number>(
        'performance.getEntriesByName("searchable")[0].startTime',
      );
      const search = await page.evaluate<number>(typed);
      times.push({ searchable, search });
      await page.close();
    }
    const inSeconds = (milliseconds: readonly number[]) => rounded(median(milliseconds) / 1000, 3);
    return {
      searchable: inSeconds(times.map((one) => one.searchable)),
      search: inSeconds(times.map((one) => one.search)),
    };
  } finally {
    await browser.close();
  }
}

/** In the page: types a name, and waits until what was found is drawn. */
const typed = `new Promise((resolve) => {
  const field = document.getElementById("find-people");
  const status = document.getElementById("matrix-status");
  const began = performance.now();
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began))))
    .observe(status, { childList: true, characterData: true, subtree: true });
  field.value = "p7";
  field.dispatchEvent(new Event("input", { bubbles: true }));
})`;

function factsOf(size: Size): Facts {
  const { settings } = readStack(root, "local", process.env);
  const access = readAccess(accessText(size), "access.yaml", settings);
  if (!access.ok) throw new Error(`the generated company is not valid: ${access.problems[0]?.found ?? ""}`);
  const model: Model = access.model;
  const nothing = { ok: false, cause: "a bench asks nobody", source: "none" } as const;
  return {
    stack: "local",
    asOf,
    since: new Date("2029-10-01T00:00:00Z"),
    model,
    settings,
    modelSource: "a generated company",
    entitlements: entitlementsOf(model, asOf),
    realm: nothing,
    ages: nothing,
    verified: nothing,
    guardrails: nothing,
    exceptions: nothing,
    drift: nothing,
    trail: nothing,
    log: nothing,
    limits: nothing,
    accounts: [],
  };
}
