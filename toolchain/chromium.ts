/** Chromium without a window, for what people see: the machine's own, since a browser is not ours to download. */
import { chromium, type Browser } from "playwright-core";
import { onPath } from "./places";
import { variable } from "../access/environment";

const names = ["chromium", "chromium-browser", "google-chrome"];

/**
 * The caller closes it.
 *
 * @throws Error if the machine has none
 */
export async function launchChromium(env: NodeJS.ProcessEnv = process.env): Promise<Browser> {
  const executablePath =
    env[variable.chromium] ?? names.map((name) => onPath(name, env)).find((path) => path !== undefined);
  if (executablePath === undefined)
    throw new Error(
      `found none of ${names.join(", ")} on PATH: install Chromium ("apt-get install chromium"), or name another in ${variable.chromium}`,
    );
  const args = [
    // Root has no sandbox of Chromium's; the pages here are our own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ];
  return chromium.launch({ executablePath, args });
}
