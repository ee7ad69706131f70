package import HoistwayModel

/// A configuration with its manifests, loaded without an error.
package struct LoadedSettings: Sendable {
    package var settings: Settings
    package var pipelines: Pipelines
    package var credentials: ManifestCredentials
    /// For `secret()` and `sharedSecret()` of expressions.
    package var secrets: ManifestSecrets
    /// Digests of files that are read only when they are needed (certificates, known hosts), by path, at load time.
    package var files: [String: String]

    package init(
        settings: Settings,
        pipelines: Pipelines,
        credentials: ManifestCredentials,
        secrets: ManifestSecrets = ManifestSecrets(),
        files: [String: String] = [:]
    ) {
        self.settings = settings
        self.pipelines = pipelines
        self.credentials = credentials
        self.secrets = secrets
        self.files = files
    }
}

extension Settings {
    /// Reads the configuration file and all manifests that it names.
    ///
    /// All problems are reported together, sorted by file and line. The settings are `nil` exactly where one of them is
    /// an error. Reads files only; makes no connections.
    ///
    /// - Parameter schemas: of the steps that run, by name.
    /// - Parameter versions: manifests that were read from Git before. Where a source has no version here, the
    ///   pipelines are not complete, and objects that the source may define are not reported as missing.
    package static func load(
        path: String,
        environment: [String: String],
        versions: [ManifestVersion] = [],
        schemas: [String: StepSchema]
    ) -> (LoadedSettings?, [Problem]) {
        ReadConfiguration.read(path: path, environment: environment).loaded(with: versions, schemas: schemas)
    }
}
