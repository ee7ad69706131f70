import HoistwayTestServers

/// A tree that a branch must equal, made by `git`, `kubectl`, `sed` and the like.
struct GoldenTree {
    /// What the tree is made of.
    let repository: GitRepositoryFixture
    /// A commit or branch of it.
    let start: String
    /// The folder whose files are the tree.
    var folder = "src"
    /// Run by `sh` where `src` is a checkout of `start`, and `out` an empty repository; `$KUBECTL` is the program.
    let script: String

    /// What `branch` has otherwise, as `git diff` shows it; empty where it has the same files with the same content.
    func difference(of branch: String) async throws -> String {
        let work = try TemporaryFolder("hoistway-golden")
        defer { work.remove() }
        let prelude = """
            git clone --quiet --no-checkout "$REPOSITORY" src
            git -C src checkout --quiet --detach "$START"
            git init --quiet out

            """
        let end = """

            cd "$FOLDER"
            git add --all --force .
            git fetch --quiet "$REPOSITORY" "$BRANCH"
            git diff --cached FETCH_HEAD
            """
        let result = try await TestProgram.check(
            "/bin/sh",
            ["-euc", prelude + script + end],
            in: work.path,
            environment: [
                "REPOSITORY": repository.path, "START": start, "FOLDER": "\(work.path)/\(folder)", "BRANCH": branch,
                "KUBECTL": RenderRig.kubectl ?? "kubectl",
            ]
        )
        return result.text
    }
}
