// The log of an invocation, laid out: one field a line, and what is large folded.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Nothing } from "./parts.mjs";

const HEADLINE = ["time", "level", "message", "request_id"];
const LONG = 300;

/** A line as an object, if it is one. */
function fieldsOf(line) {
  if (!line.startsWith("{")) return null;
  try {
    return JSON.parse(line);
  } catch {
    return null;  // a line that was cut
  }
}

function Value({ value }) {
  if (value === null || typeof value !== "object") return String(value);
  const text = JSON.stringify(value, null, 2);
  return text.length <= LONG ? JSON.stringify(value) : h("pre", null, text);
}

function Fields({ fields }) {
  return h("dl", null, Object.entries(fields).map(([name, value]) =>
    h("div", { key: name }, h("dt", null, name), h("dd", null, h(Value, { value })))));
}

function Entry({ line }) {
  const fields = fieldsOf(line);
  if (fields === null) return h("p", null, line);
  const others = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !HEADLINE.includes(name)));
  const isDocument = "schema" in fields;
  return [
    h("p", { class: fields.level === "ERROR" ? "bad-text" : null },
      `${fields.time ?? ""} ${fields.level ?? ""} `, h("b", null, fields.message)),
    Object.keys(others).length === 0 ? null
      : isDocument
        ? h("details", { class: "inner" },
            h("summary", null, `The document ${fields.schema}`), h(Fields, { fields: others }))
        : h(Fields, { fields: others }),
  ];
}

export function Log({ lines }) {
  if (lines.length === 0) return h(Nothing, null, "Nothing yet.");
  return h("div", { class: "log", role: "group", tabIndex: 0, "aria-label": "Log" },
    lines.map((line, index) => h("div", { key: index, class: "entry" }, h(Entry, { line }))));
}
