import HoistwayTestServers

/// What is known of Hoistway's own pages.
extension Browser {
    /// Returns once the page's stream is open: what is told from now on arrives.
    package func waitForStream() async throws {
        try await eventually("the page's stream") {
            try await value(of: "return document.body.dataset.stream ?? ''") == "open"
        }
    }

    /// The difference that a page shows: of each file its path, then its lines, each behind its sign.
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
