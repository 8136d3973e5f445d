// The messenger's control side.
async function call(path, options) {
  const reply = await fetch(`/sandbox/${path}`, options);
  const body = await reply.json();
  if (!reply.ok) throw new Error(body.error || reply.statusText);
  return body;
}

export const get = (path) => call(path, {});

export const post = (path, body = {}) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const remove = (path) => call(path, { method: "DELETE" });

export function upload(path, file, fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value) form.append(name, value);
  form.append("file", file);
  return call(path, { method: "POST", body: form });
}

export function listen(handlers, onLost) {
  const source = new EventSource("/sandbox/events");
  for (const [name, handler] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handler(JSON.parse(event.data)));
  }
  source.onerror = onLost;
}
