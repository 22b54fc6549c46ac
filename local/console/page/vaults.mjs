// The vaults with their last sync, and CBR's operation logs.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Age, Badge, Clock, More, Nothing, Section, Table } from "./parts.mjs";

const points = (count) => `${count} restore point${count === 1 ? "" : "s"}`;

function Tags({ tags }) {
  return Object.entries(tags).map(([name, value]) =>
    h("span", { key: name, class: "tag" }, `${name}=${value}`));
}

function LastSync({ sync, cloudType, now }) {
  if (!sync) {
    return h("span", { class: "quiet" },
      cloudType === "hybrid" ? "never" : "CBR synchronises hybrid vaults only");
  }
  const running = sync.ended_at === null;
  return [
    h(Badge, { status: sync.status, text: running ? `${sync.status} ${sync.progress} %` : null }),
    " ",
    h(Age, { time: sync.ended_at ?? sync.started_at, now }),
  ];
}

export function Vaults({ vaults, now }) {
  return h(Section, { id: "vaults", title: "Vaults", note: vaults.total },
    vaults.shown.length === 0 ? h(Nothing, null, "The account has no vaults.") :
    h(Table, {
      label: "Vaults",
      columns: ["Vault", "Kind", "Status", "Last sync"],
      rows: vaults.shown.map((vault) => ({
        key: vault.id,
        cells: [
          [h("strong", null, vault.name), " ", h(Tags, { tags: vault.tags }),
            h("code", { class: "id" }, vault.id)],
          vault.cloud_type,
          h(Badge, { status: vault.status }),
          h(LastSync, { sync: vault.last_sync, cloudType: vault.cloud_type, now }),
        ],
      })),
    }),
    h(More, { list: vaults }));
}

function Found({ log }) {
  if (log.error) return h("span", { class: "bad-text" }, `${log.error.code}: ${log.error.message}`);
  if (!log.counts) return h("span", { class: "quiet" }, "not known yet");
  const { added, removed, unreadable } = log.counts;
  return `${points(added)} added, ${removed} removed` +
    (unreadable ? `, ${unreadable} unreadable` : "");
}

function Progress({ log }) {
  if (log.ended_at !== null) return h(Badge, { status: log.status });
  return [
    h(Badge, { status: log.status, text: `${log.status} ${log.progress} %` }),
    h("progress", { max: 100, value: log.progress, "aria-label": `Sync of ${log.vault_name}` }),
  ];
}

export function OperationLogs({ logs }) {
  return h(Section, { id: "operation-logs", title: "Operation logs", note: logs.total },
    logs.shown.length === 0
      ? h(Nothing, null, "No task has run yet. Each sync that CBR accepts is one.")
      : h(Table, {
          label: "Operation logs",
          columns: ["Task", "Status", "Started", "Ended", "Found"],
          rows: logs.shown.map((log) => ({
            key: log.id,
            cells: [
              [h("strong", null, log.vault_name), ` ${log.operation_type}`,
                h("code", { class: "id" }, log.id)],
              h(Progress, { log }),
              h(Clock, { time: log.started_at }),
              log.ended_at === null ? "\u2013" : h(Clock, { time: log.ended_at }),
              h(Found, { log }),
            ],
          })),
        }),
    h(More, { list: logs }));
}
