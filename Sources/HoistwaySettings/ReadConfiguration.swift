import HoistwayCrypto
package import HoistwayModel

/// The configuration file and the manifests on this machine, as they were at one moment.
///
/// Manifests of Git repositories come later and change more often: each version is added to these files, which are read
/// again only on a reload.
package struct ReadConfiguration: Sendable {
    /// One file of manifests.
    struct Text: Sendable {
        /// The file as it is shown.
        var file: String
        /// `nil` where it could not be read, which is reported.
        var text: String?
    }

    /// As far as the file could be read; `nil` where it could not be read at all.
    package let settings: Settings?
    /// The configuration file, as it is shown.
    private let file: String
    /// The lines of its keys.
    private let lines: [String: Int]
    private let environment: [String: String]
    private let manifests: [Text]
    private let found: [Problem]
    /// Digests of certificates and the like, by path.
    private let files: [String: String]

    package static func read(path: String, environment: [String: String]) -> ReadConfiguration {
        let problems = ProblemList()
        let (settings, shown, lines) = settings(path: path, environment: environment, problems: problems)
        return ReadConfiguration(
            settings: settings,
            file: shown,
            lines: lines,
            environment: environment,
            manifests: (settings?.manifestFiles ?? []).map { path in
                let shown = Files.display(path)
                return Text(file: shown, text: text(of: path, shown: shown, hint: nil, problems: problems))
            },
            found: problems.all,
            files: settings.map(digests(for:)) ?? [:]
        )
    }

    /// The configuration file alone; `nil` where it has an error of its own.
    ///
    /// It has the listeners and the database: reading thousands of manifests may take seconds.
    package static func settings(path: String, environment: [String: String]) -> Settings? {
        let problems = ProblemList()
        let (settings, shown, lines) = settings(path: path, environment: environment, problems: problems)
        guard let settings else { return nil }
        Checks(
            settings: settings,
            pipelines: Pipelines(),
            isComplete: false,
            file: shown,
            lines: lines,
            problems: problems
        ).runOnListeners()
        return problems.hasErrors ? nil : settings
    }

    /// Digests of files that are read later; a file that cannot be read counts as empty.
    private static func digests(for settings: Settings) -> [String: String] {
        var paths =
            settings.git.hosts.compactMap(\.caFile) + settings.registries.compactMap(\.caFile)
            + settings.clusters.compactMap(\.file)
        paths.append(settings.git.knownHosts)
        if let tls = settings.webhooks.tls { paths += [tls.certificate, tls.key] }
        var digests: [String: String] = [:]
        for path in paths { digests[path] = SHA256.hex((try? Files.read(path, limit: YamlDocuments.maxBytes)) ?? []) }
        return digests
    }

    /// The configuration file alone, and how it is shown.
    static func settings(
        path: String,
        environment: [String: String],
        problems: ProblemList
    ) -> (settings: Settings?, shown: String, lines: [String: Int]) {
        let files = Files(besides: path)
        let complete = files.resolve(String(path.split(separator: "/").last ?? ""))
        let shown = Files.display(complete)
        guard let document = document(complete, shown: shown, problems: problems) else {
            return (nil, shown, [:])
        }
        let reader = SettingsReader(file: complete, files: files, environment: environment, problems: problems)
        return (reader.read(document), shown, document.lines)
    }

    /// Loads these versions of manifests together with the files; `nil` where there is an error.
    ///
    /// - Parameters:
    ///   - more: problems that were found elsewhere, such as warnings about this machine.
    ///   - schemas: of the steps that run, by name.
    ///   - judge: the error that a step would fail with because of its configuration; `nil` where it can run.
    package func loaded(
        with versions: [ManifestVersion],
        more: [Problem] = [],
        schemas: [String: StepSchema],
        judge: @Sendable (StepTemplate) -> (any Diagnosable)? = { _ in nil }
    ) -> (LoadedSettings?, [Problem]) {
        let problems = ProblemList()
        problems.add(found + more)
        guard let settings else { return (nil, problems.sorted) }
        let reader = ManifestReader(
            settings: settings,
            environment: environment,
            schemas: schemas,
            problems: problems
        )
        reader.read(manifests, versions: versions)
        var pipelines = reader.pipelines
        pipelines.sources = settings.manifestSources.map(\.source)
        // A cluster that cannot be reached at the first start must not delay pipelines from files and from Git.
        pipelines.isComplete = reader.missing.allSatisfy { $0.source.applications != nil }
        let places = pipelines.sources.map(\.place)
        let used = versions.filter { places.contains($0.source.place) }
        pipelines.origin = ([file] + used.map(\.title)).joined(separator: " with ")
        let checks = Checks(
            settings: settings,
            pipelines: pipelines,
            references: reader.references,
            isComplete: reader.isComplete,
            unplaced: reader.unplaced,
            file: file,
            lines: lines,
            problems: problems
        )
        checks.run()
        checks.checkSteps(judge)
        let loaded = LoadedSettings(
            settings: settings,
            pipelines: pipelines,
            credentials: ManifestCredentials(reader.credentials, settings: settings),
            secrets: reader.secrets,
            files: files
        )
        return (problems.hasErrors ? nil : loaded, settings.acknowledged.applied(to: problems.sorted))
    }

    /// `nil`, and a problem, where the file cannot be read.
    private static func text(of path: String, shown: String, hint: String?, problems: ProblemList) -> String? {
        let place = SourcePlace(file: shown, line: 0)
        do throws(Files.Failure) {
            let bytes = try Files.read(path, limit: YamlDocuments.maxBytes)
            if let text = YamlText.decode(bytes) { return text }
            problems.error(place, "not text in UTF-8, UTF-16 or UTF-32")
        } catch {
            problems.error(place, error.message, hint: hint)
        }
        return nil
    }

    private static func document(_ path: String, shown: String, problems: ProblemList) -> YamlNode? {
        guard let text = text(of: path, shown: shown, hint: "name the file with --config", problems: problems)
        else { return nil }
        let documents = YamlDocuments.read(text, file: shown, problems: problems).documents
        if documents.count > 1 {
            problems.error(
                documents[1].place,
                "the configuration is one document",
                hint: "manifests are files of their own"
            )
        }
        if documents.isEmpty, !problems.hasErrors {
            problems.error(SourcePlace(file: shown, line: 0), "the file is empty")
        }
        return documents.first
    }
}
