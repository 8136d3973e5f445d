// Dates and times in the office's time zone.
import { WORDS } from "./words.js";

let zone = "Asia/Shanghai";
const formats = new Map();

export function setZone(name) {
  if (name && name !== zone) { zone = name; formats.clear(); }
}

function format(key, options, seconds) {
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat("zh-CN", { timeZone: zone, ...options }));
  return formats.get(key).format(new Date(seconds * 1000)).replace(/(?<=\d|日)(?=周)/, " ");
}

export const clockTime = (s) => format("time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, s);
export const dayKey = (s) => format("key", { year: "numeric", month: "2-digit", day: "2-digit" }, s);
export const longDay = (s) => format("long", { year: "numeric", month: "long", day: "numeric", weekday: "short" }, s);
export const shortDay = (s) => format("short", { month: "numeric", day: "numeric" }, s);
export const stopDay = (s) => format("stop", { month: "numeric", day: "numeric", weekday: "short" }, s);

export function dayTitle(seconds, now) {
  if (dayKey(seconds) === dayKey(now)) return WORDS.today;
  if (dayKey(seconds) === dayKey(now - 86400)) return WORDS.yesterday;
  return longDay(seconds);
}
