"use strict";
// The page shows what the stream brings. All HTML in it is made, and escaped, by the console.

const body = document.body;
const proof = document.querySelector('meta[name="proof"]').content;
const line = document.getElementById("line");
const said = document.getElementById("said");
const asks = document.getElementById("asks");
const language = document.documentElement.lang;

// ---------------------------------------------------------------- what comes in

function show(name, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const place = document.getElementById(name);
  const chosen = place.value;
  settle(place, fresh.content);
  if (place.tagName === "SELECT" && [...place.options].some((option) => option.value === chosen)) place.value = chosen;
}

// Only what differs is replaced, so that the focus stays where it is.
function settle(there, fresh) {
  const before = [...there.childNodes];
  const after = [...fresh.childNodes];
  after.forEach((node, i) => {
    const old = before[i];
    if (!old) there.append(node);
    else if (old.isEqualNode(node)) return;
    else if (old.nodeType === 1 && old.nodeName === node.nodeName && old.id === node.id) {
      for (const { name } of [...old.attributes]) if (!node.hasAttribute(name)) old.removeAttribute(name);
      for (const { name, value } of [...node.attributes]) old.setAttribute(name, value);
      settle(old, node);
    } else old.replaceWith(node);
  });
  before.slice(after.length).forEach((node) => node.remove());
}

const stream = new EventSource("/events?lang=" + language);
stream.onopen = () => { line.textContent = "● " + body.dataset.live; line.className = "live"; };
stream.onerror = () => {
  const ended = stream.readyState === EventSource.CLOSED;
  line.textContent = "✕ " + (ended ? body.dataset.ended : body.dataset.lost);
  line.className = "lost";
};
for (const name of ["trouble", "stations", "pilots", "groups", "balance", "about", "incidents"])
  stream.addEventListener(name, (event) => show(name, event.data));

// ---------------------------------------------------------------- what goes out

async function send(to, what) {
  const headers = { "Content-Type": "application/json", "X-Vantage-Proof": proof };
  try {
    const answer = await fetch(to + "?lang=" + language, { method: "POST", headers, body: JSON.stringify(what) });
    said.textContent = await answer.text();
    said.className = answer.ok ? "" : "warning";
    return answer.ok;
  } catch {
    said.textContent = body.dataset.lost;
    said.className = "warning";
    return false;
  }
}

function confirmed(question, what) {
  document.getElementById("question").textContent = question;
  document.getElementById("yes").textContent = what;
  asks.returnValue = "no";
  asks.showModal();
  return new Promise((done) => asks.addEventListener("close", () => done(asks.returnValue === "yes"), { once: true }));
}

document.getElementById("groups").addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-to]");
  if (!button) return;
  const to = button.dataset.to;
  if (await confirmed(button.dataset.ask, button.textContent.trim())) await send(to, {});
});

document.getElementById("note").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = document.getElementById("text");
  const chosen = document.getElementById("about").value;
  const colon = chosen.indexOf(":");
  const about = colon < 0 ? chosen : chosen.slice(0, colon);
  const name = colon < 0 ? "" : chosen.slice(colon + 1);
  if (await send("/incidents", { about, name, text: text.value })) text.value = "";
});
