// A long list: page by page, and only what fits a filter.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Nothing } from "./parts.mjs";

const UNTOUCHED = { page: 0, text: "" };
const ITEMS_ON_A_PHONE = 4;

const narrow = matchMedia("(max-width: 40rem)");

/** Whether the screen is a phone's: lists are shorter there, and nothing in them begins open. */
export const isNarrow = () => narrow.matches;

const fitting = (size) => isNarrow() ? Math.min(size, ITEMS_ON_A_PHONE) : size;

/** What a person chose for each list, by the list's id; `changed` is called after a choice. */
export function makeLists(changed) {
  const chosen = new Map();
  return {
    of: (id) => chosen.get(id) ?? UNTOUCHED,
    choose(id, change) {
      chosen.set(id, { ...this.of(id), ...change });
      changed();
    },
  };
}

/** The items that contain every word of a text, anywhere in what is known of them. */
function matching(items, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter((item) => {
    const known = JSON.stringify(item).toLowerCase();
    return words.every((word) => known.includes(word));
  });
}

function Filter({ id, name, text, lists }) {
  return h("p", { class: "filter" },
    h("label", { for: `${id}-filter` }, `Filter ${name}`), " ",
    h("input", {
      id: `${id}-filter`, type: "search", value: text, autocomplete: "off", spellcheck: false,
      placeholder: "a name, an id, failed \u2026",
      onInput: (event) => lists.choose(id, { text: event.target.value, page: 0 }),
    }));
}

function Pages({ id, name, page, pages, from, to, count, lists }) {
  const turn = (label, next, isPossible) => h("button", {
    type: "button", disabled: !isPossible, onClick: () => lists.choose(id, { page: next }),
  }, label);
  return h("nav", { class: "pages", "aria-label": `Pages of ${name}` },
    turn("Newer", page - 1, page > 0),
    h("span", { class: "quiet" }, `${from}\u2013${to} of ${count}`),
    turn("Older", page + 1, page < pages - 1));
}

/**
 * list: {shown, total} of the server; at most `size` items are on a page.
 * show: renders the items of a page, and is told how many come before them.
 */
export function Listing({ id, name, list, size: most, lists, show }) {
  const { page: wanted, text } = lists.of(id);
  const size = fitting(most);
  const found = matching(list.shown, text);
  const pages = Math.max(1, Math.ceil(found.length / size));
  const page = Math.min(wanted, pages - 1);
  const from = page * size;
  const items = found.slice(from, from + size);
  return [
    list.shown.length > size || text
      ? h(Filter, { key: "filter", id, name, text, lists }) : null,
    found.length === 0
      ? h(Nothing, { key: "none" }, `Nothing here has \u201c${text}\u201d.`)
      : show(items, from),
    pages > 1 ? h(Pages, {
      key: "pages", id, name, page, pages, lists,
      from: from + 1, to: from + items.length, count: found.length,
    }) : null,
    list.total > list.shown.length
      ? h("p", { key: "more", class: "nothing" },
          `The latest ${list.shown.length} of ${list.total} are shown; the filter searches these.`)
      : null,
  ];
}

/** Turn to the page that an item is on. */
export function turnTo(lists, id, items, isIt, size) {
  const index = items.findIndex(isIt);
  if (index >= 0) lists.choose(id, { text: "", page: Math.floor(index / fitting(size)) });
  return index >= 0;
}
