/** How the status page looks, in the light and in the dark. */
export const style = `
:root {
  color-scheme: light dark;
  --ink: #1d2530; --soft: #5d6b7c; --line: #d9dfe6; --paper: #f6f8fa; --card: #fff;
  --accent: #2156c9; --good: #1a7f4b; --bad: #b42318; --wait: #9a6400;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e4e9ef; --soft: #93a1b2; --line: #2c3540; --paper: #11161c; --card: #181f27;
    --accent: #7ea6ff; --good: #5fd39a; --bad: #ff8a80; --wait: #e6b450;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; }
header, main { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.25rem; }
h1 { margin: 0; font-size: 1.6rem; letter-spacing: -0.01em; }
header p, small { color: var(--soft); }
h2 { margin: 0 0 0.6rem; font-size: 1.05rem; }
h3 { margin: 0.8rem 0 0.3rem; font-size: 0.95rem; }
section { margin: 1rem 0; padding: 1.1rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
code, pre { font: 0.87em/1.5 ui-monospace, "SF Mono", Menlo, monospace; }
pre { margin: 0; padding: 0.7rem 0.9rem; overflow-x: auto; background: var(--paper); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 0.3rem 0.8rem 0.3rem 0; text-align: left; vertical-align: top; font-weight: normal; }
tr + tr > * { border-top: 1px solid var(--line); }
th { width: 14rem; }
details { border-top: 1px solid var(--line); padding: 0.45rem 0; }
summary { cursor: pointer; }
dl { display: grid; grid-template-columns: minmax(6rem, 12rem) 1fr; gap: 0.25rem 1rem; margin: 0.6rem 0 0.4rem 1.1rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; }
  dd { margin-bottom: 0.4rem; }
  th { width: 8rem; }
}
.tag { display: inline-block; margin: 0 0.35rem 0.25rem 0; padding: 0 0.5rem; border: 1px solid var(--line); border-radius: 999px; }
.tag b, .counts b { color: var(--accent); font-weight: 600; }
.counts { display: flex; flex-wrap: wrap; gap: 0.3rem 1.4rem; margin: 0; }
pre.words { white-space: pre-wrap; overflow-wrap: anywhere; }
.SUCCESSFUL, .MERGED { color: var(--good); }
.FAILED, .ERROR, .bad { color: var(--bad); }
.PAUSED, .STOPPED, .IN_PROGRESS, .PENDING, .OPEN, .wait { color: var(--wait); }
`;
