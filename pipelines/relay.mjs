/**
 * Stands between Bitbucket's webhook and the runner repository: a webhook cannot start a pipeline of another repository
 * by itself. Takes nothing from what it is sent but the number of a pull request, and only where the signature is right.
 * One file without dependencies, for Node 20 or later, wherever your company runs small services:
 *
 *   node relay.mjs
 *
 * WEBHOOK_SECRET       what the webhook of the access repository signs with
 * ACCESS_REPOSITORY    for example acme/identity, which has the webhook: "Pull request created" and "updated"
 * ACCESS_BRANCH        default: main
 * RUNNER_REPOSITORY    for example acme/identity-runner
 * BITBUCKET_EMAIL and BITBUCKET_API_TOKEN, with read:pipeline and write:pipeline: worth as much as every credential of
 *                      the runner repository, and so is this service
 * BITBUCKET_API_URL    default: https://api.bitbucket.org
 * PORT                 default: 8080; put TLS before it
 * HTTPS_PROXY, NO_PROXY  are Node's to read, with NODE_USE_ENV_PROXY=1; NODE_EXTRA_CA_CERTS names your own authority
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const events = ["pullrequest:created", "pullrequest:updated"];
/** Bytes; Bitbucket sends no more than 256 KiB. */
const longest = 512 * 1024;

/**
 * What to answer to a delivery, and the pull request to preview.
 *
 * @returns {{ status: number, pullRequest?: number }}
 */
export function judge(headers, body, settings) {
  const signature = Buffer.from(String(headers["x-hub-signature"] ?? ""));
  const expected = Buffer.from(`sha256=${createHmac("sha256", settings.secret).update(body).digest("hex")}`);
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return { status: 401 };
  if (!events.includes(headers["x-event-key"])) return { status: 204 };
  let sent;
  try {
    sent = JSON.parse(body.toString("utf8"));
  } catch {
    return { status: 400 };
  }
  const { repository, pullrequest } = sent ?? {};
  if (repository?.full_name !== settings.repository) return { status: 204 };
  if (pullrequest?.destination?.branch?.name !== settings.branch) return { status: 204 };
  return Number.isSafeInteger(pullrequest.id) && pullrequest.id > 0
    ? { status: 202, pullRequest: pullrequest.id }
    : { status: 400 };
}

/** Starts the pipeline of one pull request. */
export async function start(pullRequest, { url, runner, email, token }) {
  const response = await fetch(`${url}/2.0/repositories/${runner}/pipelines`, {
    method: "POST",
    // With the token it goes to this address alone.
    redirect: "error",
    headers: {
      authorization: `Basic ${Buffer.from(`${email}:${token}`).toString("base64")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      target: {
        type: "pipeline_ref_target",
        ref_type: "branch",
        ref_name: "main",
        selector: { type: "custom", pattern: "pull-request" },
      },
      variables: [{ key: "PULL_REQUEST", value: String(pullRequest) }],
    }),
    signal: AbortSignal.timeout(30_000),
  });
  if (response.ok) return;
  const { detail } = (await response.json().catch(() => undefined))?.error ?? {};
  const missing = (detail?.required ?? []).filter((scope) => !detail.granted?.includes(scope));
  const why =
    missing.length === 0
      ? ""
      : `: BITBUCKET_API_TOKEN lacks ${missing.join(" and ")}; make another at https://id.atlassian.com/manage-profile/security/api-tokens`;
  throw new Error(`bitbucket answered ${response.status} to the start of a pipeline of ${runner}${why}`);
}

/** @throws where a variable is missing, holds more than its value, or would not be gone by */
export function settingsFrom(env) {
  const names = [
    "WEBHOOK_SECRET",
    "ACCESS_REPOSITORY",
    "RUNNER_REPOSITORY",
    "BITBUCKET_EMAIL",
    "BITBUCKET_API_TOKEN",
  ];
  const proxy = ["HTTPS_PROXY", "https_proxy"].find((name) => env[name]);
  if (proxy !== undefined && env.NODE_USE_ENV_PROXY !== "1")
    throw new Error(
      `found ${proxy}, which Node goes by only where NODE_USE_ENV_PROXY=1 is set (Node 22.21, or 24 and later); set it, or unset ${proxy}`,
    );
  const missing = names.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`the environment lacks ${missing.join(", ")}`);
  const wrong = names.filter((name) => env[name] !== env[name].trim() || /[\r\n]/.test(env[name]));
  if (wrong.length > 0)
    throw new Error(
      `found a line break, or a blank at an end, in ${wrong.join(", ")}; allowed: one line without blanks at its ends; set it anew`,
    );
  return {
    secret: env.WEBHOOK_SECRET,
    repository: env.ACCESS_REPOSITORY,
    branch: env.ACCESS_BRANCH || "main",
    runner: env.RUNNER_REPOSITORY,
    email: env.BITBUCKET_EMAIL,
    token: env.BITBUCKET_API_TOKEN,
    url: env.BITBUCKET_API_URL || "https://api.bitbucket.org",
  };
}

export function relay(settings) {
  return createServer((request, response) => {
    const chunks = [];
    let size = 0;
    request.on("data", (chunk) => {
      size += chunk.length;
      if (size > longest) request.destroy();
      else chunks.push(chunk);
    });
    request.on("end", async () => {
      const { status, pullRequest } = judge(request.headers, Buffer.concat(chunks), settings);
      try {
        if (pullRequest !== undefined) await start(pullRequest, settings);
        response.writeHead(status).end();
        if (pullRequest !== undefined) console.log(`started the preview of pull request ${pullRequest}`);
      } catch (error) {
        // Bitbucket tries again.
        response.writeHead(502).end();
        console.error(`error: ${error.message}`);
      }
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT || 8080);
  const server = relay(settingsFrom(process.env)).listen(port, () => {
    console.log(`listening on port ${server.address().port}`);
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => server.close());
}
