/**
 * What a person sees of the emulator: one page, rendered on the server, that asks nothing of anybody else.
 * Everything is escaped by the template; the value of a secured variable is not even passed to it.
 */
import { html, raw } from "hono/html";
import {
  type Environment,
  type Grants,
  type Project,
  type Repository,
  type Restriction,
  type State,
} from "./entities";
import { type DeployKey, type Hook, type Schedule, type Variable } from "./records";
import { type RequestLog } from "./requestLog";
import { codeEntries, pipelineSection, pullRequestSection } from "./statusCode";
import { script } from "./statusScript";
import { style } from "./statusStyle";

type Html = ReturnType<typeof html>;

/**
 * HTML, as of now and kept so by a script: requests, pull requests, pipelines, groups, projects, variables.
 *
 * @param url origin that it is reached at
 */
export function statusPage(state: State, log: RequestLog, url: string): Html {
  const { workspace } = state;
  const name = (uuid: string): string => nameOf(state, uuid);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${workspace.name} · Bitbucket emulator</title>
        <style>
          ${raw(style)}
        </style>
        <script>
          ${raw(script)};
        </script>
      </head>
      <body>
        <header>
          <h1>${workspace.name}</h1>
          <p>
            Bitbucket Cloud emulator · workspace <code>${workspace.slug}</code> · ${workspace.plan} plan ·
            ${state.projects.length} projects · ${state.repositories.length} repositories
          </p>
        </header>
        <main>
          ${requests(log)} ${pullRequestSection(state, name)} ${pipelineSection(state, name)} ${groups(state)}
          ${state.projects.map((project) => projectSection(state, project, url))}
          ${variableSection(state.variables)}
        </main>
      </body>
    </html>`;
}

function requests(log: RequestLog): Html {
  const strict = log.strict().length;
  return html`<section>
    <h2>Requests</h2>
    <p class="counts">
      ${log.counts().map(([family, count]) => html`<span><b>${count}</b> ${family}</span>`)}
      ${log.counts().length === 0 ? "none yet" : ""}
    </p>
    ${strict > 0 ? html`<p class="bad">${strict} outside Bitbucket's contract</p>` : ""}
  </section>`;
}

function groups(state: State): Html {
  return html`<section>
    <h2>Groups</h2>
    <table>
      ${state.groups.map(
        (group) =>
          html`<tr>
            <th><code>${group.slug}</code></th>
            <td>${group.members.map((uuid) => nameOf(state, uuid)).join(", ") || "nobody"}</td>
          </tr>`,
      )}
    </table>
  </section>`;
}

function projectSection(state: State, project: Project, url: string): Html {
  const repositories = state.repositories.filter((repository) => repository.project === project.key);
  return html`<section>
    <h2>${project.name} <code>${project.key}</code></h2>
    <p>${grantList(state, project.grants)}</p>
    ${repositories.map((repository) => repositoryDetails(state, repository, url))}
  </section>`;
}

function repositoryDetails(state: State, repository: Repository, url: string): Html {
  const { restrictions, environments, variables } = repository;
  const counts = `${restrictions.length} restrictions, ${environments.length} environments`;
  return html`<details data-key="repository ${repository.slug}">
    <summary><code>${repository.slug}</code> <small>${counts}</small></summary>
    <dl>
      ${codeEntries(state, url, repository)}
      <dt>Permissions</dt>
      <dd>${grantList(state, repository.grants)}</dd>
      ${restrictions.map((each) => restrictionEntry(state, each))}
      ${environments.map((each) => environmentEntry(each))}
      ${
        variables.length === 0
          ? ""
          : html`<dt>Variables</dt>
              <dd>${variables.map(variableLine)}</dd>`
      }
      ${(repository.schedules ?? []).map(scheduleEntry)} ${(repository.hooks ?? []).map(hookEntry)}
      ${(repository.deployKeys ?? []).map(deployKeyEntry)}
    </dl>
  </details>`;
}

function grantList(state: State, grants: Grants<string>): Html {
  const lines = [
    ...grants.groups.map(({ holder, permission }) => [holder, permission]),
    ...grants.users.map(({ holder, permission }) => [nameOf(state, holder), permission]),
  ];
  if (lines.length === 0) return html`<small>no explicit permissions</small>`;
  return html`${lines.map(([holder, permission]) => html`<span class="tag">${holder} <b>${permission}</b></span>`)}`;
}

function restrictionEntry(state: State, restriction: Restriction): Html {
  const { match, kind, value } = restriction;
  const spared = [...restriction.groups, ...restriction.users.map((uuid) => nameOf(state, uuid))];
  const takesHolders = kind === "push" || kind === "restrict_merges";
  return html`<dt>${match.kind === "glob" ? match.pattern : match.type}</dt>
    <dd>
      ${kind}${value === undefined ? "" : ` ${value}`}
      ${takesHolders ? html`<span class="tag">${spared.join(", ") || "nobody"}</span>` : ""}
    </dd>`;
}

function environmentEntry(environment: Environment): Html {
  return html`<dt>${environment.name}</dt>
    <dd>
      ${environment.type}${environment.adminOnly ? ", administrators only" : ""}
      ${environment.variables.map(variableLine)}
    </dd>`;
}

function scheduleEntry({ cron, branch, selector, enabled }: Schedule): Html {
  const what = selector.type === "default" ? branch : `${branch}, ${selector.pattern ?? selector.type}`;
  return html`<dt>Schedule</dt>
    <dd><code>${cron}</code> ${what}${enabled ? "" : " (off)"}</dd>`;
}

/** Without the path of its address, which is often a secret of its own. */
function hookEntry({ url, events, active }: Hook): Html {
  return html`<dt>Webhook</dt>
    <dd>${new URL(url).host} <small>${events.join(", ")}${active ? "" : " (off)"}</small></dd>`;
}

function deployKeyEntry({ label, comment, key }: DeployKey): Html {
  return html`<dt>Deploy key</dt>
    <dd>${label || comment || key.slice(0, 24)}</dd>`;
}

function variableLine({ key, value, secured }: Variable): Html {
  return html`<div><code>${key}</code> ${secured ? html`<i>secured</i>` : value}</div>`;
}

function variableSection(variables: readonly Variable[]): Html | string {
  if (variables.length === 0) return "";
  return html`<section>
    <h2>Workspace variables</h2>
    ${variables.map(variableLine)}
  </section>`;
}

function nameOf(state: State, uuid: string): string {
  return state.accounts.find((account) => account.uuid === uuid)?.name ?? uuid;
}
