import HoistwayEdits
import HoistwayModel

extension FuzzTarget {
    /// `index.yaml` of repositories of charts, in pieces of any size.
    static let chartIndexes = FuzzTarget(
        name: "chart-indexes",
        seeds: [
            "apiVersion: v1\nentries:\n  web:\n  - {version: 1.0.0, urls: [web-1.0.0.tgz], digest: ab}\n",
            "{\"entries\": {\"web\": [{\"version\": \"1.0.0\", \"deprecated\": true}]}}",
            "a: &a [x]\nentries:\n  api: *a\n  web: [*a, {version: 2.0.0}]\n",
        ].map { Array($0.utf8) },
        words: [
            "entries:", "web:", "- ", "version: ", "urls: [", "]", "{", "}", "*a", "&a ", "? ", "| ", "\n", "  ",
            "---\n",
            "removed: true",
        ],
        run: { input in
            let size = Int(input.first ?? 0) + 1
            var rest = input[...]
            // An invalid index is refused, with a message that has no part of it.
            _ = try? ChartIndex.listing(of: "web") {
                guard !rest.isEmpty else { return nil }
                defer { rest = rest.dropFirst(size) }
                return Array(rest.prefix(size))
            }
        }
    )
}
