// One message as a phone shows it.
import { el } from "./dom.js";
import { richText } from "./entities.js";
import { clockTime } from "./times.js";
import { WORDS } from "./words.js";

export function summary(message) {
  if (!message) return "";
  const text = message.text || message.caption;
  if (text) return text.replace(/\s+/g, " ").slice(0, 80);
  if (message.photo) return WORDS.photo;
  if (message.sticker) return WORDS.sticker;
  return message.document ? `${WORDS.file} ${message.document.file_name || ""}` : WORDS.other;
}

export const senderName = (message) => (message.from?.is_bot ? WORDS.bot : message.from?.first_name || WORDS.you);

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

const fileUrl = (id) => `/sandbox/files/${encodeURIComponent(id)}`;

function attachment(message) {
  if (message.photo) {
    const photo = message.photo[message.photo.length - 1];
    return el("a", { class: "photo", href: fileUrl(photo.file_id), target: "_blank" },
      el("img", { src: fileUrl(photo.file_id), alt: WORDS.photo, width: photo.width, height: photo.height }));
  }
  if (message.sticker) return el("span", { class: "sticker" }, message.sticker.emoji || "");
  if (!message.document) return null;
  const name = message.document.file_name || WORDS.file;
  const kind = (name.includes(".") ? name.split(".").pop() : "").slice(0, 4);
  return el("a", { class: "document", href: fileUrl(message.document.file_id), download: name },
    el("span", { class: "kind" }, kind || "•"),
    el("span", {}, el("b", {}, name), el("small", {}, size(message.document.file_size || 0))));
}

function quote(message, actions) {
  const target = message.reply_to_message;
  if (!target) return null;
  return el("button", { type: "button", class: "quote", onclick: () => actions.jump(target.message_id) },
    el("b", {}, senderName(target)), el("span", {}, message.quote?.text || summary(target)));
}

function button(spec, message, actions) {
  const label = el("span", {}, spec.text);
  if (spec.url) {
    return el("a", { class: "key", href: spec.url, target: "_blank", rel: "noopener noreferrer",
      onclick: (event) => actions.open(event, spec.url) }, label, el("i", {}, WORDS.link));
  }
  const node = el("button", { type: "button", class: "key" }, label);
  node.addEventListener("click", () => actions.press(message, spec, node));
  return node;
}

function keys(message, actions) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return el("div", { class: "keys" },
    ...rows.map((row) => el("div", {}, ...row.map((spec) => button(spec, message, actions)))));
}

export function renderMessage(message, actions) {
  const mine = !message.outgoing;
  const text = message.text ?? message.caption ?? "";
  const body = el("div", { class: "text" });
  body.append(...richText(text, message.entities || message.caption_entities, actions));
  const meta = el("div", { class: "meta" },
    message.edit_date ? el("span", {}, WORDS.edited) : null, el("time", {}, clockTime(message.date)));
  const bubble = el("div", { class: "bubble" },
    actions.inGroup && mine ? el("b", { class: "from" }, senderName(message)) : null,
    quote(message, actions), attachment(message), text ? body : null, meta,
    message.reaction ? el("span", { class: "reaction" }, message.reaction) : null);
  bubble.addEventListener("click", (event) => {
    if (event.target.closest("a, button, .spoiler, .folded") || String(getSelection())) return;
    actions.reply(message);
  });
  const classes = `msg ${mine ? "mine" : "theirs"}${message.sticker ? " bare" : ""}`;
  return el("article", { class: classes, "data-id": message.message_id }, bubble, keys(message, actions));
}
