package import HoistwayModel

/// A configuration with its manifests, read and found without error.
package struct LoadedSettings: Sendable {
    package var settings: Settings
    package var pipelines: Pipelines
    package var credentials: ManifestCredentials

    package init(settings: Settings, pipelines: Pipelines, credentials: ManifestCredentials) {
        self.settings = settings
        self.pipelines = pipelines
        self.credentials = credentials
    }
}

extension Settings {
    /// Reads the configuration file and all manifests that it names.
    ///
    /// All problems are told at once, sorted by file and line. The settings are `nil` exactly where one of them is an
    /// error. Reads files and nothing else; contacts nobody.
    package static func load(path: String, environment: [String: String]) -> (LoadedSettings?, [Problem]) {
        let problems = ProblemList()
        let loaded = SettingsLoading(path: path, environment: environment, problems: problems).run()
        return (problems.hasErrors ? nil : loaded, problems.sorted)
    }
}

/// One reading of the configuration.
private struct SettingsLoading {
    let path: String
    let environment: [String: String]
    let problems: ProblemList

    func run() -> LoadedSettings? {
        let files = Files(besides: path)
        let complete = files.resolve(String(path.split(separator: "/").last ?? ""))
        guard let document = document(complete) else { return nil }
        let reader = SettingsReader(file: complete, files: files, environment: environment, problems: problems)
        guard let settings = reader.read(document) else { return nil }
        let manifests = ManifestReader(settings: settings, environment: environment, problems: problems)
        manifests.read()
        let checks = Checks(
            settings: settings,
            pipelines: manifests.pipelines,
            references: manifests.references,
            isComplete: manifests.isComplete,
            file: document.place.file,
            problems: problems
        )
        checks.run()
        return LoadedSettings(
            settings: settings,
            pipelines: manifests.pipelines,
            credentials: ManifestCredentials(manifests.credentials, settings: settings)
        )
    }

    private func document(_ path: String) -> YamlNode? {
        let shown = Files.display(path)
        let place = SourcePlace(file: shown, line: 0)
        do throws(Files.Failure) {
            let bytes = try Files.read(path, limit: YamlDocuments.maxBytes)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                problems.error(place, "not UTF-8 text")
                return nil
            }
            guard let documents = YamlDocuments.read(text, file: shown, problems: problems) else { return nil }
            if documents.count > 1 {
                problems.error(
                    documents[1].place,
                    "the configuration is one document",
                    hint: "manifests are files of their own"
                )
            }
            if documents.isEmpty, !problems.hasErrors { problems.error(place, "the file is empty") }
            return documents.first
        } catch {
            problems.error(place, error.message, hint: "name the file with --config")
            return nil
        }
    }
}
