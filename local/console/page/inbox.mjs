// The topic's messages, each as every kind of subscriber sees it.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Listing, isNarrow } from "./listing.mjs";
import { Age, Foldable, Nothing, Section } from "./parts.mjs";

export const MESSAGES_A_PAGE = 5;

const READERS = {
  email: "E-mail",
  sms: "SMS",
  http: "HTTP",
  https: "HTTPS",
  functionstage: "Function",
};

/** The posted document, with the message inside it opened if that is JSON too. */
function opened(text) {
  try {
    const posted = JSON.parse(text);
    try {
      posted.message = JSON.parse(posted.message);
    } catch {
      // A plain text stays one.
    }
    return JSON.stringify(posted, null, 2);
  } catch {
    return text;
  }
}

function Email({ delivery }) {
  return h("div", { class: "mail" },
    h("p", { class: "envelope" }, h("span", null, "To "), delivery.endpoint),
    h("p", { class: "envelope" }, h("span", null, "Subject "), h("b", null, delivery.subject)),
    h("pre", { role: "group", tabIndex: 0, "aria-label": "Text of the e-mail" }, delivery.text));
}

function Sms({ delivery }) {
  return h("div", null,
    h("p", { class: "envelope" }, h("span", null, "To "), delivery.endpoint),
    h("p", { class: "bubble" }, delivery.text),
    h("p", { class: "quiet" }, `${delivery.text.length} characters`));
}

function Posted({ delivery }) {
  return h("div", null,
    h("p", { class: "envelope" }, h("span", null, "POST "), delivery.endpoint),
    h("p", { class: "quiet" }, "\u201cmessage\u201d is JSON text; it is opened here."),
    h("pre", { class: "log", role: "group", tabIndex: 0, "aria-label": "Posted document" },
      opened(delivery.text)));
}

function Received({ delivery }) {
  const seen = { email: Email, sms: Sms }[delivery.protocol] ?? Posted;
  return h("article", { class: `received ${delivery.protocol}` },
    h("h3", null, READERS[delivery.protocol] ?? delivery.protocol),
    delivery.dropped
      ? h("p", { class: "failure" }, `Not sent to ${delivery.endpoint}: ${delivery.dropped}.`)
      : h(seen, { delivery }),
    delivery.left_out
      ? h("p", { class: "quiet" }, `${delivery.left_out} characters more are left out here.`)
      : null);
}

function Message({ message, isOpen, onToggle, now }) {
  return h(Foldable, {
    id: `message-${message.id}`, isOpen, onToggle,
    heading: h("span", { class: "heading" },
      h("strong", null, message.subject ?? "(no subject)"), " ",
      h(Age, { time: message.time, now })),
  },
  h("div", { class: "readers" },
    message.deliveries.length === 0
      ? h(Nothing, null, "The topic has no subscribers.")
      : message.deliveries.map((delivery) =>
          h(Received, { key: `${delivery.protocol} ${delivery.endpoint}`, delivery }))));
}

export function Inbox({ messages, folds, lists, now }) {
  return h(Section, { id: "inbox", title: "The topic\u2019s inbox", note: messages.total },
    messages.shown.length === 0
      ? h(Nothing, null, "Nothing was published yet.")
      : h(Listing, {
          id: "inbox", name: "messages", list: messages, size: MESSAGES_A_PAGE, lists,
          show: (shown, before) => shown.map((message, index) => {
            const id = `message-${message.id}`;
            return h(Message, {
              key: message.id, message, now,
              isOpen: folds.isOpen(id, before + index === 0 && !isNarrow()),
              onToggle: (isOpen) => folds.set(id, isOpen),
            });
          }),
        }));
}
