// Small parts that several sections are made of.

import { h } from "./vendor/preact-11.2.0.mjs";

/** What a status means to a person; content.css has the colour and the sign of each kind. */
const KIND_OF = {
  ok: "good", success: "good", started: "good", available: "good", already_done: "good",
  recent: "good", behind: "warning", never: "warning",
  already_running: "busy",
  waiting: "busy", running: "busy", deferred: "busy",
  problem: "bad", failed: "bad", timeout: "bad", skipped: "bad", rejected: "bad",
  not_started: "bad", discarded: "bad", error: "bad", frozen: "bad",
};

const GRAVITY = ["plain", "good", "busy", "warning", "bad"];

export const kindOf = (status) => KIND_OF[status] ?? "plain";

/** The kind of several that a person has to know of first. */
export const gravest = (kinds) =>
  GRAVITY[Math.max(0, ...kinds.map((kind) => GRAVITY.indexOf(kind)))];

export const words = (name) => name.replaceAll("_", " ");

export function Badge({ status, text }) {
  return h("span", { class: `badge ${kindOf(status)}` }, text ?? words(status));
}

export function Section({ id, title, note, children }) {
  return h("section", { id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, title, note ? h("small", null, ` ${note}`) : null),
    children);
}

export const Nothing = ({ children }) => h("p", { class: "nothing" }, children);

/** "1 vault", "2 vaults". */
export const counted = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

// From how many seconds on a unit is used: “31 h” says more than “1 d”.
const UNITS = [[172800, 86400, "d"], [3600, 3600, "h"], [60, 60, "min"], [1, 1, "s"]];

export function duration(seconds) {
  for (const [from, size, unit] of UNITS) {
    if (seconds >= from) return `${Math.floor(seconds / size)} ${unit}`;
  }
  return "0 s";
}

export const age = (time, now) => now - time < 1 ? "just now" : `${duration(now - time)} ago`;

/** A moment as its age; the time itself is in the tooltip and for machines. */
export function Age({ time, now }) {
  const moment = new Date(time * 1000);
  const text = age(time, now);
  return h("time", { datetime: moment.toISOString(), title: moment.toLocaleString() }, text);
}

export const clock = (time) => new Date(time * 1000).toLocaleTimeString([], { hour12: false });

export const Clock = ({ time }) => {
  const moment = new Date(time * 1000);
  return h("time", { datetime: moment.toISOString(), title: moment.toLocaleString() },
    clock(time));
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
export function Table({ label, columns, rows, name }) {
  return h("table", { role: "table", "aria-label": label, class: name },
    h("thead", { role: "rowgroup" },
      h("tr", { role: "row" },
        columns.map((name) => h("th", { key: name, role: "columnheader", scope: "col" }, name)))),
    h("tbody", { role: "rowgroup" },
      rows.map(({ key, id, cells }) =>
        h("tr", { key, id, role: "row", tabIndex: id ? -1 : undefined },
          cells.map((cell, index) =>
            h("td", { key: index, role: "cell", "data-column": columns[index] },
              h("div", null, cell)))))));
}
