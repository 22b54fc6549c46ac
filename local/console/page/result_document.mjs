// The document that an invocation returns or logs: what it says, as words and as tables.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Badge, Clock, Nothing, Table, counted, words } from "./parts.mjs";

const SCHEMA = "vault-sync/1";
const SUMMARY_CHARACTERS = 160;
const RAISED = "function invocation exception, error: ";

const shortened = (text) =>
  text.length > SUMMARY_CHARACTERS ? `${text.slice(0, SUMMARY_CHARACTERS)}\u2026` : text;

/** What FunctionGraph says of an error, without the words that are the same for all. */
export const reasonOf = (error) => error.errorMessage.replace(RAISED, "");

/** The document about an invocation: what it returned or, where it raised, what it logged. */
export function documentOf(invocation) {
  if (invocation.result?.outcomes) return invocation.result;
  for (const line of [...invocation.log].reverse()) {
    if (!line.startsWith("{") || !line.includes(SCHEMA)) continue;
    try {
      const logged = JSON.parse(line);
      if (logged.schema === SCHEMA && logged.outcomes) return logged;
    } catch {
      // A line that was cut is none.
    }
  }
  return invocation.result;
}

/** Whether somebody has to look at it: `ok`, `problem`, or its state where that says all. */
export function verdict(invocation) {
  if (invocation.state === "raised") return "problem";
  if (invocation.state !== "returned") return invocation.state;
  const summary = documentOf(invocation)?.summary;
  const [, found] = /^CBR vault \w+ (OK|PROBLEM)\b/.exec(summary ?? "") ?? [];
  return found?.toLowerCase() ?? invocation.state;
}

/** What became of it, in one line; what a function of another kind returned has no counts. */
export function summary(invocation) {
  const { error, problem } = invocation;
  const found = documentOf(invocation);
  const counts = Object.entries(found?.counts ?? {})
    .map(([status, count]) => `${count} ${words(status)}`).join(", ");
  const report = found?.window ? "Report: " + [
    counted(found.tasks.length, "task"),
    found.stale ? `${counted(found.stale.length, "vault")} without a recent sync` : "",
  ].filter(Boolean).join(", ") : "";
  const reason = error ? `${error.errorType}: ${reasonOf(error)}` : problem;
  return shortened([counts, report, reason].filter(Boolean).join(". "));
}

const Reason = ({ error }) => h("span", null, h("b", null, error.code), ` ${error.message}`);

const named = (one, vaultNames) => one.vault_name ?? vaultNames.get(one.vault_id) ?? one.vault_id;

function Outcomes({ outcomes, vaultNames }) {
  return h(Table, {
    label: "Outcomes",
    columns: ["Vault", "Outcome", "Task or reason"],
    rows: outcomes.map((outcome, index) => ({
      key: index,
      cells: [
        named(outcome, vaultNames) ?? h("code", null, outcome.source),
        h(Badge, { status: outcome.status }),
        outcome.error
          ? h(Reason, { error: outcome.error })
          : h("code", { class: "id" }, outcome.operation_log_id ?? "\u2013"),
      ],
    })),
  });
}

const Moment = ({ text }) => text ? h(Clock, { time: Date.parse(text) / 1000 }) : "\u2013";

const foundBy = (task) =>
  [[task.sync_backup_num, "added"], [task.delete_backup_num, "removed"],
    [task.err_sync_backup_num, "unreadable"]]
    .filter(([count]) => count != null).map(([count, what]) => `${count} ${what}`).join(", ");

function Tasks({ tasks, vaultNames }) {
  return h(Table, {
    label: "Tasks of the report",
    columns: ["Vault", "Status", "Started", "Ended", "Found"],
    rows: tasks.map((task) => ({
      key: task.operation_log_id,
      cells: [
        [named(task, vaultNames), h("code", { class: "id" }, task.operation_log_id)],
        h(Badge, { status: task.status, text: task.err_sync_backup_num ? "only in part" : null }),
        h(Moment, { text: task.started_at }),
        h(Moment, { text: task.ended_at }),
        task.error ? h(Reason, { error: task.error }) : foundBy(task),
      ],
    })),
  });
}

function Behind({ stale, vaultNames }) {
  return h(Table, {
    label: "Vaults behind",
    columns: ["Vault behind", "Last success"],
    rows: stale.map((vault) => ({
      key: vault.vault_id,
      cells: [
        [named(vault, vaultNames), h("code", { class: "id" }, vault.vault_id)],
        h(Badge, {
          status: vault.last_success ? "behind" : "never",
          text: vault.last_success ? new Date(vault.last_success).toLocaleString() : "never",
        }),
      ],
    })),
  });
}

/** The tables of what the function handled: outcomes, tasks, vaults behind. */
export function Tables({ found, vaultNames }) {
  const { outcomes, tasks, stale } = found ?? {};
  return [
    outcomes?.length ? h(Outcomes, { key: "outcomes", outcomes, vaultNames }) : null,
    found?.window && tasks?.length === 0
      ? h(Nothing, { key: "none" }, "No sync ended in the time of the report.") : null,
    tasks?.length ? h(Tasks, { key: "tasks", tasks, vaultNames }) : null,
    stale?.length ? h(Behind, { key: "behind", stale, vaultNames }) : null,
  ];
}
