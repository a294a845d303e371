/**
 * Refusals. An `ApiError` is what Bitbucket itself would answer; a `ContractError` says that the request is
 * none that its contract knows. The real Bitbucket lets many of those pass; here they are loud and go into
 * the log as `strict`, because a client that relies on them is wrong and would not be noticed otherwise.
 */
import { type ErrorBody } from "./contract";

type Status = 301 | 400 | 401 | 402 | 403 | 404 | 405 | 409 | 410 | 415 | 429;

export class ApiError extends Error {
  constructor(
    readonly status: Status,
    message: string,
    readonly detail?: ErrorBody["error"]["detail"],
  ) {
    super(message);
  }

  get body(): ErrorBody {
    return {
      type: "error",
      error: { message: this.message, ...(this.detail === undefined ? {} : { detail: this.detail }) },
    };
  }
}

/** The object has another address now; the old one leads to it. */
export class Moved extends ApiError {
  constructor(readonly location: string) {
    super(301, "Moved Permanently");
  }
}

export class ContractError extends ApiError {
  /** @param message what the contract does not know, in few words */
  constructor(status: 400 | 404 | 405 | 415, message: string) {
    super(status, message, "not in Bitbucket's contract");
  }
}
