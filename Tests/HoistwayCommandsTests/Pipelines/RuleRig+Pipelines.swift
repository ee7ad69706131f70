import HoistwayTestServers

extension RuleRig {
    /// A server with whole pipelines; clusters are left out.
    ///
    /// - Parameters:
    ///   - files: on `main`.
    ///   - receivers: besides the one for images.
    ///   - more: further top-level keys of the configuration.
    ///   - manifests: besides the project and a warehouse for each of `warehouses`; they get the repository's address.
    static func pipelines(
        warehouses: [String] = ["app"],
        receivers: [ServedConfiguration.Receiver] = [],
        more: [String] = [],
        files: (ImageSource) -> [String: String],
        _ manifests: (_ url: String, ImageSource) -> [String]
    ) async throws -> RuleRig {
        try await RuleRig(
            files: files,
            stages: { _ in [] },
            warehouses: warehouses,
            configure: { configuration in
                configuration.more += ["argocd: {whenMissing: skip}"] + more
                configuration.receivers += receivers
            },
            manifests: manifests
        )
    }

    /// What `branch` has otherwise than `start` has after `script`; see ``GoldenTree``.
    func difference(
        of branch: String = "main",
        from start: String,
        folder: String = "src",
        after script: String
    ) async throws -> String {
        let golden = GoldenTree(repository: repository, start: start, folder: folder, script: script)
        return try await golden.difference(of: branch)
    }

    /// How many commits a branch has.
    func commits(on branch: String = "main") async throws -> Int {
        Int(try await repository.git("rev-list", "--count", branch)) ?? 0
    }

    /// The message of a branch's last commit.
    func message(on branch: String = "main") async throws -> String {
        try await repository.git("log", "-1", "--format=%B", branch)
    }

    /// A GitHub receiver `git`, for pushes of others.
    static let git = ServedConfiguration.Receiver(name: "git", sender: "github", secret: "the secret of git")

    /// Tells the server of a push to `branch`, as GitHub would; gives the status.
    func announcePush(to branch: String, from before: String) async throws -> Int {
        let body = """
            {"ref": "refs/heads/\(branch)", "before": "\(before)", "after": "\(try await head(branch) ?? "")",
            "repository": {"clone_url": "\(git.url("shop.git"))", "full_name": "shop"}, "commits": []}
            """
        let payload = try Payload.github(Array(body.utf8), event: "push", secret: Self.git.secret)
        return try await served.post(payload, to: "/hook/git")
    }
}

extension RuleRig {
    /// What `replay --dry-run` says about a tag of an image, as people read it.
    func dryRun(_ tag: String, of image: String = "app") async throws -> String {
        let payload = try Payload.package(source.image(image), tag: tag, secret: source.secret)
        try served.folder.write("X-GitHub-Event: package\nX-GitHub-Delivery: 1\n", to: "headers")
        let arguments = [
            "replay", "--dry-run", "--receiver", "ghcr", "--headers", "\(served.folder.path)/headers", "-",
        ]
        let result = try await served.command(arguments, input: payload.body)
        guard result.status == 0 else { throw TestServerError.failed("a dry run", detail: result.text + result.errors) }
        return result.text
    }
}
