// The function's invocations: what became of each, then how its run ended, and its log.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Listing, isNarrow } from "./listing.mjs";
import { Log } from "./log.mjs";
import { Age, Badge, Foldable, Nothing, Section, duration, words } from "./parts.mjs";
import { Tables, documentOf, reasonOf, summary, verdict } from "./result_document.mjs";

export const INVOCATIONS_A_PAGE = 5;
const SETTINGS_ARE_WRONG = "ConfigurationError";

/** How the run ended, or for how long it has been going on. */
function course(invocation, now) {
  const { state, duration_milliseconds: took, asked_at } = invocation;
  if (!invocation.ended_at) {
    return `${words(state)} for ${duration(Math.max(0, now - asked_at))}`;
  }
  return took == null ? words(state) : `${words(state)} after ${Math.round(took)} ms`;
}

/** Where the code stood helps nobody whose settings are wrong. */
function Failure({ error }) {
  const showsTrace = error.stackTrace?.length && error.errorType !== SETTINGS_ARE_WRONG;
  return h("div", { class: "failure" },
    h("strong", null, error.errorType), h("p", null, reasonOf(error)),
    showsTrace ? h("details", { class: "inner" },
      h("summary", null, "Where in the code"),
      h("pre", { role: "group", tabIndex: 0, "aria-label": "Stack trace" },
        error.stackTrace.join("\n"))) : null);
}

function facts(invocation) {
  const found = [];
  if (invocation.function) found.push(invocation.function);
  if (invocation.memory_mb != null) found.push(`${Math.round(invocation.memory_mb)} MB`);
  if (invocation.cold != null) found.push(invocation.cold ? "cold start" : "warm instance");
  if (invocation.request_id) found.push(`request ${invocation.request_id}`);
  return found.join(" \u00b7 ");
}

function Details({ invocation, vaultNames }) {
  return [
    invocation.problem ? h("p", { class: "failure" }, invocation.problem) : null,
    invocation.error ? h(Failure, { error: invocation.error }) : null,
    h(Tables, { found: documentOf(invocation), vaultNames }),
    h("p", { class: "quiet facts" }, facts(invocation)),
    h("h3", null, "Log"),
    h(Log, { lines: invocation.log }),
    invocation.result == null ? null : h("details", { class: "inner" },
      h("summary", null, "Result document"),
      h("pre", { class: "log", role: "group", tabIndex: 0, "aria-label": "Result" },
        JSON.stringify(invocation.result, null, 2))),
  ];
}

function Heading({ invocation, now }) {
  return h("span", { class: "heading" },
    h(Badge, { status: verdict(invocation) }), " ",
    h("strong", null, invocation.name), " ",
    h(Age, { time: invocation.asked_at, now }),
    h("span", { class: "line" },
      [summary(invocation), course(invocation, now)].filter(Boolean).join(" \u00b7 ")));
}

export function Invocations({ invocations, vaultNames, folds, lists, now }) {
  return h(Section, { id: "invocations", title: "Invocations", note: invocations.total },
    invocations.shown.length === 0
      ? h(Nothing, null, "None yet. Send an event: your own, or one of the samples.")
      : h(Listing, {
          id: "invocations", name: "invocations", size: INVOCATIONS_A_PAGE, lists,
          list: invocations,
          show: (shown, before) => shown.map((invocation, index) =>
            h(Foldable, {
              key: invocation.id,
              id: invocation.id,
              isOpen: folds.isOpen(invocation.id, before + index === 0 && !isNarrow()),
              onToggle: (isOpen) => folds.set(invocation.id, isOpen),
              heading: h(Heading, { invocation, now }),
            }, h(Details, { invocation, vaultNames }))),
        }));
}
