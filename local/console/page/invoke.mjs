// Sending events: one's own from the editor, or a sample.

import { h } from "./vendor/preact-11.2.0.mjs";
import { offers } from "./completion.mjs";
import { Badge, Foldable, Section, duration, words } from "./parts.mjs";

/** The line a place is in, with a caret under its column. */
function excerpt(text, { line, column }) {
  const whole = text.split("\n")[line - 1] ?? "";
  const from = Math.max(0, column - 25);
  return `${whole.slice(from, column + 15)}\n${" ".repeat(column - 1 - from)}^`;
}

/** Where in the text a place is, as the textarea counts. */
export function offset(text, { line, column }) {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}

function Problem({ problem, text }) {
  return h("div", {
    id: "event-problem", "aria-live": "polite", class: `problem ${problem?.is_json ? "doubt" : ""}`,
  },
    problem ? h("p", null,
      problem.is_json ? "The function will reject this. " : "",
      problem.line ? `Line ${problem.line}, column ${problem.column}: ` : "",
      problem.text) : null,
    problem?.line ? h("pre", { "aria-hidden": "true" }, excerpt(text, problem)) : null);
}

/** Buttons, so that Tab leads to them and nothing is caught. */
function Offers({ offered, actions }) {
  if (offered.length === 0) return null;
  return h("div", { class: "offers", role: "group", "aria-label": "Completions" },
    offered.map((offer) => h("button", {
      key: offer.label, type: "button", onClick: () => actions.complete(offer),
    }, offer.label)));
}

function Settings({ draft, actions }) {
  return h("details", null,
    h("summary", null, "Settings of the function"),
    h("label", { for: "settings", class: "quiet" }, draft.function
      ? "A deployed function has settings of its own; these are for function/."
      : "One a line, such as DRY_RUN=true. Samples are sent with them too."),
    h("textarea", {
      id: "settings", rows: 3, spellcheck: false, autocomplete: "off", value: draft.settings,
      onInput: (event) => actions.edit({ settings: event.target.value }),
    }));
}

/** The same request for a shell; what is inside single quotes stays as it is there. */
function shellCommand({ path, headers }, body) {
  const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
  const lines = [
    `curl -s -X POST ${quoted(location.origin + path)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-raw ${quoted(body)}`,
  ];
  return lines.join(" \\\n  ");
}

/** The function's API, where it has one: what is in the editor, as the body of a POST. */
function Api({ api, body, actions }) {
  return [
    h("button", { key: "call", type: "button", onClick: () => actions.callApi(api) },
      "Send as HTTPS request"),
    h("details", { key: "curl" },
      h("summary", null, "The same with curl"),
      h("pre", null, shellCommand(api, body))),
  ];
}

function Editor({ draft, fields, vaults, api, actions }) {
  const submit = (event) => {
    event.preventDefault();
    actions.send();
  };
  const onKeyDown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
  };
  const onCaret = ({ target }) => {
    if (target.selectionStart !== draft.caret) actions.edit({ caret: target.selectionStart });
  };
  // A deployed function may be another one, with requests of its own.
  const problem = draft.function && draft.problem?.is_json ? null : draft.problem;
  return h("form", { onSubmit: submit },
    h("label", { for: "event" }, "Your own event"),
    h("textarea", {
      id: "event", rows: 7, spellcheck: false, autocomplete: "off", value: draft.event, onKeyDown,
      onInput: ({ target }) =>
        actions.edit({ event: target.value, caret: target.selectionStart }),
      onClick: onCaret, onKeyUp: onCaret,
      "aria-invalid": problem ? "true" : "false", "aria-describedby": "event-problem",
    }),
    draft.function ? null
      : h(Offers, { offered: offers(draft.event, draft.caret, fields, vaults), actions }),
    h(Problem, { problem, text: draft.event }),
    h(Settings, { draft, actions }),
    h("button", { type: "submit", class: "main" }, "Send this event"), " ",
    api ? h(Api, { api, body: draft.event, actions }) : null);
}

/** What came of what was sent last, and what still runs: in its own place, over nothing. */
function News({ notice, running, now, goTo, actions }) {
  const link = (text, target) => h("a", {
    href: `#${target}`,
    onClick: (event) => {
      event.preventDefault();
      goTo(target);
    },
  }, text);
  return [
    h("div", { key: "notice", role: "status", class: `notice ${notice?.isProblem ? "bad" : ""}` },
      notice ? [
        h("span", { key: "text" }, notice.text),
        notice.target ? link("Show", notice.target) : null,
        h("button", { key: "dismiss", type: "button", onClick: actions.dismiss }, "Dismiss"),
      ] : null),
    running.length === 0 ? null
      : h("ul", { key: "running", class: "running", "aria-label": "Invocations in progress" },
          running.map((each) => h("li", { key: each.id },
            h(Badge, { status: each.state }), " ", each.name,
            ` ${words(each.state)} for ${duration(Math.max(0, now - each.asked_at))} `,
            link("Watch", each.id)))),
  ];
}

function Functions({ functions, chosen, actions }) {
  if (functions.length === 0) return null;
  return h("p", { class: "function" },
    h("label", { for: "function" }, "Function"), " ",
    h("select", {
      id: "function", value: chosen ?? "",
      onChange: (event) => actions.edit({ function: event.target.value || null }),
    },
    h("option", { value: "" }, "function/, as it is on the disk"),
    functions.map(({ name, urn }) =>
      h("option", { key: urn, value: urn }, `${name} (deployed)`))));
}

function Sample({ sample, actions }) {
  return h("li", null,
    h("button", { type: "button", class: "sample", onClick: () => actions.sendSample(sample) },
      h("strong", null, sample.name), h("span", null, sample.about)),
    h("button", {
      type: "button", class: "edit", "aria-label": `Edit ${sample.name}`,
      onClick: () => actions.editSample(sample),
    }, "Edit"));
}

/** The samples under their headings, in the order of the server. */
function Samples({ samples, folds, actions }) {
  const groups = new Map();
  for (const sample of samples) {
    groups.set(sample.group, [...(groups.get(sample.group) ?? []), sample]);
  }
  return [...groups].map(([group, members]) => {
    const id = `samples-${group.toLowerCase().replaceAll(" ", "-")}`;
    return h(Foldable, {
      key: group, id, isOpen: folds.isOpen(id, false),
      onToggle: (isOpen) => folds.set(id, isOpen),
      heading: [h("strong", null, group), h("span", { class: "quiet" }, ` ${members.length}`)],
    }, h("ul", { class: "samples" },
      members.map((sample) => h(Sample, { key: sample.name, sample, actions }))));
  });
}

export function Invoke({ state, folds, actions, goTo, now }) {
  const { draft, samples, fields, view } = state;
  const api = view.functions.find(({ urn }) => urn === draft.function)?.api;
  return h(Section, { id: "invoke", title: "Invoke the function" },
    h(Functions, { functions: view.functions, chosen: draft.function, actions }),
    h(Editor, { draft, fields, vaults: view.vaults.shown, api, actions }),
    h(News, {
      notice: state.notice, now, goTo, actions,
      running: view.invocations.shown.filter(({ ended_at }) => !ended_at),
    }),
    h("h3", null, "Sample events"),
    h("p", { class: "quiet" }, "Press one to send it as it is, or Edit to change it first."),
    h(Samples, { samples, folds, actions }));
}
