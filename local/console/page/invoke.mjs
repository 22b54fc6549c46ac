// Sending events: one's own from the editor, or a sample.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Section } from "./parts.mjs";

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
  return h("div", { id: "event-problem", class: "problem", "aria-live": "polite" },
    problem ? h("p", null,
      problem.line ? `Line ${problem.line}, column ${problem.column}: ` : "",
      problem.text) : null,
    problem?.line ? h("pre", { "aria-hidden": "true" }, excerpt(text, problem)) : null);
}

function Editor({ draft, actions }) {
  const submit = (event) => {
    event.preventDefault();
    actions.send();
  };
  const onKeyDown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
  };
  return h("form", { onSubmit: submit },
    h("label", { for: "event" }, "Your own event"),
    h("textarea", {
      id: "event", rows: 9, spellcheck: false, autocomplete: "off", value: draft.event, onKeyDown,
      onInput: (event) => actions.edit({ event: event.target.value }),
      "aria-invalid": draft.problem ? "true" : "false", "aria-describedby": "event-problem",
    }),
    h(Problem, { problem: draft.problem, text: draft.event }),
    h("details", null,
      h("summary", null, "Settings of the function"),
      h("label", { for: "settings", class: "quiet" }, draft.function
        ? "A deployed function has settings of its own; these are for function/."
        : "One a line, such as DRY_RUN=true. Samples are sent with them too."),
      h("textarea", {
        id: "settings", rows: 3, spellcheck: false, autocomplete: "off", value: draft.settings,
        onInput: (event) => actions.edit({ settings: event.target.value }),
      })),
    h("button", { type: "submit", class: "main" }, "Send this event"));
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

export function Invoke({ draft, samples, functions, actions }) {
  return h(Section, { id: "invoke", title: "Invoke the function" },
    h(Functions, { functions, chosen: draft.function, actions }),
    h(Editor, { draft, actions }),
    h("h3", null, "Sample events"),
    h("p", { class: "quiet" }, "Press one to send it as it is, or Edit to change it first."),
    h("ul", { class: "samples" },
      samples.map((sample) => h(Sample, { key: sample.name, sample, actions }))));
}
