// The function's invocations: how each ended, what became of its vaults, and its log.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Age, Badge, Foldable, Nothing, Section, Table, words } from "./parts.mjs";

const SCHEMA = "vault-sync/1";
const SUMMARY_CHARACTERS = 160;
const RAISED = "function invocation exception, error: ";

const shortened = (text) =>
  text.length > SUMMARY_CHARACTERS ? `${text.slice(0, SUMMARY_CHARACTERS)}\u2026` : text;

/** The document about an invocation: what it returned or, where it raised, what it logged. */
function documentOf(invocation) {
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

/** How it ended, in one line; what a function of another kind returned has no counts. */
export function summary(invocation) {
  const { error, problem } = invocation;
  const found = documentOf(invocation);
  const counts = Object.entries(found?.counts ?? {})
    .map(([status, count]) => `${count} ${words(status)}`).join(", ");
  const report = found?.window
    ? `Report: ${found.tasks.length} tasks, ${found.stale.length} vaults without a recent sync`
    : "";
  const reason = error ? `${error.errorType}: ${error.errorMessage.replace(RAISED, "")}` : problem;
  return shortened([counts, report, reason].filter(Boolean).join(". "));
}

function Outcomes({ outcomes, vaultNames }) {
  return h(Table, {
    label: "Outcomes",
    columns: ["Vault", "Outcome", "Task or reason"],
    rows: outcomes.map((outcome, index) => ({
      key: index,
      cells: [
        vaultNames.get(outcome.vault_id) ?? outcome.vault_id ?? h("code", null, outcome.source),
        h(Badge, { status: outcome.status }),
        outcome.error
          ? h("span", null, h("b", null, outcome.error.code), ` ${outcome.error.message}`)
          : h("code", { class: "id" }, outcome.operation_log_id ?? "\u2013"),
      ],
    })),
  });
}

function Failure({ error }) {
  return h("div", { class: "failure" },
    h("strong", null, error.errorType), h("p", null, error.errorMessage),
    error.stackTrace?.length
      ? h("pre", { tabIndex: 0, "aria-label": "Stack trace" }, error.stackTrace.join("\n"))
      : null);
}

function facts(invocation) {
  const found = [];
  if (invocation.function) found.push(invocation.function);
  if (invocation.duration_milliseconds != null) {
    found.push(`${Math.round(invocation.duration_milliseconds)} ms`);
  }
  if (invocation.memory_mb != null) found.push(`${Math.round(invocation.memory_mb)} MB`);
  if (invocation.cold != null) found.push(invocation.cold ? "cold start" : "warm instance");
  if (invocation.request_id) found.push(`request ${invocation.request_id}`);
  return found.join(" \u00b7 ");
}

function Details({ invocation, vaultNames }) {
  const outcomes = documentOf(invocation)?.outcomes;
  return [
    invocation.problem ? h("p", { class: "failure" }, invocation.problem) : null,
    invocation.error ? h(Failure, { error: invocation.error }) : null,
    outcomes?.length ? h(Outcomes, { outcomes, vaultNames }) : null,
    h("p", { class: "quiet facts" }, facts(invocation)),
    h("h3", null, "Log"),
    invocation.log.length
      ? h("pre", { class: "log", tabIndex: 0, "aria-label": "Log" }, invocation.log.join("\n"))
      : h(Nothing, null, "Nothing yet."),
    invocation.result == null ? null : h("details", { class: "inner" },
      h("summary", null, "Result document"),
      h("pre", { class: "log", tabIndex: 0, "aria-label": "Result" },
        JSON.stringify(invocation.result, null, 2))),
  ];
}

export function Invocations({ invocations, vaultNames, folds, now }) {
  return h(Section, { id: "invocations", title: "Invocations", note: invocations.length },
    invocations.length === 0
      ? h(Nothing, null, "None yet. Send an event: your own, or one of the samples.")
      : invocations.map((invocation, index) =>
          h(Foldable, {
            key: invocation.id,
            id: invocation.id,
            isOpen: folds.isOpen(invocation.id, index === 0),
            onToggle: (isOpen) => folds.set(invocation.id, isOpen),
            heading: h("span", { class: "heading" },
              h(Badge, { status: invocation.state }), " ",
              h("strong", null, invocation.name), " ",
              h(Age, { time: invocation.asked_at, now }),
              h("span", { class: "line" }, summary(invocation))),
          }, h(Details, { invocation, vaultNames }))));
}
