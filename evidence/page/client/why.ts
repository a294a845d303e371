/** The answers: why somebody can do something somewhere; what somebody can do; who can do something in a place. */
import type { Change, PageData } from "../data";
import type { Holder, Rights, Way } from "../decode";
import type { Column } from "../filter";
import { byId, count, day, el, moment } from "./dom";
import { letterOf, levelName } from "./marks";

/** More lines than a person reads. */
const most = 300;

export class Answers {
  private readonly dialog = byId("answer", HTMLDialogElement);
  private readonly title = byId("answer-title");
  private readonly content = byId("answer-content");
  private readonly back = byId("answer-back", HTMLButtonElement);
  /** What was shown before, the latest last. */
  private readonly shown: (() => void)[] = [];

  constructor(
    private readonly rights: Rights,
    private readonly data: PageData,
  ) {
    byId("answer-close").addEventListener("click", () => {
      this.dialog.close();
    });
    this.back.addEventListener("click", () => {
      this.shown.pop();
      this.shown.at(-1)?.();
      this.back.hidden = this.shown.length < 2;
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => {
      this.shown.length = 0;
    });
  }

  why(holder: Holder, column: Column): void {
    if (column.length === 1) {
      this.open(() => {
        this.cell(holder, column.first);
      });
      return;
    }
    this.open(() => {
      const places = range(column).filter((target) => this.rights.at(holder.index, target) !== 0);
      this.fill(
        `What ${holder.name || holder.who} can do in ${column.project}`,
        this.places(holder, places, column.length),
      );
    });
  }

  about(holder: Holder): void {
    this.open(() => {
      const all = this.rights.targets.map((_, target) => target);
      const places = all.filter((target) => this.rights.at(holder.index, target) !== 0);
      const facts = [
        holder.kind === "person" ? `User name ${holder.who}` : `A ${holder.kind}`,
        holder.teams.length > 0
          ? `in ${holder.teams.join(", ")}`
          : holder.kind === "person"
            ? "in no team"
            : "",
        holder.account === 2 ? "disabled in Keycloak" : "",
      ];
      this.fill(
        `What ${holder.name || holder.who} can do`,
        el("p", { class: "lead" }, `${facts.filter(Boolean).join(", ")}.`),
        this.places(holder, places, all.length),
        this.trail(this.changesOf(holder)),
      );
    });
  }

  place(column: Column): void {
    this.open(() => {
      const places = range(column);
      const bitsOf = (holder: Holder) =>
        places.reduce((bits, target) => bits | this.rights.at(holder.index, target), 0);
      const rows = this.rights.holders
        .map((holder) => ({ holder, bits: bitsOf(holder) }))
        .filter(({ bits }) => bits !== 0)
        .sort((a, b) => this.rights.level(b.bits) - this.rights.level(a.bits));
      const lines = rows.slice(0, most).map(({ holder, bits }) =>
        this.line(bits, holder.name || holder.who, () => {
          this.why(holder, column);
        }),
      );
      const name = column.length === 1 ? (this.rights.targets[column.first] ?? "") : column.project;
      this.fill(
        `Who can do something on ${name}`,
        el("p", { class: "lead" }, count(rows.length, "person or agent", "people and agents"), "."),
        el("ul", { class: "lines" }, ...lines),
        ...(rows.length > most ? [el("p", {}, `${rows.length - most} more are in rights.csv.`)] : []),
      );
    });
  }

  private cell(holder: Holder, target: number): void {
    const name = this.rights.targets[target] ?? "";
    const ways = this.rights.ways(holder, target);
    const who = holder.name || holder.who;
    if (ways.length === 0) {
      this.fill(
        `${who} can do nothing on ${name}`,
        el("p", { class: "lead" }, "No grant reaches them there."),
      );
      return;
    }
    const capabilities = [...new Set(ways.map(({ capability }) => capability))];
    this.fill(
      `Why ${who} can ${capabilities[0] ?? ""} ${/^(administer|read)$/.test(capabilities[0] ?? "") ? "" : "on "}${name}`,
      ...capabilities.map((capability) => this.capability(capability, ways)),
      this.trail(this.changesOf(holder, name, ways)),
    );
  }

  private capability(capability: string, ways: readonly Way[]): HTMLElement {
    const own = ways.filter((way) => way.capability === capability);
    const [best] = own;
    return el(
      "section",
      { class: "capability" },
      el(
        "h3",
        {},
        capability,
        el(
          "span",
          { class: `badge ${best?.granted ? "granted" : "implied"}` },
          best?.granted ? "granted" : "implied",
        ),
        best?.privileged ? el("span", { class: "badge privileged" }, "privileged") : undefined,
      ),
      ...own.map((way) =>
        el(
          "div",
          { class: "way" },
          el(
            "ol",
            { class: "path", "aria-label": "by this path" },
            ...way.path.map((step) => el("li", {}, el("span", {}, step))),
          ),
          way.reason === undefined ? undefined : el("p", {}, `Reason: ${way.reason}`),
          way.until === undefined ? undefined : el("p", {}, `Until ${day(way.until)}`),
        ),
      ),
    );
  }

  private places(holder: Holder, places: readonly number[], of: number): HTMLElement {
    const lines = places.slice(0, most).map((target) =>
      this.line(this.rights.at(holder.index, target), this.rights.targets[target] ?? "", () => {
        this.open(() => {
          this.cell(holder, target);
        });
      }),
    );
    return el(
      "div",
      {},
      el(
        "p",
        { class: "lead" },
        `Something on ${places.length.toLocaleString("en")} of ${count(of, "repository", "repositories")}.`,
      ),
      el("ul", { class: "lines" }, ...lines),
      places.length > most ? el("p", {}, `${places.length - most} more are in rights.csv.`) : undefined,
    );
  }

  private line(bits: number, label: string, open: () => void): HTMLElement {
    const level = this.rights.level(bits);
    const button = el(
      "button",
      { type: "button" },
      el("span", { class: `mark ${levelName(level)}`, "aria-hidden": true }, letterOf(level)),
      el("span", { class: "label" }, label),
      el("span", { class: "can" }, this.rights.namesOf(bits).reverse().join(", ")),
    );
    button.addEventListener("click", open);
    return el("li", {}, button);
  }

  /** Changes of the trail that made somebody's rights what they are: theirs, and those of the teams on the way. */
  private changesOf(holder: Holder, target?: string, ways: readonly Way[] = []): Change[] {
    const onWay = new Set(ways.flatMap(({ path }) => path));
    const about = (change: Change): boolean =>
      change.about === `${holder.kind} ${holder.who}` ||
      (target === undefined
        ? holder.teams.some((team) => change.about === `team ${team}`)
        : onWay.has(change.about.replace(/^\w+ /, "")));
    return this.data.changes.filter(
      (change) =>
        about(change) &&
        (target === undefined || change.targets === undefined || change.targets.includes(target)),
    );
  }

  private trail(changes: readonly Change[]): HTMLElement | undefined {
    if (changes.length === 0) return undefined;
    return el(
      "section",
      { class: "capability" },
      el("h3", {}, "In the audit trail"),
      el(
        "ul",
        { class: "changes" },
        ...changes
          .slice(-20)
          .map(({ at, by, approvedBy, why, does }) =>
            el(
              "li",
              {},
              el("time", { datetime: at }, moment(at)),
              ` ${does}, by ${by}${approvedBy === "" ? "" : `, approved by ${approvedBy}`}${why === "" ? "" : `: ${why}`}`,
            ),
          ),
      ),
    );
  }

  private open(show: () => void): void {
    this.shown.push(show);
    show();
    this.back.hidden = this.shown.length < 2;
    if (!this.dialog.open) this.dialog.showModal();
    this.title.focus();
  }

  private fill(title: string, ...content: (HTMLElement | undefined)[]): void {
    this.title.textContent = title;
    this.content.replaceChildren(...content.filter((one) => one !== undefined));
    this.content.scrollTop = 0;
  }
}

function range({ first, length }: Column): number[] {
  return Array.from({ length }, (_, index) => first + index);
}
