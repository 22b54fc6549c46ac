// Switches for faults, and the ways back.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Section } from "./parts.mjs";

const met = (fired) => `It met ${fired} call${fired === 1 ? "" : "s"} so far.`;

function Switch({ fault, actions }) {
  return h("li", null,
    h("button", {
      type: "button", role: "switch", class: "switch", id: fault.name,
      "aria-checked": fault.on ? "true" : "false",
      onClick: () => actions.turnFault(fault.name, !fault.on),
    },
    h("span", { class: "knob", "aria-hidden": "true" }),
    h("span", { class: "label" },
      h("strong", null, fault.label),
      h("span", { class: "quiet" }, fault.on ? `${fault.about} ${met(fault.fired)}` : fault.about)),
    h("span", { class: "state" }, fault.on ? "on" : "off")));
}

export function Faults({ faults, actions }) {
  const inForce = faults.others.length + faults.switches.filter(({ on }) => on).length;
  return h(Section, { id: "faults", title: "Faults", note: inForce ? `${inForce} on` : "all off" },
    h("ul", { class: "switches" },
      faults.switches.map((fault) => h(Switch, { key: fault.name, fault, actions }))),
    faults.others.length
      ? h("p", { class: "quiet" }, "Added from outside: ",
          faults.others.map(({ name, fired }) => `${name} (met ${fired})`).join(", "))
      : null,
    h("p", { class: "buttons" },
      h("button", {
        type: "button", disabled: inForce === 0, onClick: () => actions.reset(false),
      }, "All faults off"),
      h("button", { type: "button", class: "danger", onClick: () => actions.reset(true) },
        "Start over")),
    h("p", { class: "quiet" },
      "Start over forgets tasks, messages and faults: the account is as at the beginning."));
}
