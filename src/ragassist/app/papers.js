"use strict";
// The papers, beside the chat: /?view=papers&find=…&sort=…&page=2. The server makes the list and says how far a job is; here
// it is fetched and put in place, files are sent one by one, and what the buttons ask for is posted.

(() => {
  const POLL = { busy: 500, open: 3000 }; // milliseconds between two looks at what is being done
  const find = (selector, root = panel) => root.querySelector(selector);
  const all = (selector, root = panel) => [...root.querySelectorAll(selector)];
  const params = () => new URLSearchParams(location.search);
  const open = () => params().get("view") === "papers";
  const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  const panel = document.createElement("div");
  panel.id = "papers";
  let words = null; // what the server lets us say, once the panel is there
  let version = null; // of the list that is shown, or of the papers that the chat's first page was made from
  let listed = null; // the part of the address that the list was made for
  let looking = null; // the timer of the next look
  let sending = 0; // files that are still to be sent
  let loaded = ""; // how many papers there are
  let reading = null; // which paper is open beside the list
  let asked = 0; // which request for a list was the last one
  let outcome = ""; // what became of what was asked, as it is shown
  let lost = false; // the server does not answer

  const query = () => {
    const wanted = params();
    wanted.delete("doc");
    return wanted.toString();
  };

  // What the server says, and whether it is what was asked for; told is null where the server does not answer.
  async function get(path, options) {
    try {
      const answer = await fetch(path, { cache: "no-store", ...options });
      const json = answer.headers.get("content-type")?.startsWith("application/json");
      return { ok: answer.ok, told: json ? await answer.json() : await answer.text() };
    } catch {
      return { ok: false, told: null };
    }
  }

  async function show() {
    count();
    if (!open()) return;
    if (!panel.isConnected) document.body.append(panel);
    if (!words && !panel.ariaBusy) await build();
    else if (words && listed !== query()) await list();
    mark();
  }

  async function build() {
    panel.ariaBusy = "true";
    const wanted = query();
    const { ok, told } = await get(`/papers/panel?${wanted}`);
    panel.ariaBusy = null;
    if (!ok) return void setTimeout(show, POLL.open);
    listed = wanted;
    panel.innerHTML = told;
    words = find("main").dataset;
    counted();
    look();
  }

  async function list() {
    const wanted = query();
    const turn = ++asked;
    const { ok, told } = await get(`/papers/list?${wanted}`);
    if (told === null) trouble(words.lost);
    if (!ok || turn !== asked) return;
    listed = wanted;
    const focused = document.activeElement?.closest("#papers :is(th, .turning)"); // what was pressed stays in focus
    find(".list").innerHTML = told;
    if (focused) find(`.${focused.className} a`)?.focus();
    if (document.activeElement !== find("#find")) find("#find").value = params().get("find") ?? "";
    counted();
    mark();
  }

  // The paper that is open beside the list; its line stays in view, though the list gets narrower and wider.
  function mark() {
    const doc = params().get("doc");
    const turned = doc !== reading && all("tr[data-id]").find((row) => row.dataset.id === (doc ?? reading));
    for (const row of all("tr[data-id]")) row.classList.toggle("open", row.dataset.id === doc);
    reading = doc;
    if (turned) requestAnimationFrame(() => turned.scrollIntoView({ block: "center" }));
  }

  function count() {
    const place = document.querySelector(".masthead .count");
    if (place && place.textContent !== loaded) place.textContent = loaded;
  }

  function counted() {
    find(".count").textContent = find("table")?.dataset.here ?? "";
  }

  async function look() {
    clearTimeout(looking);
    const { ok, told } = await get("/papers/status");
    if (words && lost !== !ok) trouble(ok ? "" : words.lost);
    lost = !ok;
    if (ok) tell(told);
    const busy = sending || (ok && (told.busy || !told.ready));
    clearTimeout(looking);
    if ((open() || busy) && !document.hidden) looking = setTimeout(look, busy ? POLL.busy : POLL.open);
  }

  function tell(state) {
    loaded = state.ready ? state.count.toLocaleString(document.documentElement.lang) : "";
    count();
    const early = words && state.ready && find(".list > .notice"); // made before there was anything to list
    if (early || (version !== null && version !== state.version)) {
      if (words && open()) list();
      else listed = null;
      welcome();
    }
    version = state.version;
    if (!words) return;
    progress(state);
    const results = find(".results");
    if (outcome !== state.results) find("ul", results).innerHTML = outcome = state.results;
    results.hidden = !state.results;
    find(".retry").hidden = !state.retry;
  }

  function progress(state) {
    const job = find(".job");
    const stop = find(".stop");
    const focused = document.activeElement === stop;
    job.hidden = !state.busy && !sending;
    if (focused && job.hidden) find("h1").focus();
    if (sending) return;
    for (const name of ["doing", "name", "queue"]) find(`.${name}`, job).textContent = state[name] ?? "";
    const bar = find("progress", job);
    bar.max = state.total || 1;
    if (state.total) bar.value = state.done;
    else bar.removeAttribute("value");
    stop.hidden = !state.stop;
    const said = find(".said");
    if (said.textContent !== (state.said ?? "")) said.textContent = state.said ?? "";
  }

  async function welcome() {
    const first = document.querySelector("#chat .welcome:not(:has(progress))");
    if (!first) return;
    const { ok, told } = await get("/papers/welcome");
    const now = new DOMParser().parseFromString(ok ? told : "", "text/html").querySelector(".welcome");
    if (now) first.replaceChildren(...now.childNodes);
  }

  function trouble(sentence) {
    const place = find(".trouble");
    place.textContent = sentence;
    place.hidden = !sentence;
  }

  async function post(path, values = {}, body = null) {
    trouble("");
    const { ok, told } = await get(`/papers/${path}?${new URLSearchParams(values)}`, { method: "POST", body });
    if (!ok) trouble(told === null ? words.lost : (told.told ?? told.error ?? told));
    look();
    return ok;
  }

  async function send(files) {
    if (files.length > words.most) return trouble(fill(words.tooMany, { count: files.length, most: words.most }));
    const large = files.filter((file) => file.size > words.largest);
    const fit = files.filter((file) => file.size <= words.largest);
    sending += fit.length;
    find(".job").hidden = false;
    for (const [n, file] of fit.entries()) {
      find(".doing").textContent = fill(words.uploading, { done: n + 1, total: fit.length });
      find(".name").textContent = file.name;
      find(".job progress").max = fit.length;
      find(".job progress").value = n;
      find(".stop").hidden = true;
      const sent = await post("file", { name: file.name }, file);
      sending -= 1;
      if (!sent) break;
    }
    sending = 0;
    if (large.length) trouble(large.map((file) => fill(words.tooLarge, { name: file.name, size: words.size })).join(" "));
    look();
  }

  async function remove(button) {
    const dialog = find(".sure");
    const { id, file, what } = button.dataset;
    find(".what", dialog).textContent = what;
    find(".means", dialog).textContent = id ? dialog.dataset.paper : dialog.dataset.file;
    dialog.returnValue = "";
    dialog.showModal();
    // Its event comes a little later than the closing: that of the time before may come when it is open again.
    await new Promise((done) => (dialog.onclose = () => dialog.open || done()));
    if (dialog.returnValue !== "remove" || !(await post("remove", id ? { id } : { file }))) return;
    if (id && params().get("doc") === id) document.querySelector("#source .close")?.click();
    find("h1").focus({ preventScroll: true }); // its button goes with the line
  }

  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches(".out")) remove(button);
    if (button?.matches(".stop")) post("stop");
    if (button?.matches(".read")) post("read", button.matches(".retry") ? { again: 1 } : {});
  });

  panel.addEventListener("submit", async (event) => {
    if (event.target.method === "dialog") return;
    event.preventDefault();
    const wish = event.target.matches(".wish") && find("#wish");
    if (wish?.value.trim() && (await post("fetch", { wish: wish.value }))) wish.value = "";
  });

  panel.addEventListener("change", (event) => {
    if (!event.target.matches("#files")) return;
    const files = [...event.target.files];
    event.target.value = "";
    if (files.length) send(files);
  });

  panel.addEventListener("input", (event) => {
    if (!event.target.matches("#find")) return;
    const wanted = params();
    wanted.delete("page");
    if (event.target.value.trim()) wanted.set("find", event.target.value);
    else wanted.delete("find");
    history.replaceState(null, "", `/?${wanted}${location.hash}`);
    list();
  });

  // Files dropped anywhere on the page would otherwise be opened by the browser, in place of the page.
  for (const name of ["dragover", "dragleave", "drop"])
    addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      const place = open() && find(".drop");
      if (!place) return void (event.dataTransfer.dropEffect = "none");
      place.classList.toggle("over", name === "dragover");
      if (name !== "drop") return;
      const items = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
      const files = [...event.dataTransfer.files].filter((_, n) => !items[n]?.isDirectory);
      if (items.some((item) => item?.isDirectory)) trouble(words.folder);
      if (files.length) send(files);
    });

  document.addEventListener("shown", show);
  document.addEventListener("ready", look);
  document.addEventListener("visibilitychange", () => !document.hidden && (open() || loaded) && look());
  show();
})();
