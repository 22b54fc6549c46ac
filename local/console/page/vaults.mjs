// The vaults, each with its last success, its last day, and its last sync.

import { h } from "./vendor/preact-11.2.0.mjs";
import { Listing } from "./listing.mjs";
import {
  Age, Badge, Nothing, Section, Table, age, clock, gravest, kindOf,
} from "./parts.mjs";

export const VAULTS_A_PAGE = 10;
const BEHIND_AFTER_SECONDS = 26 * 3600;
const DAY_SECONDS = 24 * 3600;
const SLOT_SECONDS = 900;

function Tags({ tags }) {
  return Object.entries(tags).map(([name, value]) =>
    h("span", { key: name, class: "tag" }, `${name}=${value}`));
}

function LastSuccess({ time, now }) {
  if (time === null) return h(Badge, { status: "never", text: "never" });
  const isBehind = now - time > BEHIND_AFTER_SECONDS;
  return h("span", { title: new Date(time * 1000).toLocaleString() },
    h(Badge, { status: isBehind ? "behind" : "recent", text: age(time, now) }));
}

const told = (counts) =>
  Object.entries(counts).map(([status, count]) => `${count} ${status}`).join(", ");

function summed(slots) {
  const sums = {};
  for (const { counts } of slots) {
    for (const [status, count] of Object.entries(counts)) {
      sums[status] = (sums[status] ?? 0) + count;
    }
  }
  return sums;
}

/** Each quarter of an hour of the last day in which a sync began, in the colour of its worst. */
function LastDay({ slots, now }) {
  const begin = now - DAY_SECONDS;
  const text = slots.length === 0 ? "no sync" : told(summed(slots));
  return [
    h("svg", {
      class: "day", viewBox: `0 0 ${DAY_SECONDS} 100`, preserveAspectRatio: "none",
      "aria-hidden": "true",
    }, slots.map(({ from, counts }) =>
      h("rect", {
        key: from, class: gravest(Object.keys(counts).map(kindOf)),
        x: Math.max(0, from - begin), y: 0, width: SLOT_SECONDS, height: 100,
      }, h("title", null, `${clock(from)}: ${told(counts)}`)))),
    h("span", { class: "quiet" }, text),
  ];
}

function LastSync({ sync, now }) {
  if (!sync) return h("span", { class: "quiet" }, "none");
  const running = sync.ended_at === null;
  return [
    h(Badge, { status: sync.status, text: running ? `${sync.status} ${sync.progress} %` : null }),
    " ",
    h(Age, { time: sync.ended_at ?? sync.started_at, now }),
  ];
}

function row(vault, now) {
  const isHybrid = vault.cloud_type === "hybrid";
  const outside = h("span", { class: "quiet" }, "CBR synchronises hybrid vaults only");
  return {
    key: vault.id,
    id: `vault-${vault.id}`,
    cells: [
      [h("strong", null, vault.name), " ", h("span", { class: "quiet" }, vault.cloud_type), " ",
        h(Tags, { tags: vault.tags }), h("code", { class: "id" }, vault.id)],
      isHybrid ? h(LastSuccess, { time: vault.last_success_at, now }) : null,
      isHybrid ? h(LastDay, { slots: vault.last_day, now }) : outside,
      isHybrid ? h(LastSync, { sync: vault.last_sync, now }) : null,
      h(Badge, { status: vault.status }),
    ],
  };
}

function note(vaults, now) {
  const behind = vaults.shown.filter(({ cloud_type, last_success_at }) =>
    cloud_type === "hybrid" && !(now - last_success_at <= BEHIND_AFTER_SECONDS && last_success_at));
  return behind.length === 0
    ? `${vaults.total}, all hybrid ones with a success in the last 26 h`
    : `${vaults.total}, ${behind.length} without a success in the last 26 h`;
}

export function Vaults({ vaults, lists, now }) {
  return h(Section, { id: "vaults", title: "Vaults", note: note(vaults, now) },
    vaults.shown.length === 0 ? h(Nothing, null, "The account has no vaults.") :
    h(Listing, {
      id: "vaults", name: "vaults", list: vaults, size: VAULTS_A_PAGE, lists,
      show: (shown) => h(Table, {
        key: "table", name: "vaults", label: "Vaults",
        columns: ["Vault", "Last success", "Last 24 hours", "Last sync", "Status"],
        rows: shown.map((vault) => row(vault, now)),
      }),
    }));
}
