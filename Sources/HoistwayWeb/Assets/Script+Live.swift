extension Script {
    /// Updates one element to match another one, node by node: unchanged nodes keep their focus, selection, scroll
    /// position and open menus, and entered text stays.
    static let replacing = """
        const keyOf = (node) => node.nodeType === 1 ? node.id || node.dataset?.live || node.dataset?.key || "" : "";
        const isEdited = (element) => element === document.activeElement
          || (element.matches("textarea, input:not([type=checkbox]):not([type=radio])") ? element.value !== element.defaultValue
            : element.matches("input") ? element.checked !== element.defaultChecked
            : [...element.options ?? []].some((option) => option.selected !== option.defaultSelected));

        const sameKind = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

        const morph = (old, next) => {
          if (old.nodeType !== 1) {
            if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
            return;
          }
          if (old.matches("input, textarea, select") && isEdited(old)) return;
          for (const { name } of [...old.attributes]) {
            if (!next.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
          }
          for (const { name, value } of next.attributes) {
            if (name === "open" && old.nodeName === "DETAILS") continue;
            if (old.getAttribute(name) !== value) old.setAttribute(name, value);
          }
          const kept = new Map();
          for (const child of old.childNodes) if (keyOf(child)) kept.set(keyOf(child), child);
          let place = old.firstChild;
          for (const child of [...next.childNodes]) {
            const known = keyOf(child) ? kept.get(keyOf(child)) : null;
            if (known && known.nodeName === child.nodeName) {
              if (known === place) place = place.nextSibling;
              else old.insertBefore(known, place);
              morph(known, child);
            } else if (place && sameKind(place, child)) {
              const present = place;
              place = place.nextSibling;
              morph(present, child);
            } else {
              old.insertBefore(child, place);
            }
          }
          while (place) {
            const rest = place;
            place = place.nextSibling;
            rest.remove();
          }
        };

        // Each answer has new keys in its forms. The page keeps its own keys, so an unchanged part stays equal.
        const keysIn = (element) => [...element.querySelectorAll("form input[name=key]")];
        const actionOf = (key) => key.closest("form").getAttribute("action");
        const keepKeys = (old, next) => {
          const present = keysIn(old);
          keysIn(next).forEach((key, place) => {
            const same = present[place];
            if (same && actionOf(same) === actionOf(key)) key.setAttribute("value", same.getAttribute("value"));
          });
        };
        const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");
        // If the browser restores a cached page, a button that is pressed again must send a new request.
        addEventListener("pageshow", (event) => {
          if (event.persisted) for (const key of keysIn(document)) key.value = newKey();
        });

        const replacePart = (element, html) => {
          const template = document.createElement("template");
          template.innerHTML = html;
          const next = template.content.firstElementChild;
          if (next) keepKeys(element, next);
          if (!next || element.isEqualNode(next)) return false;
          morph(element, next);
          element.classList.remove("changed");
          void element.offsetWidth;
          element.classList.add("changed");
          document.dispatchEvent(new CustomEvent("hoistway:replaced", { detail: element }));
          return true;
        };
        document.addEventListener("animationend", (event) => event.target.classList.remove("changed"));
        """

    /// Changed parts of the page are fetched together, and replaced in place.
    static let parts = """
        const stale = new Set();
        let nextFetch = 0, fetchTimer = 0, isFetching = false, isPressed = false, isEnded = false;
        addEventListener("pointerdown", () => { isPressed = true; }, true);
        for (const name of ["pointerup", "pointercancel", "blur"]) {
          addEventListener(name, () => { isPressed = false; scheduleFetch(); }, true);
        }

        const banner = (() => {
          const box = document.getElementById("banner");
          const messages = new Map();
          // Only the first message in this order is shown: the most serious one.
          const order = ["session", "removed", "lost", "version", "configuration", "parts"];
          return (key, message) => {
            if (message && !messages.has(key)) announce(message.text);
            if (message) messages.set(key, message); else messages.delete(key);
            const first = messages.get(order.find((name) => messages.has(name)));
            box.hidden = !first;
            if (!first || box.dataset.text === first.text) return;
            box.dataset.text = first.text;
            box.textContent = first.text;
            if (first.link) {
              const link = document.createElement("a");
              link.href = first.link;
              link.textContent = first.action;
              box.append(link);
            }
          };
        })();
        const reloadLink = (text) => ({ text, link: location.pathname + location.search, action: "Load the page again" });

        const announced = new Set();
        let nextAnnouncement = 0, announceTimer = 0;
        const announce = (text) => {
          announced.add(text);
          if (announceTimer) return;
          announceTimer = setTimeout(() => {
            announceTimer = 0;
            nextAnnouncement = Date.now() + 5000;
            const texts = [...announced];
            announced.clear();
            document.getElementById("announcer").textContent =
              texts.length > 3 ? `${texts.length} changes on this page` : texts.join(", ");
          }, Math.max(200, nextAnnouncement - Date.now()));
        };

        // While other parts change, the element under the pointer (or with the focus) keeps its place in the window.
        let pointed = null;
        addEventListener("pointerover", ({ target }) => { pointed = target; }, true);
        document.documentElement.addEventListener("pointerleave", () => { pointed = null; });
        const keepingPlace = (change) => {
          const held = pointed?.isConnected ? pointed : document.activeElement;
          const before = held?.getBoundingClientRect().top;
          change();
          if (held?.isConnected) scrollBy(0, held.getBoundingClientRect().top - before);
        };

        const sourceOf = (element) => element.closest("[data-live-source]")?.dataset.liveSource;
        const scheduleFetch = () => {
          if (fetchTimer || isFetching || isEnded || !stale.size || document.hidden || isPressed) return;
          fetchTimer = setTimeout(() => { fetchTimer = 0; fetchParts(); }, Math.max(30, nextFetch - Date.now()));
        };
        const fetchParts = async () => {
          if (isPressed || document.hidden) return;
          const elements = [...stale].filter((element) => element.isConnected && sourceOf(element));
          stale.clear();
          if (!elements.length) return;
          const source = sourceOf(elements[0]);
          const batch = [];
          for (const element of elements) {
            if (batch.length < 50 && sourceOf(element) === source) batch.push(element); else stale.add(element);
          }
          isFetching = true;
          nextFetch = Date.now() + 500;
          try {
            const ids = batch.map((element) => `id=${encodeURIComponent(element.dataset.live)}`).join("&");
            const from = encodeURIComponent(location.pathname + location.search);
            const answer = await fetch(`${source}${source.includes("?") ? "&" : "?"}from=${from}&${ids}`, { redirect: "error" });
            if (answer.status === 401) return endSession();
            if (!answer.ok) throw new Error(`status ${answer.status}`);
            const parts = await answer.json();
            banner("parts", null);
            keepingPlace(() => { for (const element of batch) showPart(element, parts[element.dataset.live]); });
            refreshAges();
          } catch {
            // The server or its store does not answer: the shown parts stay, and are requested again later.
            for (const element of batch) stale.add(element);
            nextFetch = Date.now() + 5000;
            banner("parts", { text: "Changes cannot be loaded at the moment. They are tried again." });
          } finally {
            isFetching = false;
            scheduleFetch();
          }
        };
        const showPart = (element, html) => {
          const words = element.dataset.live.replaceAll("/", " ");
          if (html === undefined) return;
          if (html === null) {
            if (element.classList.contains("gone")) return;
            element.classList.add("gone");
            element.title = "This was removed, or no longer matches.";
            if (document.querySelectorAll("[data-live]").length === 1) tellRemoved(element);
            return announce(`${words} is gone`);
          }
          banner("removed", null);
          element.classList.remove("gone");
          element.removeAttribute("title");
          if (replacePart(element, html)) announce(`${words} changed`);
        };
        // The page shows only this object.
        const tellRemoved = (element) => {
          const back = document.querySelector(".trail li:last-child a");
          const text = `This ${element.dataset.live.split("/")[0]} was removed. What you see is what it was.`;
          banner("removed", back ? { text, link: back.href, action: `Go to ${back.textContent}` } : { text });
        };
        const markStale = (elements) => {
          for (const element of elements) stale.add(element);
          scheduleFetch();
        };
        document.addEventListener("visibilitychange", () => { if (!document.hidden) { refreshAges(); scheduleFetch(); } });

        const endSession = () => {
          isEnded = true;
          const here = encodeURIComponent(location.pathname + location.search);
          banner("session", { text: "Your session has ended.", link: `${page.base}/sign-in?next=${here}`, action: "Sign in" });
        };

        // Finds the parts that a change affects: data-on names the objects that a part shows.
        const news = new Map();
        const onChange = ({ kind, project, name }) => {
          const keys = [kind, project && `project/${project}`, project && `${kind}/${project}`,
            project && name && `${kind}/${project}/${name}`, !project && name && `${kind}/${name}`].filter(Boolean);
          if (kind === "configuration") {
            banner("configuration", reloadLink("The pipelines or the configuration have changed."));
            return markStale(document.querySelectorAll("[data-live]"));
          }
          const found = document.querySelectorAll(keys.map((key) => `[data-on~="${CSS.escape(key)}"]`).join(","));
          markStale(found);
          const box = document.querySelector(`[data-news="${CSS.escape(kind)}"]`);
          const id = `${kind}/${name}`;
          if (!box || (kind === "delivery" && document.querySelector(`[data-live="${CSS.escape(id)}"]`))) return;
          const known = news.get(kind) ?? new Set();
          news.set(kind, known.add(name ?? known.size));
          box.hidden = false;
          box.firstElementChild.textContent = `${known.size} new`;
        };
        const onReset = () => markStale(document.querySelectorAll("[data-live]"));
        """

    /// All tabs of a browser share one stream, since a browser has six connections to a host over HTTP/1.1.
    static let stream = """
        const channel = page.revision && "BroadcastChannel" in window ? new BroadcastChannel(`hoistway${page.base}`) : null;
        let position = page.revision, heard = Date.now(), isLeader = false;
        const recent = [];

        const take = (message) => {
          heard = Date.now();
          if (message.lost !== undefined) return showLost(message.lost);
          if (message.ended) return endSession();
          if (message.version && message.version !== page.version) {
            banner("version", reloadLink("A new version of Hoistway is running."));
          }
          showLost(null);
          document.body.dataset.stream = "open";
          if (message.id) position = message.id;
          if (message.event === "reset") onReset();
          if (message.event === "changed" || message.event === "removed") onChange(message.data);
        };
        const tell = (message) => {
          take(message);
          channel?.postMessage(message);
        };
        const showLost = (since) => {
          if (since === null) return banner("lost", null);
          const seconds = Math.max(0, Math.round((Date.now() - since) / 1000));
          banner("lost", { text: `The connection to the server is lost. What you see is ${duration(seconds)} old.` });
        };
        setInterval(() => {
          if (channel && !isEnded && Date.now() - heard > 30000) showLost(heard);
        }, 1000);

        // A tab that was opened later requests the changes since its page was made.
        channel?.addEventListener("message", ({ data }) => {
          if (!data.since) return take(data);
          if (!isLeader) return;
          const [epoch, number] = data.since.split("-");
          const missed = recent.filter(({ id }) => id.split("-")[0] === epoch && Number(id.split("-")[1]) > Number(number));
          const isWhole = !recent.length || recent[0].id.split("-")[0] === epoch && Number(recent[0].id.split("-")[1]) <= Number(number) + 1;
          for (const message of isWhole ? missed : [{ event: "reset" }]) channel.postMessage(message);
          channel.postMessage({ beat: true });
        });

        const read = async (abort) => {
          const answer = await fetch(`${page.base}/live/events?after=${encodeURIComponent(position)}`, {
            headers: { accept: "text/event-stream" }, redirect: "error", signal: abort.signal,
          });
          if (answer.status === 401) return tell({ ended: true });
          if (!answer.ok) throw new Error(`status ${answer.status}`);
          const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
          let text = "";
          for (;;) {
            const { value, done } = await reader.read();
            if (done) return;
            lastByte = Date.now();
            text += value;
            const blocks = text.split("\\n\\n");
            text = blocks.pop();
            for (const block of blocks) takeBlock(block);
            if (blocks.length) tell({ beat: true });
          }
        };
        let lastByte = 0;
        const takeBlock = (block) => {
          const fields = {};
          for (const line of block.split("\\n")) {
            const colon = line.indexOf(":");
            if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
          }
          if (!fields.event) { if (fields.id) position = fields.id; return; }
          const data = fields.data ? JSON.parse(fields.data) : {};
          const message = { id: fields.id, event: fields.event, data };
          if (fields.event === "hello") message.version = data.version;
          if (fields.event === "changed" || fields.event === "removed") {
            recent.push(message);
            if (recent.length > 1000) recent.shift();
          }
          tell(message);
        };
        const lead = async () => {
          isLeader = true;
          for (let pause = 500; !isEnded; pause = Math.min(pause * 2, 15000)) {
            const abort = new AbortController();
            lastByte = Date.now();
            const began = Date.now();
            const watch = setInterval(() => { if (Date.now() - lastByte > 30000) abort.abort(); }, 1000);
            try { await read(abort); } catch { /* Told below. */ } finally { clearInterval(watch); }
            if (isEnded) return;
            if (Date.now() - began > 20000) pause = 500;
            if (Date.now() - lastByte > 30000) tell({ lost: lastByte });
            await new Promise((done) => setTimeout(done, pause * (0.75 + Math.random() / 2)));
          }
        };
        if (channel && navigator.locks) {
          navigator.locks.request(`hoistway-stream${page.base}`, lead);
          channel.postMessage({ since: page.revision });
        } else if (page.revision) {
          lead();
        }
        """
}
