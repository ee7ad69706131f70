/// The only script.
///
/// Pages work without it: it adds changes without a reload, keys, and ages that grow.
enum Script {
    static let text =
        "(() => {\n\"use strict\";\n" + [basics, replacing, parts, stream, pipeline].joined(separator: "\n")
        + "\n})();\n"

    private static let basics = """
        const page = document.body.dataset;

        // Ages are from the time when the server made the page. They grow by the server's clock, not this machine's.
        const skew = Date.parse(page.now) - Date.now();
        const duration = (s) => s < 60 ? `${s} s` : s < 3600 ? `${Math.floor(s / 60)} min`
          : s < 172800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;
        const age = (time) => {
          const s = Math.trunc((Date.now() + skew - time) / 1000);
          return Math.abs(s) < 5 ? "now" : s < 0 ? `in ${duration(-s)}` : `${duration(s)} ago`;
        };
        const refreshAges = () => {
          for (const element of document.querySelectorAll("time[data-age]")) {
            const text = age(Date.parse(element.dateTime));
            if (element.textContent !== text) element.textContent = text;
          }
        };
        setInterval(() => { if (!document.hidden) refreshAges(); }, 5000);

        // An open menu closes on a click elsewhere, and on Escape, which also returns the focus.
        document.addEventListener("click", (event) => {
          for (const menu of document.querySelectorAll("details.account[open]")) {
            if (!menu.contains(event.target)) menu.open = false;
          }
        });
        document.addEventListener("keydown", (event) => {
          if (event.key !== "Escape") return;
          for (const menu of document.querySelectorAll("details.account[open]")) {
            menu.open = false;
            menu.querySelector("summary").focus();
            // Escape closes only the menu, and does not also leave the page.
            event.preventDefault();
          }
        });
        """
}
