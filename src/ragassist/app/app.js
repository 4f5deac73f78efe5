"use strict";
// One view is one address: /?q=question&doc=paper#p12, or /?view=papers. Links in the chat are such addresses; here they are
// followed without a reload, and the source they name is shown beside the chat. The papers themselves are papers.js's.

(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const wide = matchMedia("(min-width: 64rem)");
  const parse = (href) => {
    const url = new URL(href, location.href);
    const get = (name) => url.searchParams.get(name);
    return { q: get("q") ?? "", doc: get("doc"), place: url.hash, papers: get("view") === "papers" };
  };
  const here = () => parse(location.href);
  const questionOf = (reply) => parse(find(".asked a", reply.closest(".message-row")?.previousElementSibling ?? document)?.href ?? "/").q;

  const askedBefore = (q) => [...document.querySelectorAll(".asked a")].filter((link) => parse(link.href).q === q).at(-1);

  let shut = false; // the user closed the source: it opens again only when asked for
  let latest = null; // what was said last
  let frame = null;
  let ready = false; // the question box has been opened
  let opener = null; // what opened the source, to give the focus back to
  let chatting = "/"; // the chat's last address, to come back to from the papers

  function go(href) {
    if (new URL(href, location.href).href !== location.href) history.pushState(null, "", href);
    show();
  }

  function show() {
    const { q, doc, place, papers } = here();
    if (!papers) chatting = location.href;
    document.body.classList.toggle("papers", papers);
    for (const link of document.querySelectorAll(".masthead .view")) link.ariaCurrent = link.matches(".to-papers") === papers ? "page" : null;
    document.dispatchEvent(new Event("shown"));
    if (q && !askedBefore(q)) ask(q);
    const panel = find("#source");
    if (!panel) return;
    document.body.classList.toggle("reading", Boolean(doc));
    for (const link of document.querySelectorAll(".cited a")) link.ariaCurrent = link.href === location.href ? "true" : null;
    if (!doc) return;
    const address = `/paper/${encodeURIComponent(doc)}${place}`;
    find(".open", panel).href = address;
    find("iframe", panel).contentWindow.location.replace(address); // replace: the frame adds no step to the history
    if (!wide.matches) find(".close", panel).focus();
  }

  function close() {
    if (!document.body.classList.contains("reading")) return;
    shut = true;
    const { q, papers } = here();
    const list = new URL(location.href);
    list.searchParams.delete("doc");
    history.pushState(null, "", papers ? list.pathname + list.search : q ? `/?q=${encodeURIComponent(q)}` : "/");
    show();
    opener?.focus();
  }

  function ask(question) {
    const box = find("#box textarea");
    const button = find("#box button");
    if (!box || box.disabled || !button) return; // not ready: the server asks what stands in the address
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => button.click());
  }

  function arrived(reply) {
    const q = questionOf(reply);
    if (here().papers) return void (chatting = `/?q=${encodeURIComponent(q)}`); // it waits until one comes back to the chat
    if (here().q !== q) history.pushState(null, "", `/?q=${encodeURIComponent(q)}`);
    const first = find(".cited a", reply);
    if (!here().doc && first && wide.matches && !shut && !reply.classList.contains("absent")) history.replaceState(null, "", first.href);
    show();
    reply.closest(".message-row")?.previousElementSibling?.scrollIntoView({ block: "start", behavior: "smooth" });
  }

  async function copy(button) {
    const text = button.nextElementSibling.textContent;
    const words = find("#source").dataset;
    let told = words.copied;
    try {
      await navigator.clipboard.writeText(button.classList.contains("link") ? new URL(text, location.href).href : text);
    } catch {
      told = words.uncopied;
    }
    const label = button.textContent;
    button.textContent = find("#source .told").textContent = told;
    button.disabled = true;
    setTimeout(() => {
      button.textContent = label;
      button.disabled = false;
      find("#source .told").textContent = "";
    }, 1500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.matches(".copy")) copy(button);
    if (button?.matches("#source .close")) close();
    const link = event.target.closest("a");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.pathname !== "/") return;
    event.preventDefault();
    if (link.matches(".view.to-chat")) return go(chatting);
    if (!link.search) return location.assign("/");
    if (parse(link.href).doc) [shut, opener] = [false, link];
    go(link.href);
  }, true);

  const escape = (event) => event.key === "Escape" && !find("dialog[open]") && close();
  document.addEventListener("keydown", escape);
  history.scrollRestoration = "manual"; // back goes to the question, not to where the window happened to be
  document.body.classList.toggle("papers", here().papers); // before there is anything to see
  addEventListener("popstate", () => {
    show();
    askedBefore(here().q)?.scrollIntoView();
  });

  new MutationObserver(() => {
    const words = find("#source")?.dataset ?? {};
    // Gradio reads a message's markup out as its label.
    for (const [who, label] of [["user", words.question], ["bot", words.reply]])
      for (const message of document.querySelectorAll(`[data-testid="${who}"]:not([aria-label="${label}"])`)) message.setAttribute("aria-label", label);
    if (frame !== find("#source iframe")) {
      frame = find("#source iframe");
      frame?.addEventListener("load", () => {
        frame.contentDocument.addEventListener("keydown", escape);
        find("#source strong").textContent = frame.contentDocument.title || find("#source").ariaLabel;
      });
      document.documentElement.lang = find("#source").lang;
      if (frame) show();
    }
    const box = find("#box textarea");
    if (!ready && box && !box.disabled) {
      ready = true;
      document.dispatchEvent(new Event("ready"));
      if (wide.matches && document.activeElement === document.body) box.focus({ preventScroll: true });
    }
    const said = [...document.querySelectorAll("#chat .reply, #chat .notice")].at(-1) ?? null;
    if (said && said !== latest) {
      latest = said;
      if (said.matches(".reply")) arrived(said);
      else said.scrollIntoView({ block: "nearest" });
    }
  }).observe(document, { childList: true, subtree: true, attributeFilter: ["disabled"] });
})();
