// The page: one state, one way from it to the screen, and a look at the server every second.

import { h, render } from "./vendor/preact-11.2.0.mjs";
import * as server from "./server.mjs";
import { makeActions } from "./actions.mjs";
import { Faults } from "./faults.mjs";
import { Inbox, MESSAGES_A_PAGE } from "./inbox.mjs";
import { INVOCATIONS_A_PAGE, Invocations } from "./invocations.mjs";
import { Invoke } from "./invoke.mjs";
import { makeLists, turnTo } from "./listing.mjs";
import { OperationLogs, TASKS_A_PAGE } from "./operation_logs.mjs";
import { kindOf, words } from "./parts.mjs";
import { summary, verdict } from "./result_document.mjs";
import { Timeline } from "./timeline.mjs";
import { Vaults } from "./vaults.mjs";

const LOOK_AFTER_MILLISECONDS = 1000;
const LOOK_SOON_MILLISECONDS = 250;
const PLACES = [
  ["vaults", "Vaults"], ["invoke", "Invoke"], ["faults", "Faults"], ["timeline", "Timeline"],
  ["invocations", "Invocations"], ["inbox", "Inbox"], ["operation-logs", "Operation logs"],
];

const state = {
  view: null,        // what the server shows, and its ETag
  tag: null,
  ahead: 0,          // the cloud's clock against the browser's, in seconds
  samples: [],
  fields: { request: [], select: [] },
  span: 900,         // of the timeline, in seconds
  lost: null,        // why the server could not be asked, if it could not
  draft: { event: "", settings: "", function: null, problem: null, caret: 0 },
  folded: new Map(), // what a person opened or closed by hand
  awaited: new Set(),
  notice: null,
};

const folds = {
  isOpen: (id, byDefault) => state.folded.get(id) ?? byDefault,
  set(id, isOpen) {
    state.folded.set(id, isOpen);
    show();
  },
};

const lists = makeLists(() => show());

/** Have something on the page that may be folded, filtered away or on another page. */
function goTo(id) {
  const { view } = state;
  turnTo(lists, "invocations", view.invocations.shown, (each) => each.id === id, INVOCATIONS_A_PAGE);
  turnTo(lists, "inbox", view.messages.shown, (each) => `message-${each.id}` === id,
    MESSAGES_A_PAGE);
  turnTo(lists, "operation-logs", view.operation_logs.shown, (each) => `task-${each.id}` === id,
    TASKS_A_PAGE);
  folds.set(id, true);
  const found = document.getElementById(id);
  found?.scrollIntoView({ block: "start" });
  (found?.querySelector("summary") ?? found)?.focus({ preventScroll: true });
}

function App() {
  const { view } = state;
  const now = Date.now() / 1000 + state.ahead;
  const vaultNames = new Map(view.vaults.shown.map((vault) => [vault.id, vault.name]));
  return [
    h("header", { key: "header" },
      h("h1", null, "Local Huawei Cloud"),
      h("p", { class: "quiet" }, `${view.region} \u00b7 project `, h("code", null, view.project_id)),
      h("p", { class: state.lost ? "lost" : "live", role: "status" }, state.lost ?? "Live"),
      h("nav", { "aria-label": "Sections" },
        PLACES.map(([id, title]) => h("a", { key: id, href: `#${id}` }, title)))),
    h("main", { key: "main" },
      h(Vaults, { vaults: view.vaults, lists, now }),
      h("div", { class: "doing" },
        h(Invoke, { state, folds, actions, goTo, now }),
        h(Faults, { faults: view.faults, actions })),
      h("div", { class: "seeing" },
        h(Timeline, { view, span: state.span, choose: chooseSpan, now, goTo }),
        h(Invocations, { invocations: view.invocations, vaultNames, folds, lists, now }),
        h(Inbox, { messages: view.messages, folds, lists, now }),
        h(OperationLogs, { logs: view.operation_logs, lists }))),
  ];
}

function chooseSpan(seconds) {
  state.span = seconds;
  show();
}

function show() {
  if (state.view) render(h(App), document.getElementById("app"));
}

/** Say how an invocation ended that was sent from here. */
function announce() {
  for (const invocation of state.view.invocations.shown) {
    if (!state.awaited.has(invocation.id) || !invocation.ended_at) continue;
    state.awaited.delete(invocation.id);
    const text = [words(invocation.state), summary(invocation)].filter(Boolean).join(": ");
    actions.say(`${invocation.name} ${text}`, {
      target: invocation.id, isProblem: kindOf(verdict(invocation)) === "bad",
    });
  }
}

/** Begin the editor with a request that works: the first vault that can be synchronised. */
function suggestEvent() {
  const vault = state.view.vaults.shown.find(({ cloud_type }) => cloud_type === "hybrid");
  const request = vault ? { vault_id: vault.id } : { select: { all: true } };
  state.draft.event = JSON.stringify(request, null, 2);
}

async function refresh() {
  try {
    const { tag, ahead, document: seen } = await server.view(state.tag);
    state.lost = null;
    // The difference of the clocks shows as it was measured best, unless a clock was moved.
    if (Math.abs(ahead - state.ahead) > 1) state.ahead = ahead;
    if (seen) {
      const isFirst = state.view === null;
      Object.assign(state, { view: seen, tag });
      if (isFirst) suggestEvent();
      // A function that is no longer deployed cannot be the chosen one.
      if (!seen.functions.some(({ urn }) => urn === state.draft.function)) {
        state.draft.function = null;
      }
      announce();
    }
  } catch (error) {
    state.lost = error instanceof server.Refusal ? `Refused: ${error.message}` : error.message;
  }
  show();
}

const actions = makeActions(state, show, refresh);

async function look() {
  if (!document.hidden) await refresh();
  setTimeout(look, state.awaited.size ? LOOK_SOON_MILLISECONDS : LOOK_AFTER_MILLISECONDS);
}

document.addEventListener("visibilitychange", () => document.hidden || refresh());
document.getElementById("app").replaceChildren();
look();
server.samples().then(({ samples, fields }) => {
  Object.assign(state, { samples, fields });
  show();
}, (error) => actions.say(`The sample events cannot be read: ${error.message}`, {
  isProblem: true,
}));
