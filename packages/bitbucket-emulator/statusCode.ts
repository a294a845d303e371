/** What the status page shows of code: branches, pull requests with what was said about them, and pipelines. */
import { html } from "hono/html";
import type { Pipeline, PullRequest } from "./code";
import type { Repository, State } from "./entities";
import { branchesOf } from "./git/bare";
import { short } from "./presentCode";
import { unmetChecks } from "./rules";

type Html = ReturnType<typeof html>;
type Name = (uuid: string) => string;

/** Pull requests and pipelines that the page shows. */
const recent = 20;

/** @param name of an account by its UUID */
export function pullRequestSection(state: State, name: Name): Html {
  const all = state.repositories.flatMap((repository) =>
    repository.pullRequests.map((request) => ({ repository, request })),
  );
  const shown = all
    .sort((one, other) => other.request.updatedOn.localeCompare(one.request.updatedOn))
    .slice(0, recent);
  return html`<section>
    <h2>Recent pull requests</h2>
    ${shown.length === 0 ? html`<p><small>none yet</small></p>` : ""}
    ${shown.map(({ repository, request }) => requestDetails(repository, request, name))}
  </section>`;
}

function requestDetails(repository: Repository, request: PullRequest, name: Name): Html {
  const { id, title, state, source, destination, author, approvals, closedBy, mergeCommit } = request;
  const comments = (request.comments ?? []).filter(({ deleted }) => !deleted);
  const unmet = state === "OPEN" ? unmetChecks(repository, request) : [];
  return html`<details data-key="pull request ${repository.slug} ${id}">
    <summary>
      <code>${repository.slug} #${id}</code> ${title} <span class="${state}">${state.toLowerCase()}</span>
      <small>${source} → ${destination}, by ${name(author)}</small>
    </summary>
    <dl>
      <dt>Approved by</dt>
      <dd>${approvals.map(name).join(", ") || "nobody"}</dd>
      ${
        unmet.length === 0
          ? ""
          : html`<dt>Merge checks</dt>
              <dd class="wait">${unmet.join(", ")}</dd>`
      }
      ${
        mergeCommit === undefined
          ? ""
          : html`<dt>Merged</dt>
              <dd><code>${short(mergeCommit)}</code> by ${name(closedBy ?? "")}</dd>`
      }
    </dl>
    ${comments.map(
      ({ raw, author: by }) =>
        html`<h3>${name(by)}</h3>
          <pre class="words">${raw}</pre>`,
    )}
  </details>`;
}

/** The address to clone from, and the branches. @param url origin of the emulator */
export function codeEntries({ workspace }: State, url: string, repository: Repository): Html {
  const branches = branchesOf(repository);
  return html`<dt>Clone</dt>
    <dd><code>${url}/${workspace.slug}/${repository.slug}.git</code></dd>
    <dt>Branches</dt>
    <dd>
      ${branches.map(({ name, commit }) => html`<span class="tag">${name} <code>${short(commit)}</code></span>`)}
      ${branches.length === 0 ? "none yet" : ""}
    </dd>`;
}

/** @param name of an account by its UUID */
export function pipelineSection(state: State, name: Name): Html {
  const all = state.repositories.flatMap((repository) =>
    repository.pipelines.map((pipeline) => ({ repository, pipeline })),
  );
  const shown = all
    .sort((one, other) => other.pipeline.createdOn.localeCompare(one.pipeline.createdOn))
    .slice(0, recent);
  return html`<section>
    <h2>Recent pipelines</h2>
    ${shown.length === 0 ? html`<p><small>none yet</small></p>` : ""}
    ${shown.map(({ repository, pipeline }) => pipelineDetails(repository, pipeline, name))}
  </section>`;
}

function pipelineDetails(repository: Repository, pipeline: Pipeline, name: Name): Html {
  const { number, branch, selector, status, creator } = pipeline;
  const target = selector.type === "custom" ? `${branch}, ${selector.pattern ?? ""}` : branch;
  return html`<details data-key="pipeline ${repository.slug} ${number}">
    <summary>
      <code>${repository.slug} #${number}</code> <span class="${status}">${status.toLowerCase()}</span>
      <small>${target}, by ${name(creator)}</small>
    </summary>
    ${pipeline.steps.map(
      (step) =>
        html`<h3>${step.name} <small>${step.deployment ?? ""} ${step.status.toLowerCase()}</small></h3>
          <pre>${step.log}</pre>`,
    )}
  </details>`;
}
