package import HoistwayModel

/// The kind of entry at a path of the workspace.
package enum SourceEntry: Sendable, Equatable {
    case file(isExecutable: Bool)
    case folder
    case symlink
    case submodule
}

/// The files that a renderer may read; each is read only when it is needed.
///
/// Paths are relative to the workspace, without `.` and `..`. A symlink or a submodule has no entries below it.
package protocol SourceFiles: Sendable {
    /// `nil`: nothing exists there.
    func entry(at path: GitPath) async throws(WorkspaceFailure) -> SourceEntry?
    /// The content of a regular file; `nil` where there is none.
    func read(_ path: GitPath) async throws(WorkspaceFailure) -> [UInt8]?
    /// All entries below a folder except folders, with paths relative to the workspace.
    ///
    /// `limit` is the most entries that the caller can use; further entries may be left out.
    func list(_ folder: GitPath, limit: Int) async throws(WorkspaceFailure) -> [(path: GitPath, entry: SourceEntry)]
}

/// Files whose content can be compared without reading it.
package protocol IdentifiedFiles: SourceFiles {
    /// The id that Git has, or would have, for the content of a regular file; `nil` where there is none.
    ///
    /// Cheap: a file that has not changed since its commit is not read.
    func identity(of path: GitPath) async throws(WorkspaceFailure) -> ObjectID?
    /// Fetches the contents of files that will be read, in few requests, where they are not here yet.
    func prefetch(_ paths: [GitPath]) async throws(WorkspaceFailure)
}

extension IdentifiedFiles {
    package func prefetch(_ paths: [GitPath]) async throws(WorkspaceFailure) {}
}

/// `kustomize-build`: a folder with a kustomization, and where its manifests go.
package struct KustomizeBuild: Sendable, Equatable {
    /// Names of the files in a folder.
    package enum FileNames: Sendable, Equatable { case kargo, kustomize }

    package var folder: GitPath
    /// One file if it ends with `.yaml` or `.yml`, else a folder.
    package var outPath: GitPath
    package var fileNames = FileNames.kargo
    /// The API versions of `plugin.helm`.
    package var helmAPIVersions: [String] = []
    package var helmKubeVersion: String?
    package var limits = ProgramLimits()

    package init(_ folder: GitPath, outPath: GitPath) {
        self.folder = folder
        self.outPath = outPath
    }
}

/// `helm-template`: a chart, its values, and where its manifests go.
package struct HelmTemplate: Sendable, Equatable {
    /// The files in a folder: in Helm's folders, or all directly in it.
    package enum Layout: Sendable, Equatable { case helm, flat }

    package struct Value: Sendable, Equatable {
        package var key: String
        package var value: String
        /// `--set-literal`: no character in the value has a special meaning.
        package var isLiteral: Bool

        package init(key: String, value: String, isLiteral: Bool = false) {
            self.key = key
            self.value = value
            self.isLiteral = isLiteral
        }
    }

    package var chart: GitPath
    /// One file if it ends with `.yaml` or `.yml`, else a folder.
    package var outPath: GitPath
    package var layout = Layout.helm
    package var releaseName: String
    package var namespace: String
    /// Later files override earlier ones.
    package var valuesFiles: [GitPath] = []
    package var ignoresMissingValuesFiles = false
    package var values: [Value] = []
    /// Whether charts that `Chart.yaml` names by `file://` are put in place; other charts would need the network.
    package var buildsDependencies = false
    package var includesCRDs = false
    package var disablesHooks = false
    package var skipsTests = false
    package var usesReleaseName = false
    package var kubeVersion: String?
    package var apiVersions: [String] = []
    package var limits = ProgramLimits()

    package init(_ chart: GitPath, outPath: GitPath, releaseName: String, namespace: String) {
        self.chart = chart
        self.outPath = outPath
        self.releaseName = releaseName
        self.namespace = namespace
    }
}

/// Manifests that a program made.
package struct RenderedManifests: Sendable, Equatable {
    /// By path, relative to the workspace.
    package var files: [ProgramFile]
    /// Name and version of the program: `kubectl (kustomize 5.5.0)`.
    package var program: String
    /// All input files of the program, by path.
    package var inputs: [GitPath]
    /// The program's last lines on standard error.
    package var words: String

    package init(files: [ProgramFile], program: String, inputs: [GitPath], words: String) {
        self.files = files
        self.program = program
        self.inputs = inputs
        self.words = words
    }
}

/// Renders manifests with external programs, which get only the files that they need.
package protocol ManifestRenderer: Sendable {
    /// The most that one run of a program may use.
    var limits: ProgramLimits { get }
    func build(_ build: KustomizeBuild, from files: any SourceFiles) async throws(RenderFailure) -> RenderedManifests
    func template(_ template: HelmTemplate, from files: any SourceFiles) async throws(RenderFailure)
        -> RenderedManifests
}

/// Why there are no manifests.
package enum RenderFailure: Diagnosable, Equatable {
    case program(ProgramFailure)
    case workspace(WorkspaceFailure)
    /// Found before the program ran.
    case refused(place: SourcePlace, reason: String, hint: String?)
    /// A file could not be read that must be read to find the program's input.
    case unreadable(place: SourcePlace, reason: String)
    case notFound(path: String, reason: String)
    case tooMuch(reason: String)
    /// A manifest in the program's output cannot be written.
    case output(reason: String)

    package var message: String {
        switch self {
        case .program(let failure): failure.message
        case .workspace(let failure): failure.message
        case .refused(let place, let reason, _), .unreadable(let place, let reason): "\(place): \(reason)"
        case .notFound(let path, let reason): "\(path): \(reason)"
        case .tooMuch(let reason), .output(let reason): reason
        }
    }

    package var hint: String? {
        switch self {
        case .program(let failure): failure.hint
        case .workspace(let failure): failure.hint
        case .refused(_, _, let hint): hint
        default: nil
        }
    }

    package var retry: Retry {
        switch self {
        case .program(let failure): failure.retry
        case .workspace(let failure): failure.retry
        default: .never
        }
    }
}
