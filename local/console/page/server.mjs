// The server's side of the page: what it shows, and what it is asked to do.

const BASE = "/_console/";

/** The server refused a request; the text says why. */
export class Refusal extends Error {}

/** Nothing answered. */
export class Silence extends Error {}

/** Ask the server; the browser's own words for a server that is gone help nobody. */
async function ask(path, options) {
  try {
    return await fetch(path, options);
  } catch {
    throw new Silence("The cloud has stopped. Is `python -m local serve` still running?");
  }
}

const refusalOf = async (answer) => new Refusal((await answer.json()).error);

/** Ask for a document; null where it is the one that `known` (an ETag) stands for. */
async function get(name, known) {
  const headers = known ? { "If-None-Match": known } : {};
  const answer = await ask(BASE + name, { headers, cache: "no-store" });
  const about = {
    tag: answer.headers.get("ETag"),
    // How far the cloud's clock is ahead of the browser's, in seconds.
    ahead: Number(answer.headers.get("Cloud-Time")) - Date.now() / 1000,
  };
  if (answer.status === 304) return { ...about, document: null };
  if (!answer.ok) throw await refusalOf(answer);
  return { ...about, document: await answer.json() };
}

export const view = (known) => get("view", known);

/** The sample events, and the names of a request's fields. */
export const samples = async () => (await get("samples")).document;

/** Ask for a change; throws a Refusal if the server does not make it. */
async function post(name, order) {
  const answer = await ask(BASE + name, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(order),
  });
  if (!answer.ok) throw await refusalOf(answer);
  return answer.json();
}

/**
 * What is wrong with an event: {text, is_json}, with {line, column} where there is a place; or
 * null. What is JSON can be sent, but the function will reject it.
 */
export const checkEvent = async (event) => (await post("event-check", { event })).problem;
export const invoke = (order) => post("invocations", order);
export const turnFault = (name, on) => post("faults", { name, on });
export const reset = (everything) => post("reset", { everything });

/** Send a request to an API of APIG, as any other program would: the answer's status and text. */
export async function callApi({ path, headers }, body) {
  const answer = await ask(path, { method: "POST", headers, body });
  return {
    status: answer.status, text: await answer.text(), request: answer.headers.get("X-Request-Id"),
  };
}
