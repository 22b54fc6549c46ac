// The whole account on one axis of time; each mark leads to what it stands for.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Section, clock, counted, gravest, kindOf } from "./parts.mjs";
import { verdict } from "./result_document.mjs";

const SPANS = [[900, "15 minutes"], [3600, "hour"], [21600, "6 hours"], [86400, "24 hours"]];
const SLOTS = 40;

const lanes = (view) => [
  ["Ticks", "tick", view.invocations.shown.filter(({ is_tick }) => is_tick).map((each) => ({
    from: each.asked_at, kind: "plain", text: each.name, target: each.id,
  }))],
  ["Invocations", "invocation", view.invocations.shown.map((each) => ({
    from: each.asked_at, to: each.ended_at, kind: kindOf(verdict(each)),
    text: `${each.name}: ${verdict(each)}`, target: each.id,
  }))],
  ["Tasks", "task", view.operation_logs.shown.map((each) => ({
    from: each.started_at, to: each.ended_at, kind: kindOf(each.status),
    text: `${each.vault_name}: ${each.status}`, target: `task-${each.id}`,
  }))],
  ["Messages", "message", view.messages.shown.map((each) => ({
    from: each.time, kind: "plain", text: each.subject ?? "(no subject)",
    target: `message-${each.id}`,
  }))],
  ["Faults", "fault", view.faulty_calls.map((each) => ({
    from: each.time, kind: "bad",
    text: `${each.kind} at ${each.operation ?? "an unknown call"}`,
    target: view.faults.switches.some(({ name }) => name === each.rule) ? each.rule : "faults",
  }))],
];

/** What begins in one slot of the axis becomes one mark; the latest of it is where it leads. */
function marks(entries, begin, span, now) {
  const slots = new Map();
  for (const entry of entries) {
    const slot = Math.floor((entry.from - begin) / span * SLOTS);
    if (slot >= 0) slots.set(slot, [...(slots.get(slot) ?? []), entry]);
  }
  return [...slots].sort(([one], [other]) => one - other).map(([slot, together]) => ({
    slot, together,
    kind: gravest(together.map(({ kind }) => kind)),
    // `to` is null for what has not ended, and missing for what is only a moment.
    to: Math.max(...together.map(({ from, to }) => to === null ? now : to ?? from)),
  }));
}

function Mark({ mark, what, begin, span, goTo }) {
  const { slot, together, kind, to } = mark;
  const [latest] = together;
  const label = together.length === 1
    ? `${clock(latest.from)} ${latest.text}`
    : `${clock(latest.from)} ${counted(together.length, what)}, the latest: ${latest.text}`;
  const left = Math.min(slot, SLOTS - 1) / SLOTS * 100;
  const right = Math.min(100, (to - begin) / span * 100);
  return h("li", { style: { left: `${left}%`, width: `${Math.max(right - left, 100 / SLOTS)}%` } },
    h("a", {
      class: `mark ${kind}`, href: `#${latest.target}`, title: label, "aria-label": label,
      "data-count": together.length > 1 ? together.length : "",
      onClick: (event) => {
        event.preventDefault();
        goTo(latest.target);
      },
    }));
}

function Lane({ title, what, entries, begin, span, now, goTo }) {
  const found = marks(entries, begin, span, now);
  return h("div", { class: "lane" },
    h("h3", null, title),
    h("ol", { "aria-label": title },
      found.map((mark) => h(Mark, { key: mark.slot, mark, what, begin, span, goTo }))));
}

export function Timeline({ view, span, choose, now, goTo }) {
  // The axis moves on by whole slots, so that a mark does not flicker between two of them.
  const step = span / SLOTS;
  const begin = Math.floor(now / step) * step + step - span;
  return h(Section, { id: "timeline", title: "Timeline" },
    h("p", { class: "filter" },
      h("label", { for: "span" }, "The last"), " ",
      h("select", {
        id: "span", value: span, onChange: (event) => choose(Number(event.target.value)),
      }, SPANS.map(([seconds, text]) => h("option", { key: seconds, value: seconds }, text)))),
    lanes(view).map(([title, what, entries]) =>
      h(Lane, { key: title, title, what, entries, begin, span, now, goTo })),
    h("p", { class: "axis quiet", "aria-hidden": "true" },
      h("span", null, clock(begin)), h("span", null, clock(begin + span / 2)),
      h("span", null, "now")));
}
