// What a person can do on the page. Each changes the state and has it shown.

import * as server from "./server.mjs";
import { offset } from "./invoke.mjs";

const CHECK_AFTER_MILLISECONDS = 300;
const NOTICE_LEAVES_AFTER_MILLISECONDS = 12000;

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
  let leaving;

  /** Say something that leaves by itself, but not from under a person's focus. */
  function say(text, { target = null, isProblem = false } = {}) {
    clearTimeout(leaving);
    state.notice = { text, target, isProblem };
    leaving = setTimeout(leave, NOTICE_LEAVES_AFTER_MILLISECONDS);
    show();
  }

  function leave() {
    if (document.querySelector(".notice")?.contains(document.activeElement)) {
      leaving = setTimeout(leave, NOTICE_LEAVES_AFTER_MILLISECONDS);
      return;
    }
    state.notice = null;
    show();
  }

  async function attempt(work) {
    try {
      await work();
    } catch (error) {
      say(error.message, { isProblem: true });
    }
    await refresh();
  }

  async function send(name, event, ownSettings) {
    const settings = { ...ownSettings, ...readSettings(state.draft.settings) };
    const { id } = await server.invoke({ name, event, settings, function: state.draft.function });
    state.awaited.add(id);
    say(`${name}: sent`, { target: id });
    document.querySelector(".notice").scrollIntoView({ block: "nearest" });
  }

  /** The sentence in an API's answer; as much of it as there is room for where there is none. */
  function sentenceOf(text) {
    try {
      const { reason, summary, error_msg: refusal } = JSON.parse(text);
      return reason ?? summary ?? refusal ?? text.slice(0, 200);
    } catch {
      return text.slice(0, 200);
    }
  }

  async function check() {
    const { event } = state.draft;
    const problem = await server.checkEvent(event);
    if (event === state.draft.event) {  // else the check of what is there now is on its way
      state.draft.problem = problem;
      show();
    }
    return problem === null || problem.is_json;
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
    say,
    complete({ text, caret }) {
      this.edit({ event: text, caret });
      const field = document.getElementById("event");
      field.focus();
      field.setSelectionRange(caret, caret);
    },
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
    callApi: (api) => attempt(async () => {
      const { status, text, request } = await server.callApi(api, state.draft.event);
      say(`The API answered ${status}: ${sentenceOf(text)}`, {
        target: `request-${request}-1`, isProblem: status >= 400,
      });
    }),
    sendSample: (sample) => attempt(() => send(sample.name, sample.event, sample.settings)),
    editSample(sample) {
      Object.assign(state.draft, { event: sample.event, problem: null, caret: 0 });
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
      clearTimeout(leaving);
      state.notice = null;
      show();
    },
  };
}
