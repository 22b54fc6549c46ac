// Small parts that several sections are made of.

import { h } from "./vendor/preact-11.2.0.mjs";

/** What a status means to a person: its colour, and a sign for those who do not see colours. */
const KINDS = {
  good: "\u2713",
  busy: "\u2026",
  bad: "\u2717",
  plain: "\u00b7",
};

const KIND_OF = {
  success: "good", returned: "good", started: "good", available: "good",
  already_done: "good", already_running: "busy",
  waiting: "busy", running: "busy", deferred: "busy",
  failed: "bad", timeout: "bad", raised: "bad", not_started: "bad", rejected: "bad", discarded: "bad",
  error: "bad", frozen: "bad",
};

export const words = (name) => name.replaceAll("_", " ");

export function Badge({ status, text }) {
  const kind = KIND_OF[status] ?? "plain";
  return h("span", { class: `badge ${kind}` },
    h("span", { "aria-hidden": "true" }, KINDS[kind]), " ", text ?? words(status));
}

export function Section({ id, title, note, children }) {
  return h("section", { id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title, note ? h("small", null, ` ${note}`) : null),
    children);
}

export const Nothing = ({ children }) => h("p", { class: "nothing" }, children);

/** Say how many are not shown. */
export const More = ({ list }) =>
  list.total > list.shown.length
    ? h("p", { class: "nothing" }, `The latest ${list.shown.length} of ${list.total} are shown.`)
    : null;

const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

function duration(seconds) {
  for (const [size, unit] of UNITS) {
    if (seconds >= size) return `${Math.floor(seconds / size)} ${unit}`;
  }
  return "0 s";
}

/** A moment as its age; the time itself is in the tooltip and for machines. */
export function Age({ time, now }) {
  const moment = new Date(time * 1000);
  const seconds = now - time;
  const text = seconds < 1 ? "just now" : `${duration(seconds)} ago`;
  return h("time", { datetime: moment.toISOString(), title: moment.toLocaleString() }, text);
}

export const Clock = ({ time }) => {
  const moment = new Date(time * 1000);
  return h("time", { datetime: moment.toISOString(), title: moment.toLocaleString() },
    moment.toLocaleTimeString([], { hour12: false }));
};

/** A heading that opens and closes what belongs to it; who uses it knows whether it is open. */
export function Foldable({ id, isOpen, onToggle, heading, children }) {
  const toggle = (event) => {
    event.preventDefault();
    onToggle(!isOpen);
  };
  return h("details", { id, open: isOpen },
    h("summary", { onClick: toggle }, heading),
    isOpen ? h("div", { class: "folded" }, children) : null);
}

/** A table that becomes a list of cards on a narrow screen; its roles stay. */
export function Table({ label, columns, rows }) {
  return h("table", { role: "table", "aria-label": label },
    h("thead", { role: "rowgroup" },
      h("tr", { role: "row" },
        columns.map((name) => h("th", { key: name, role: "columnheader", scope: "col" }, name)))),
    h("tbody", { role: "rowgroup" },
      rows.map(({ key, cells }) =>
        h("tr", { key, role: "row" },
          cells.map((cell, index) =>
            h("td", { key: index, role: "cell", "data-column": columns[index] },
              h("div", null, cell)))))));
}
