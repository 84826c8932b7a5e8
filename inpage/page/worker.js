/* Python for one page. Answers {start} and {run}. Before the first cell its reach is cut: what a cell runs can ask no
   address, not even this site's; only packs that the list names still come, when a cell imports them. */
const base = new URL("./", self.location.href).href;
const ask = self.fetch.bind(self),
  AskAtOnce = self.XMLHttpRequest;
const say = (type, more = {}) => postMessage({ type, ...more });
let runCell;

async function counted({ path, size }) {
  // a file of the live folder, its bytes counted while they come, then held against the hash in its name
  let come = 0;
  const count = new TransformStream({
    transform(part, to) {
      come += part.byteLength;
      say("came", { bytes: part.byteLength });
      to.enqueue(part);
    },
    flush(to) {
      if (come !== size) to.error(new Error(`${path} is incomplete on this site`));
    },
  });
  const answer = await ask(base + path, { cache: "force-cache" });
  if (!answer.ok) throw new Error(`${path} is missing on this site`);
  const content = await new Response(answer.body.pipeThrough(count)).arrayBuffer();
  if (self.crypto.subtle) {
    // which browsers keep to https
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", content), 0, 5);
    const start = [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (!path.includes(`-${start}.`)) throw new Error(`${path} is damaged on this site`);
  }
  return content;
}

async function start({ manifest }) {
  try {
    new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
  } catch {
    throw new Error("this site’s server forbids WebAssembly");
  }
  const script = (name) => import(base + manifest.scripts[name]);
  const packs = manifest.packs.map(counted);
  const pressed = Object.fromEntries(Object.entries(manifest.pressed).map(([name, file]) => [name, counted(file)]));
  const vega = script("vega.js")
    .then(() => script("vega-lite.js"))
    .then(() => script("vega-svg.js"));
  const runtime = import(`${base}${manifest.python}/pyodide.js`);
  await Promise.all([...packs, ...Object.values(pressed), runtime, vega]);
  const types = { wasm: "application/wasm", zip: "application/zip" };
  self.fetch = async (address) => {
    // Pyodide's own two files, which lie pressed
    const name = String(address).split("/").pop();
    return new Response(new Response(await pressed[name]).body.pipeThrough(new DecompressionStream("gzip")), {
      headers: { "Content-Type": types[name.split(".").pop()] },
    });
  };
  const python = await (
    await runtime
  ).loadPyodide({
    indexURL: `${base}${manifest.python}/`,
    lockFileContents: { info: manifest.info, packages: {} },
    env: { HOME: "/home/pyodide", PYTHONHASHSEED: "0", CASEBOOK_STATIC: "1" },
  });
  for (const [n, pack] of manifest.packs.entries())
    python.unpackArchive(await packs[n], "zip", { extractDir: pack.to });
  self.vegaLiteToSvg = (await vega).prepare((await script("vega-interpreter.js")).expressionInterpreter);
  const late = new Set();
  const latePack = (module) => {
    // Python's import waits, so the answer must be there at once
    const pack = manifest.late.find(({ names }) => names.includes(module));
    if (!pack || late.has(pack.path)) return Boolean(pack);
    say("late", { name: module, size: pack.size });
    const request = new AskAtOnce();
    request.open("GET", base + pack.path, false);
    request.responseType = "arraybuffer";
    try {
      request.send();
    } catch {
      return null;
    }
    if (request.status !== 200 || request.response.byteLength !== pack.size) return null;
    python.unpackArchive(request.response, "zip", { extractDir: pack.to });
    late.add(pack.path);
    return true;
  };
  cutReach();
  python.runPython("import sys, os; sys.path[:0] = ['/case/book', '/packs']; os.chdir('/case/book')");
  const runner = python.pyimport("page_runner");
  runner.bring_late_packs(latePack);
  runCell = (message) =>
    runner.run_cell(message.id, message.code, message.show, (kind, text) => say("out", { id: message.id, kind, text }));
  say("ready", { book: JSON.parse(python.FS.readFile("/case/cells.json", { encoding: "utf8" })) });
}

function cutReach() {
  const names = [
    "fetch",
    "XMLHttpRequest",
    "WebSocket",
    "WebSocketStream",
    "EventSource",
    "WebTransport",
    "RTCPeerConnection",
    "Worker",
    "SharedWorker",
    "BroadcastChannel",
    "importScripts",
    "indexedDB",
    "caches",
    "eval",
  ];
  for (const name of names) for (let at = self; at; at = Object.getPrototypeOf(at)) delete at[name];
  for (const made of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    // no code from strings either
    Object.defineProperty(Object.getPrototypeOf(made), "constructor", { value: undefined });
  }
  const closed = function () {
    throw new Error("code from strings is closed here");
  };
  closed.prototype = Function.prototype; // Pyodide asks what is a function
  self.Function = closed;
  for (const name of ["setTimeout", "setInterval"]) {
    const real = self[name].bind(self);
    self[name] = (act, ...more) => (typeof act === "function" ? real(act, ...more) : undefined);
  }
}

self.onmessage = async ({ data: message }) => {
  try {
    if (message.type === "start") await start(message);
    else say("done", { id: message.id, ok: await runCell(message) });
  } catch (error) {
    say("failed", { words: String(error?.message ?? error).slice(0, 200) });
  }
};
