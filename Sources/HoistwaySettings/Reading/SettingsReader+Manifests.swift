import HoistwayModel

extension SettingsReader {
    /// Reads `manifests`: files by patterns, and Git repositories.
    ///
    /// - Parameter hasOthers: whether there are manifests that this key does not name.
    func manifests(_ fields: Fields, hasOthers: Bool) -> (files: [String], sources: [FollowedManifests]) {
        var paths: [String] = []
        var sources: [FollowedManifests] = []
        for item in fields.items("manifests") {
            if item.entries != nil {
                guard let source = manifestSource(item) else { continue }
                if sources.contains(where: { $0.source.place == source.source.place }) {
                    problems.error(source.place, "these manifests are named twice")
                }
                sources.append(source)
            } else if let pattern = fields.string(of: item, place: item.place) {
                for path in manifestFiles(pattern, place: item.place) where !paths.contains(path) { paths.append(path) }
            }
        }
        if paths.isEmpty, sources.isEmpty, !hasOthers, !problems.hasErrors {
            problems.warning(fields.place(of: "manifests"), "there are no manifests: nothing is ever promoted")
        }
        return (paths, sources)
    }

    /// Each pattern must match at least one file.
    private func manifestFiles(_ pattern: String, place: SourcePlace) -> [String] {
        let found = files.matching(pattern)
        if found.isEmpty {
            problems.error(
                place,
                "no file matches \(ShownText.text(pattern))",
                hint: "paths are relative to this file's folder"
            )
        }
        return found
    }

    private func manifestSource(_ item: YamlNode) -> FollowedManifests? {
        guard let outer = Fields(item, problems: problems, dialect: .ours) else { return nil }
        guard let fields = outer.fields("git") else {
            if !outer.has("git") {
                outer.missing("git", hint: "an entry is a pattern of files, or git: and the repository that has them")
            }
            outer.finish()
            return nil
        }
        outer.finish()
        let checks = GitChecks(problems: problems)
        let url = fields.requiredString("url")
        let key = url.flatMap { checks.repositoryKey($0, place: fields.place(of: "url")) }
        let branch = fields.string("ref")
        if let branch { checks.branch(branch, place: fields.place(of: "ref")) }
        let path = manifestPath(fields)
        let projects = manifestProjects(fields)
        let source = ManifestSource(
            repoURL: url ?? "",
            key: key ?? RepositoryKey(normalised: ""),
            branch: branch,
            path: path ?? .within(""),
            projects: projects ?? [],
            variables: fields.strings("variables")
        )
        let interval = fields.duration("interval") ?? FollowedManifests.defaultInterval
        if interval < FollowedManifests.shortestInterval {
            problems.error(fields.place(of: "interval"), "an interval below 10s would only burden the server")
        }
        fields.finish()
        guard key != nil, path != nil, projects != nil else { return nil }
        return FollowedManifests(source: source, interval: interval, place: fields.place)
    }

    private func manifestPath(_ fields: Fields) -> ManifestPath? {
        guard let text = fields.string("path") else { return .within("") }
        let isGlob = text.contains { "*?[{".contains($0) }
        guard let tidy = PathText.tidy(text), !isGlob || tidy == text else {
            problems.error(
                fields.place(of: "path"),
                "\(ShownText.text(text)) is not a path inside the repository",
                hint: "write a folder, a file, or a pattern as in pipelines/**/*.yaml, without a slash at the beginning"
            )
            return nil
        }
        guard isGlob else { return .within(tidy) }
        PatternChecks(problems: problems).glob(tidy, place: fields.place(of: "path"))
        return .glob(tidy)
    }

    /// `.some(nil)` for all of them, which must be written.
    private func manifestProjects(_ fields: Fields) -> [String]?? {
        let hint = "list the projects that it may define, or write all"
        guard let node = fields.value("projects") else {
            fields.missing("projects", hint: hint)
            return nil
        }
        if case .text("all")? = node.scalar?.value { return .some(nil) }
        let names = fields.strings("projects")
        guard !names.isEmpty else {
            if node.items != nil { problems.error(fields.place(of: "projects"), "projects is empty", hint: hint) }
            return nil
        }
        for name in names where !Name.isSubdomain(name) {
            problems.error(fields.place(of: "projects"), "\(ShownText.text(name)) is not the name of a project")
        }
        return .some(names)
    }
}
