/**
 * Pulumi's SDK takes many stack traces that nobody reads, and writes them out. Imported first, this leaves them empty;
 * traces of errors stay as they are. One is kept for each of four promises of each property of each resource, for a
 * report of promises that were never settled: nearly half of what this program cost (`PULUMI_DEBUG_PROMISE_LEAKS` asks
 * for that report). One says where each resource was declared, which is a line of the compiled file here, and would be
 * written into every checkpoint.
 */
import * as pulumi from "@pulumi/pulumi";
// The module itself: a namespace of `import` may be a copy.
import debuggable = require("@pulumi/pulumi/runtime/debuggable");

type Track = (promise: Promise<unknown>, context?: string) => Promise<unknown>;

// The SDK's types leave out what is its own.
const sdk = debuggable as { debuggablePromise: Track };
const { debuggablePromise } = sdk;

if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  sdk.debuggablePromise = (promise, context) => withoutTrace(() => debuggablePromise(promise, context));
}

Object.assign(pulumi.Resource, { callsites: (): [] => [] });

/** What this runs makes errors that say nothing of where they were made. */
export function withoutTrace<T>(run: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
