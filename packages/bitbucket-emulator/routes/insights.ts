/**
 * Code Insights: reports on a commit and their annotations
 * (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-reports/). A report goes by the id that its
 * author gives it; it has at most 10 data fields and 1,000 annotations, which come 100 at a time.
 */
import { z } from "zod";
import { json } from "../body";
import { type Schema } from "../contract";
import { endpoint, noContent, ok, page, pick, repositoryOf, type Call, type Family } from "../endpoint";
import { type Repository } from "../entities";
import { ApiError } from "../errors";
import { newUuid } from "../identifiers";
import { type Annotation, type Report } from "../records";
import { commitOf } from "../commits";

const most = { fields: 10, annotationsOfCall: 100, annotationsOfReport: 1000 };

const path = "/2.0/repositories/:workspace/:repository/commit/:commit/reports";
const family: Family = "commits";
/** Writing wants no more than reading. */
const common = { family, scopes: ["read:repository:bitbucket"] as const };

const reportBody = z.strictObject({
  type: z.string().optional(),
  external_id: z.string().optional(),
  title: z.string().min(1),
  details: z.string().min(1),
  report_type: z.enum(["SECURITY", "COVERAGE", "TEST", "BUG"]),
  reporter: z.string().optional(),
  link: z.url().optional(),
  logo_url: z.url().optional(),
  remote_link_enabled: z.boolean().optional(),
  result: z.enum(["PASSED", "FAILED", "PENDING"]).optional(),
  data: z
    .array(
      z.strictObject({
        title: z.string(),
        type: z.enum(["BOOLEAN", "DATE", "DURATION", "LINK", "NUMBER", "PERCENTAGE", "TEXT"]).optional(),
        value: z.unknown(),
      }),
    )
    .max(most.fields)
    .optional(),
});

const annotationBody = z.strictObject({
  type: z.string().optional(),
  external_id: z.string().min(1),
  annotation_type: z.enum(["VULNERABILITY", "CODE_SMELL", "BUG"]),
  summary: z.string().min(1),
  details: z.string().optional(),
  path: z.string().optional(),
  line: z.number().int().nonnegative().optional(),
  severity: z.enum(["CRITICAL", "HIGH", "MEDIUM", "LOW"]).optional(),
  result: z.enum(["PASSED", "FAILED", "SKIPPED", "IGNORED"]).optional(),
  link: z.url().optional(),
});
type AnnotationBody = z.infer<typeof annotationBody>;

export const insightEndpoints = [
  endpoint({ ...common, method: "GET", path, paged: true }, (call) => {
    const { repository, hash } = commitAsked(call);
    const found = (repository.reports ?? []).filter(({ commit }) => commit === hash);
    return page(call, found, showReport);
  }),

  endpoint({ ...common, method: "PUT", path: `${path}/:report`, body: json(reportBody) }, (call) => {
    const { repository, hash } = commitAsked(call);
    const now = call.world.clock.text();
    const before = repository.reports?.find((each) => isAsked(call, hash, each));
    const externalId = before?.externalId ?? call.param("report");
    const { external_id, ...content } = call.body;
    if (external_id !== undefined && external_id !== externalId) {
      throw new ApiError(400, "external_id is not the one of the path", `${external_id}, ${externalId}`);
    }
    const known = before ?? { commit: hash, externalId, uuid: newUuid(), createdOn: now, annotations: [] };
    const report: Report = { ...known, content, updatedOn: now };
    repository.reports = [...(repository.reports ?? []).filter((each) => each !== before), report];
    return ok(showReport(report));
  }),

  endpoint({ ...common, method: "GET", path: `${path}/:report` }, (call) => ok(showReport(reportOf(call)))),

  endpoint({ ...common, method: "DELETE", path: `${path}/:report` }, (call) => {
    const { repository } = commitAsked(call);
    const gone = reportOf(call);
    repository.reports = repository.reports?.filter((each) => each !== gone) ?? [];
    return noContent();
  }),

  endpoint({ ...common, method: "GET", path: `${path}/:report/annotations`, paged: true }, (call) =>
    page(call, reportOf(call).annotations, showAnnotation),
  ),

  endpoint(
    {
      ...common,
      method: "POST",
      path: `${path}/:report/annotations`,
      body: json(z.array(annotationBody).min(1).max(most.annotationsOfCall)),
    },
    (call) => {
      const report = reportOf(call);
      const sent = annotationsOf(call, report);
      const ids = new Set(sent.map(({ externalId }) => externalId));
      const annotations = [...report.annotations.filter(({ externalId }) => !ids.has(externalId)), ...sent];
      if (annotations.length > most.annotationsOfReport) {
        throw new ApiError(400, `A report has at most ${most.annotationsOfReport} annotations.`);
      }
      report.annotations = annotations;
      return ok(sent.map(showAnnotation));
    },
  ),
];

function commitAsked(call: Call<unknown>): { readonly repository: Repository; readonly hash: string } {
  const repository = repositoryOf(call, "read");
  return { repository, hash: commitOf(repository, call.param("commit")).hash };
}

/** By its author's id or by its UUID. */
function isAsked(call: Call<unknown>, hash: string, { commit, externalId, uuid }: Report): boolean {
  const asked = call.param("report");
  return commit === hash && (externalId === asked || uuid === asked);
}

function reportOf(call: Call<unknown>): Report {
  const { repository, hash } = commitAsked(call);
  const found = (report: Report): boolean => isAsked(call, hash, report);
  return pick(repository.reports ?? [], found, `Report ${call.param("report")}`);
}

function annotationsOf(call: Call<AnnotationBody[]>, report: Report): Annotation[] {
  const now = call.world.clock.text();
  const sent = new Set(call.body.map(({ external_id }) => external_id));
  if (sent.size < call.body.length) throw new ApiError(400, "external_id: two annotations have the same");
  return call.body.map(({ external_id: externalId, ...content }) => {
    const before = report.annotations.find((each) => each.externalId === externalId);
    const { uuid, createdOn } = before ?? { uuid: newUuid(), createdOn: now };
    return { externalId, uuid, content, createdOn, updatedOn: now };
  });
}

function showReport({ content: { data, ...content }, ...report }: Report): object {
  const body: Schema<"report"> = { ...content, ...identity(report), type: "report" };
  return { ...body, ...(data === undefined ? {} : { data }) };
}

function showAnnotation({ content, ...annotation }: Annotation): Schema<"report_annotation"> {
  return { ...content, ...identity(annotation), type: "report_annotation" };
}

/** What Bitbucket adds to what the author says. */
function identity({ uuid, externalId, createdOn, updatedOn }: Omit<Annotation, "content">) {
  return { uuid, external_id: externalId, created_on: createdOn, updated_on: updatedOn };
}
