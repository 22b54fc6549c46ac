// What a person can do on the page. Each changes the state and has it shown.

import * as server from "./server.mjs";
import { offset } from "./invoke.mjs";

const CHECK_AFTER_MILLISECONDS = 300;

/** Read NAME=VALUE lines; throws an Error that names the line that is none. */
function readSettings(text) {
  const settings = {};
  for (const line of text.split("\n").map((each) => each.trim()).filter(Boolean)) {
    const [, name, value] = /^([A-Za-z][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (!name) throw new Error(`Settings of the function: \u201c${line}\u201d should be NAME=VALUE`);
    settings[name] = value;
  }
  return settings;
}

/** state: of app.mjs; show: renders it; refresh: asks the server for what there is now. */
export function makeActions(state, show, refresh) {
  let pendingCheck;

  function say(text, target = null) {
    state.notice = { text, target };
    show();
  }

  async function attempt(work) {
    try {
      await work();
    } catch (error) {
      say(error.message);
    }
    await refresh();
  }

  async function send(name, event, ownSettings) {
    const settings = { ...ownSettings, ...readSettings(state.draft.settings) };
    const { id } = await server.invoke({ name, event, settings, function: state.draft.function });
    state.awaited.add(id);
    say(`${name}: sent`, id);
  }

  async function check() {
    const { event } = state.draft;
    const problem = await server.checkEvent(event);
    if (event === state.draft.event) {  // else the check of what is there now is on its way
      state.draft.problem = problem;
      show();
    }
    return problem === null;
  }

  function goToProblem() {
    const field = document.getElementById("event");
    field.focus();
    const { problem } = state.draft;
    if (problem?.line) {
      const at = offset(state.draft.event, problem);
      field.setSelectionRange(at, at + 1);
    }
  }

  return {
    edit(change) {
      Object.assign(state.draft, change);
      show();
      if ("event" in change) {
        clearTimeout(pendingCheck);
        pendingCheck = setTimeout(() => attempt(check), CHECK_AFTER_MILLISECONDS);
      }
    },
    send: () => attempt(async () => {
      clearTimeout(pendingCheck);
      if (await check()) await send("own event", state.draft.event, {});
      else goToProblem();
    }),
    sendSample: (sample) => attempt(() => send(sample.name, sample.event, sample.settings)),
    editSample(sample) {
      state.draft.event = sample.event;
      state.draft.problem = null;
      const settings = Object.entries(sample.settings).map(([name, value]) => `${name}=${value}`);
      if (settings.length) state.draft.settings = settings.join("\n");
      show();
      document.getElementById("event").focus();
    },
    turnFault: (name, on) => attempt(() => server.turnFault(name, on)),
    reset: (everything) => attempt(async () => {
      if (everything && !confirm("Forget all tasks, messages and faults?")) return;
      await server.reset(everything);
      say(everything ? "The account is as at the beginning" : "All faults are off");
    }),
    dismiss() {
      state.notice = null;
      show();
    },
  };
}
