/**
 * The page: one file without anything outside of it. Its program and its style are built into it, and a policy lets
 * nothing else run or load, so that what is in it stays in it.
 */
import { visible, visibleLines } from "@bitbucket-keycloak/output";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { root } from "../../toolchain/places";
import type { PageData, Tile } from "./data";

export const pageFile = "index.html";

const folder = join(root, "evidence/page");

/** A whole HTML document, to be written as UTF-8. */
export function pageText(data: PageData): string {
  const script = programText();
  const style = readFileSync(join(folder, "style.css"), "utf8");
  const { head } = data;
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  // A text of the evidence that closes the element would end the data: so no "<" is left in it.
  const json = JSON.stringify(data, seen).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Who can do what at ${text(head.company)}: ${text(head.stack)}, ${head.asOf.slice(0, 10)}</title>
<style>${style}</style>
</head>
<body>
${bodyText(data)}
<script type="application/json" id="data">${json}</script>
<script>${script}</script>
</body>
</html>
`;
}

function bodyText({ head, tiles, missing, rights, targets, holders }: PageData): string {
  return `<a class="skip" href="#matrix">To the matrix</a>
<header class="masthead">
<div>
<p class="kicker">Evidence of access</p>
<h1>Who can do what at ${text(head.company)}</h1>
<p class="facts"><span>Stack <b>${text(head.stack)}</b></span><span>Environment <b>${text(head.environment)}</b></span><span>As of <b><time datetime="${head.asOf}">${momentOf(head.asOf)}</time></b></span><span>Period from <b><time datetime="${head.since}">${momentOf(head.since)}</time></b></span></p>
</div>
<div class="actions"><label for="theme">Theme</label><select id="theme"><option value="">as the system</option><option value="light">light</option><option value="dark">dark</option></select><button type="button" id="print">Print</button></div>
</header>
<nav aria-label="Contents"><ul id="contents"><li><a href="#matrix">Matrix</a></li><li><a href="#charts">At a glance</a></li><li><a href="#timeline">Timeline</a></li></ul></nav>
<main>
<noscript><p class="missing">This page needs its own program, which your browser does not run. The same is in the CSV and JSON files beside it.</p></noscript>
<ul class="tiles" aria-label="In short">${tiles.map(tileText).join("")}</ul>
${missing.length === 0 ? "" : `<div class="missing"><strong>Not complete.</strong> What could not be had:<ul>${missing.map(({ title, why }) => `<li>${text(title)}: ${text(why)}</li>`).join("")}</ul></div>`}
<section id="matrix" class="wide" aria-labelledby="matrix-title">
<h2 id="matrix-title">People and repositories<span class="count">${rights.toLocaleString("en")} rights</span></h2>
<p class="says">${holders.length.toLocaleString("en")} people and agents, ${targets.length.toLocaleString("en")} repositories. A cell shows the most that somebody can do there; open it to see why.</p>
<form class="toolbar" role="search" aria-label="Matrix">
<label>People and teams<input type="search" id="find-people" placeholder="a name, a team" autocomplete="off"></label>
<label>Repositories<input type="search" id="find-places" placeholder="a project, a repository" autocomplete="off"></label>
<label>Can<select id="capability"><option value="">anything</option></select></label>
<label>Team<select id="team"><option value="">any</option></select></label>
<label>Only<select id="only"><option value="">all rights</option><option value="privileged">privileged</option><option value="granted">granted</option><option value="implied">implied</option></select></label>
<label>Columns<select id="columns"><option value="repositories">repositories</option><option value="projects">projects</option></select></label>
<button type="button" id="clear">Clear</button>
</form>
<ul id="legend" aria-label="Legend"></ul>
<p id="matrix-status" class="status" role="status"></p>
<p class="paper-note">Too large for paper: the complete list is in rights.csv.</p>
<div id="grid" role="grid" aria-labelledby="matrix-title" aria-readonly="true"></div>
<p id="nothing-found" class="empty" hidden>Nobody has such a right.</p>
<p class="note">Source: ${text(head.source)}. Files: rights.csv, rights.json. In the matrix, arrow keys move, Enter asks why.</p>
</section>
<section id="charts" class="wide" aria-labelledby="charts-title"><h2 id="charts-title">At a glance</h2><div id="charts-list" class="charts"></div></section>
<section id="timeline" class="wide" aria-labelledby="timeline-title">
<h2 id="timeline-title">Timeline</h2>
<p class="says">What happened in the period, the latest first; times are UTC.</p>
<div id="lanes" tabindex="0" role="region" aria-label="Picture of the timeline"></div>
<div class="tools"><label for="lane">Show</label><select id="lane"><option value="">everything</option></select></div>
<ul id="events"></ul>
<button type="button" class="more" id="events-more">Show all</button>
</section>
<div id="parts"></div>
</main>
<footer>Put together on ${momentOf(head.madeAt)} UTC. Whether this is what was handed out: npm run evidence -- check, on the folder that it came in.</footer>
<dialog id="answer" aria-labelledby="answer-title"><header><button type="button" id="answer-back" hidden>Back</button><h2 id="answer-title" tabindex="-1"></h2><button type="button" id="answer-close">Close</button></header><div id="answer-content" tabindex="0" role="region" aria-labelledby="answer-title"></div></dialog>`;
}

function tileText({ value, label, tone, section }: Tile): string {
  return `<li><a class="${tone}" href="#${section}"><b>${text(value)}</b>${text(label)}</a></li>`;
}

let built: string | undefined;

/** The page's own program, in one piece. */
function programText(): string {
  if (built !== undefined) return built;
  const { outputFiles } = buildSync({
    entryPoints: [join(folder, "client", "main.ts")],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    tsconfigRaw: {},
  });
  built = (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script");
  return built;
}

function hashOf(content: string): string {
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}

function momentOf(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/** A text of the data, as the page shows it. */
function seen(_: string, value: unknown): unknown {
  return typeof value === "string" ? visibleLines(value) : value;
}

function text(value: string): string {
  const signs: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return visible(value).replace(/[&<>"]/g, (sign) => signs[sign] ?? "");
}
