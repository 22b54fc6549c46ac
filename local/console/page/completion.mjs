// What may be written where the caret is in a request: a field's name, or a vault's id.

const VAULT_FIELDS = ["vault_id", "vault_ids"];
const MAX_OFFERED = 8;

/** Where a string that begins at `from` ends: behind its quotation mark, or at the text's end. */
function endOfString(text, from) {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length + 1;
}

/**
 * Read the JSON before the caret: {path, names, isName, from, typed}, or null where neither a
 * name nor a string can stand. `path` has the fields around the caret; `from` is where the
 * string begins that the caret is in, or null if it is in none.
 */
function placeOf(text, caret) {
  const around = [];
  let from = null;
  for (let at = 0; at < caret;) {
    const inner = around.at(-1);
    const sign = text[at];
    if (sign === '"') {
      const end = endOfString(text, at);
      if (end > caret) {
        from = at;
        break;
      }
      if (inner?.isObject && inner.awaitsName) {
        inner.name = text.slice(at + 1, end - 1);
        inner.names.push(inner.name);
      }
      at = end;
      continue;
    }
    if (sign === "{" || sign === "[") {
      around.push({ isObject: sign === "{", awaitsName: true, name: null, names: [] });
    } else if (sign === "}" || sign === "]") around.pop();
    else if (sign === ":" && inner) inner.awaitsName = false;
    else if (sign === "," && inner) inner.awaitsName = true;
    at += 1;
  }
  const inner = around.at(-1);
  if (!inner) return null;
  const isName = inner.isObject && inner.awaitsName;
  const path = around.filter(({ isObject }) => isObject).map(({ name }) => name);
  return {
    path: isName ? path.slice(0, -1) : path, names: inner.names, isName, from,
    typed: from === null ? "" : text.slice(from + 1, caret),
  };
}

const names = (place, fields) => {
  const known = place.path.length === 0 ? fields.request
    : place.path.length === 1 && place.path[0] === "select" ? fields.select : [];
  return known
    .filter((name) => !place.names.includes(name) && name.startsWith(place.typed))
    .map((name) => ({ text: name, label: name }));
};

const vaultIds = (place, vaults) => {
  if (place.path.length !== 1 || !VAULT_FIELDS.includes(place.path[0])) return [];
  return vaults
    .filter(({ cloud_type, id, name }) =>
      cloud_type === "hybrid" && (id.startsWith(place.typed) || name.startsWith(place.typed)))
    .map(({ id, name }) => ({ text: id, label: `${name} (${id.slice(0, 8)}\u2026)` }));
};

/** Offer what fits at the caret: [{label, text, caret}], each with the text it would make. */
export function offers(text, caret, fields, vaults) {
  const place = placeOf(text, caret);
  if (place === null) return [];
  // A whole string is replaced when the caret is in it; half a one ends where the line does.
  const begin = place.from ?? caret;
  const [written] = place.from === null ? [""] : /^"(?:[^"\\\n]|\\.)*"?/.exec(text.slice(begin));
  const rest = text.slice(begin + written.length);
  const found = place.isName ? names(place, fields) : vaultIds(place, vaults);
  return found
    .filter((offer) => written !== `"${offer.text}"`)
    .slice(0, MAX_OFFERED)
    .map((offer) => {
      const added = `"${offer.text}"${place.isName && !/^\s*:/.test(rest) ? ": " : ""}`;
      return {
        label: offer.label,
        text: text.slice(0, begin) + added + rest,
        caret: begin + added.length,
      };
    });
}
