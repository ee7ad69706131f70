extension Script {
    /// Keys for pipelines, and dragging freight to a stage: links and buttons can do all of it too.
    static let pipeline = """
        // Keys can be switched off, because they disturb some screen readers.
        const keys = {
          get on() { return localStorage.getItem("hoistway-keys") !== "off"; },
          set on(value) { localStorage.setItem("hoistway-keys", value ? "on" : "off"); },
        };
        const typing = (event) => event.ctrlKey || event.metaKey || event.altKey
          || event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

        const cardNamed = (name) => document.querySelector(`#graph [data-card="${CSS.escape(name)}"]`);
        const arrows = { ArrowLeft: 0, ArrowRight: 1, ArrowUp: 2, ArrowDown: 3 };
        const goTo = (card) => {
          const link = card?.querySelector("a");
          if (!link) return false;
          link.focus({ preventScroll: true });
          card.scrollIntoView({ block: "nearest", inline: "nearest" });
          return true;
        };

        // Sends a form of this session, as if the page had it.
        const post = (action, fields) => {
          const form = document.createElement("form");
          form.method = "post";
          form.action = action;
          form.hidden = true;
          const code = document.querySelector("input[name=csrf]").value;
          const back = location.pathname + location.search;
          for (const [name, value] of Object.entries({ csrf: code, back, key: newKey(), ...fields })) {
            const input = document.createElement("input");
            input.type = "hidden";
            input.name = name;
            input.value = value;
            form.append(input);
          }
          document.body.append(form);
          form.submit();
        };
        const pipeline = document.querySelector("[data-previews]");
        const mayPromote = pipeline?.dataset.role === "promote";
        const preview = (freight, stage) => {
          if (!mayPromote) { announce("A preview needs a token with the role promote."); return; }
          post(pipeline.dataset.previews, { freight, only: stage });
        };

        const previewHere = (target) => {
          const card = target.closest?.("[data-card^='s/']");
          const chosen = document.querySelector("#previews input[name=freight]");
          if (card && chosen) {
            preview(chosen.value, card.dataset.card.slice(2));
          } else if (card || pipeline) {
            document.querySelector("a.freight")?.focus();
            announce("Choose freight first.");
          } else {
            const control = document.querySelector("#promote select, #promote button, a[data-promote]");
            control?.focus();
          }
        };

        document.addEventListener("keydown", (event) => {
          if (!keys.on || event.defaultPrevented || typing(event)) return;
          if (document.querySelector("dialog[open], details.account[open]")) return;
          const direction = arrows[event.key];
          if (direction !== undefined) {
            const card = event.target.closest?.("#graph [data-card]");
            if (!card) return;
            const next = card.dataset.keys.split(" ")[direction];
            event.preventDefault();
            if (next && next !== "-") goTo(cardNamed(next));
          } else if (event.key === "/") {
            event.preventDefault();
            document.getElementById("search")?.focus();
          } else if (event.key === "p") {
            event.preventDefault();
            previewHere(event.target);
          } else if (event.key === "?") {
            event.preventDefault();
            help();
          } else if (event.key === "Escape") {
            const back = document.getElementById("back") ?? document.querySelector(".trail li:last-child a");
            if (back) location.assign(back.href);
          }
        });

        const help = () => {
          let dialog = document.getElementById("keys");
          if (!dialog) {
            dialog = document.createElement("dialog");
            dialog.id = "keys";
            dialog.setAttribute("aria-labelledby", "keys-title");
            const title = document.createElement("h2");
            title.id = "keys-title";
            title.textContent = "Keys";
            const list = document.createElement("dl");
            list.className = "facts";
            for (const [key, what] of [["/", "Search"], ["← → ↑ ↓", "From card to card, along the edges"],
              ["Enter", "Open"], ["p", "Preview the chosen freight in this stage"], ["Esc", "Back"], ["?", "This help"]]) {
              const name = document.createElement("dt");
              const code = document.createElement("kbd");
              code.textContent = key;
              name.append(code);
              const text = document.createElement("dd");
              text.textContent = what;
              list.append(name, text);
            }
            const label = document.createElement("label");
            const box = document.createElement("input");
            box.type = "checkbox";
            box.checked = keys.on;
            box.addEventListener("change", () => { keys.on = box.checked; });
            label.append(box, " Keys are on");
            const row = document.createElement("p");
            row.append(label);
            const close = document.createElement("button");
            close.type = "button";
            close.textContent = "Close";
            close.addEventListener("click", () => dialog.close());
            dialog.append(title, list, row, close);
            document.body.append(dialog);
          }
          // The browser's dialog keeps the focus, closes on Escape and then returns the focus.
          dialog.showModal();
        };
        const footer = document.querySelector("footer.bottom");
        if (footer) {
          const button = document.createElement("button");
          button.type = "button";
          button.className = "plain";
          button.textContent = "Keys";
          button.addEventListener("click", help);
          footer.append(button);
        }

        // Dragging freight to a stage has the same effect as choosing it and pressing "Preview".
        let dragged = null;
        document.addEventListener("dragstart", (event) => {
          dragged = event.target.closest?.("[data-freight]")?.dataset.freight ?? null;
          if (dragged) event.dataTransfer.effectAllowed = "copy";
        });
        const target = (event) => dragged && event.target.closest?.("[data-card^='s/']");
        document.addEventListener("dragover", (event) => {
          const card = target(event);
          if (card) event.preventDefault();
          for (const other of document.querySelectorAll(".drop")) if (other !== card) other.classList.remove("drop");
          card?.classList.add("drop");
        });
        document.addEventListener("drop", (event) => {
          const card = target(event);
          if (!card) return;
          event.preventDefault();
          preview(dragged, card.dataset.card.slice(2));
        });
        document.addEventListener("dragend", () => {
          dragged = null;
          for (const card of document.querySelectorAll(".drop")) card.classList.remove("drop");
        });

        // On a small screen a large pipeline is a list, unless the user has chosen the graph.
        const narrow = document.querySelector("a[data-narrow]");
        if (narrow && matchMedia("(max-width: 640px)").matches) location.replace(narrow.href);
        """
}
