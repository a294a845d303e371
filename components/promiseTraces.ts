/**
 * Pulumi's SDK keeps, for a report of promises that were never settled, a stack trace for each of four promises of each
 * property of each resource. Written out and mapped back to TypeScript, they were nearly half of what this program
 * costs. Imported first, this leaves them empty, unless `PULUMI_DEBUG_PROMISE_LEAKS` asks for that report; traces of
 * errors, and where a resource was declared, stay as they are.
 */
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

type Track = (promise: Promise<unknown>, context?: string) => Promise<unknown>;

// The SDK's types leave out what is its own.
const sdk = debuggable as { debuggablePromise: Track };
const { debuggablePromise } = sdk;

if (!process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  sdk.debuggablePromise = (promise, context) => withoutTrace(() => debuggablePromise(promise, context));
}

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
