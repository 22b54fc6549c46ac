// CBR's operation logs: every task, and what it found.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Listing } from "./listing.mjs";
import { Badge, Clock, Nothing, Section, Table, counted } from "./parts.mjs";

export const TASKS_A_PAGE = 10;

function Found({ log }) {
  if (log.error) return h("span", { class: "bad-text" }, `${log.error.code}: ${log.error.message}`);
  if (!log.counts) return h("span", { class: "quiet" }, "not known yet");
  const { added, removed, unreadable } = log.counts;
  return `${counted(added, "restore point")} added, ${removed} removed` +
    (unreadable ? `, ${unreadable} unreadable` : "");
}

function Progress({ log }) {
  if (log.ended_at !== null) return h(Badge, { status: log.status });
  return [
    h(Badge, { status: log.status, text: `${log.status} ${log.progress} %` }),
    h("progress", { max: 100, value: log.progress, "aria-label": `Sync of ${log.vault_name}` }),
  ];
}

const row = (log) => ({
  key: log.id,
  id: `task-${log.id}`,
  cells: [
    [h("strong", null, log.vault_name), ` ${log.operation_type}`,
      h("code", { class: "id" }, log.id)],
    h(Progress, { log }),
    h(Clock, { time: log.started_at }),
    log.ended_at === null ? "\u2013" : h(Clock, { time: log.ended_at }),
    h(Found, { log }),
  ],
});

export function OperationLogs({ logs, lists }) {
  return h(Section, { id: "operation-logs", title: "Operation logs", note: logs.total },
    logs.shown.length === 0
      ? h(Nothing, null, "No task has run yet. Each sync that CBR accepts is one.")
      : h(Listing, {
          id: "operation-logs", name: "operation logs", list: logs, size: TASKS_A_PAGE, lists,
          show: (shown) => h(Table, {
            key: "table", label: "Operation logs",
            columns: ["Task", "Status", "Started", "Ended", "Found"],
            rows: shown.map(row),
          }),
        }));
}
