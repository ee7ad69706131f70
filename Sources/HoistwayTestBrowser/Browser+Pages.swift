import HoistwayTestServers

/// Helpers for Hoistway's own pages.
extension Browser {
    /// Returns once the page's stream is open: later events arrive.
    package func waitForStream() async throws {
        try await eventually("the page's stream") {
            try await value(of: "return document.body.dataset.stream ?? ''") == "open"
        }
    }

    /// Follows all links from the root; gives the number of addresses, and the links that lead to another site or
    /// nowhere.
    package func followLinks(from root: String) async throws -> (pages: Int, astray: [String]) {
        let found: [String] = try await value(
            of: """
                const root = arguments[0], seen = new Set([root]), queue = [root], astray = [];
                return (async () => {
                  while (queue.length && seen.size < 400) {
                    const address = queue.shift();
                    const answer = await fetch(address);
                    if (!answer.url.startsWith(root)) astray.push(`${address} leads to ${answer.url}`);
                    if (!answer.ok) astray.push(`${answer.status} ${address}`);
                    if (!answer.headers.get("content-type").startsWith("text/html")) continue;
                    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
                    for (const element of page.querySelectorAll("[href], [src], [action], [data-live-source], [data-previews]")) {
                      for (const name of ["href", "src", "action", "data-live-source", "data-previews"]) {
                        if (!element.hasAttribute(name)) continue;
                        const to = new URL(element.getAttribute(name), answer.url);
                        if (to.origin !== location.origin) {
                          if (element.nodeName !== "A" || element.rel !== "noreferrer noopener") astray.push(`${address} has ${to}`);
                        } else if (!to.href.startsWith(root)) {
                          astray.push(`${address} has ${to}`);
                        } else if (element.nodeName === "A") {
                          to.hash = "";
                          if (!seen.has(to.href) && seen.add(to.href)) queue.push(to.href);
                        }
                      }
                    }
                  }
                  return [String(seen.size), ...astray];
                })();
                """,
            [root]
        )
        return (found.first.flatMap { Int($0) } ?? 0, Array(found.dropFirst()))
    }

    /// The difference on a page: for each file its path, then its lines, each after its sign.
    package func shownDifference() async throws -> [String] {
        try await value(
            of: """
                return [...document.querySelectorAll(".diff-file")].flatMap((file) => [
                  file.querySelector(".code").textContent,
                  ...file.querySelector(".lines-of-diff").textContent.split("\\n")
                    .filter((line) => line && !line.startsWith("@@")).map((line) => line[0] + line.slice(2)),
                ]);
                """
        )
    }
}
