// What arrived last, on anybody's phone: shown while no chat is open.
import { $, el, face } from "./dom.js";
import { summary } from "./message.js";
import { clockTime, dayKey, shortDay } from "./times.js";
import { WORDS } from "./words.js";

const SHOWN = 14;

function entry(person, now, onSelect) {
  const look = face(person);
  const { last } = person;
  const when = dayKey(last.date) === dayKey(now) ? clockTime(last.date) : shortDay(last.date);
  return el("button", { type: "button", class: "arrival", onclick: () => onSelect(person.id) },
    el("span", { class: look.kind }, look.letters),
    el("span", {}, el("span", {}, el("b", {}, person.name), el("time", {}, when)), el("small", {}, summary(last))));
}

export function drawFeed(people, now, onSelect) {
  const arrived = people.filter((person) => person.last?.outgoing)
    .sort((a, b) => b.last.date - a.last.date || b.last.message_id - a.last.message_id).slice(0, SHOWN);
  $("about").replaceChildren(el("h2", {}, WORDS.arrivals),
    ...(arrived.length ? arrived.map((person) => entry(person, now, onSelect)) : [el("p", { class: "none" }, WORDS.noArrivals)]));
}
