/** What a server said, whatever it was: which answers are errors is for the client to say. */
import { withheld } from "./secrets";

/** Characters of an answer that an error quotes. */
const longestQuote = 300;

export class Answer {
  constructor(
    /** Address that answered, after redirects. */
    readonly url: URL,
    readonly status: number,
    readonly headers: Headers,
    readonly text: string,
    private readonly secrets: readonly string[],
  ) {}

  /** Whether the status is one of success, 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** @throws Error that names the server, and quotes nothing, where the text is no JSON */
  json(): unknown {
    const value = this.value();
    if (value !== undefined) return value;
    throw new Error(`${this.url.origin} answered ${this.status} with something that is not JSON`);
  }

  /** The text read as JSON; undefined where it is none. */
  value(): unknown {
    try {
      return JSON.parse(this.text) as unknown;
    } catch {
      return undefined;
    }
  }

  /** The beginning of the text, for an error; not a word of it where it repeats a secret of the request. */
  quoted(): string {
    return withheld(this.text, this.secrets).trim().slice(0, longestQuote);
  }
}
