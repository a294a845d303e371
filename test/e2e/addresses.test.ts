/**
 * Addresses are pinned: whoever merges another one into a stack file is sent nothing, by any command and by plain Pulumi.
 * The server at the new address writes down every request that reaches it.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { withSettings } from "./world";
import { SmallCompany } from "./world/smallCompany";

jest.setTimeout(400_000);

let company: SmallCompany;
let evil: Server;
let stolen: string[];
let file: string;
let good: string;

beforeAll(async () => {
  evil = createServer((request, response) => {
    stolen.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(evil, "listening");
  company = await SmallCompany.start();
  file = join(company.checkout.folder, "stacks/Pulumi.main.yaml");
  good = company.written("stacks/Pulumi.main.yaml");
  const { code, text } = await company.run("deploy", "main", "--yes");
  if (code !== 0) throw new Error(text);
});

beforeEach(() => {
  stolen = [];
});

afterEach(() => {
  writeFileSync(file, good);
});

afterAll(async () => {
  evil.close();
  await company.stop();
});

const evilUrl = () => `http://127.0.0.1:${(evil.address() as AddressInfo).port}`;
const move = (settings: Readonly<Record<string, string>>) => {
  writeFileSync(file, withSettings(good, settings));
};

describe("plain Pulumi", () => {
  test.each(["keycloak.url", "bitbucket.url"])("sends nothing to another %s", async (setting) => {
    move({ [setting]: evilUrl() });
    for (const words of [["preview"], ["up", "--yes", "--skip-preview"], ["up", "--yes", "--refresh"]]) {
      const { code, text } = await company.run("pulumi", ...words, "--stack", "main");
      expect([code, text]).not.toEqual([0, expect.anything()]);
      expect(text).toContain(`${setting}: found "${evilUrl()}"; allowed: "`);
    }
    expect(stolen).toEqual([]);
  });
});
