// Text with entities to nodes. Offsets are UTF-16 units, as JavaScript counts them.
import { el } from "./dom.js";

const TAGS = {
  bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const SAFE_URL = /^(https?:|mailto:|tel:)/i;

function link(text, url) {
  return SAFE_URL.test(url)
    ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text)
    : el("span", { title: url }, text);
}

function wrap(entity, text, children, actions) {
  switch (entity.type) {
    case "text_link": { const node = link("", entity.url); node.append(...children); return node; }
    case "url": return link(text, /^[a-z]+:/i.test(text) ? text : `http://${text}`);
    case "email": return link(text, `mailto:${text}`);
    case "bot_command":
      return el("button", { type: "button", class: "command", onclick: () => actions.say(text) }, text);
    case "spoiler": {
      const node = el("span", { class: "spoiler", onclick: () => node.classList.add("open") });
      node.append(...children);
      return node;
    }
    case "expandable_blockquote": {
      const node = el("blockquote", { class: "folded", onclick: () => node.classList.toggle("folded") });
      node.append(...children);
      return node;
    }
    case "mention": case "hashtag": case "text_mention": {
      const node = el("span", { class: "mention" });
      node.append(...children);
      return node;
    }
    default: {
      const node = el(TAGS[entity.type] || "span");
      node.append(...children);
      return node;
    }
  }
}

function build(text, entities, from, to, actions) {
  const nodes = [];
  let at = from;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    const inner = [];
    index += 1;
    while (index < entities.length && entities[index].offset < end) inner.push(entities[index++]);
    if (end <= start) continue;
    if (start > at) nodes.push(document.createTextNode(text.slice(at, start)));
    nodes.push(wrap(entity, text.slice(start, end), build(text, inner, start, end, actions), actions));
    // A block ends its line by itself.
    at = BLOCKS.has(entity.type) && text[end] === "\n" ? end + 1 : end;
  }
  if (at < to) nodes.push(document.createTextNode(text.slice(at, to)));
  return nodes;
}

export function richText(text, entities, actions) {
  const sorted = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, sorted, 0, text.length, actions);
}
