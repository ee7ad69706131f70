package import HoistwayModel

/// What stands at a path of the workspace.
package enum SourceEntry: Sendable, Equatable {
    case file(isExecutable: Bool)
    case folder
    case symlink
    case submodule
}

/// The files that a renderer may read, read only when they are needed.
///
/// Paths are relative to the workspace, without `.` and `..`. Nothing lies below a symlink or a submodule.
package protocol SourceFiles: Sendable {
    /// `nil`: nothing is there.
    func entry(at path: GitPath) async throws(WorkspaceFailure) -> SourceEntry?
    /// The content of a regular file; `nil` where there is none.
    func read(_ path: GitPath) async throws(WorkspaceFailure) -> [UInt8]?
    /// All that lies below a folder, folders themselves left out, with paths relative to the workspace.
    ///
    /// A caller that cannot use more than `limit` entries stops there: more than that may be left out.
    func list(_ folder: GitPath, limit: Int) async throws(WorkspaceFailure) -> [(path: GitPath, entry: SourceEntry)]
}

/// Files that tell their content apart without giving it.
package protocol IdentifiedFiles: SourceFiles {
    /// The id that Git has, or would have, for the content of a regular file; `nil` where there is none.
    ///
    /// Cheap: a file that is as it was committed is not read.
    func identity(of path: GitPath) async throws(WorkspaceFailure) -> ObjectID?
    /// Fetches the contents of these files, in few requests, where they lie elsewhere: they will be read.
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
    /// Of `plugin.helm`.
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
    /// Files in a folder: as Helm lays them out, or all directly in it.
    package enum Layout: Sendable, Equatable { case helm, flat }

    package struct Value: Sendable, Equatable {
        package var key: String
        package var value: String
        /// `--set-literal`: nothing in the value has a meaning.
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
    /// Later ones win.
    package var valuesFiles: [GitPath] = []
    package var ignoresMissingValuesFiles = false
    package var values: [Value] = []
    /// Charts that `Chart.yaml` names by `file://` are put in place; others would need the network.
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
    /// Every file that the program was given, by path.
    package var inputs: [GitPath]
    /// The last lines that a successful program wrote to standard error.
    package var words: String

    package init(files: [ProgramFile], program: String, inputs: [GitPath], words: String) {
        self.files = files
        self.program = program
        self.inputs = inputs
        self.words = words
    }
}

/// Makes manifests with foreign programs, which get only the files that they need.
package protocol ManifestRenderer: Sendable {
    /// What a program of a promotion may use at most.
    var limits: ProgramLimits { get }
    func build(_ build: KustomizeBuild, from files: any SourceFiles) async throws(RenderFailure) -> RenderedManifests
    func template(_ template: HelmTemplate, from files: any SourceFiles) async throws(RenderFailure)
        -> RenderedManifests
}

/// Why no manifests were made.
package enum RenderFailure: Diagnosable, Equatable {
    case program(ProgramFailure)
    case workspace(WorkspaceFailure)
    /// Found before the program was run.
    case refused(place: SourcePlace, reason: String, hint: String?)
    /// A file that had to be read to know what the program needs.
    case unreadable(place: SourcePlace, reason: String)
    case notFound(path: String, reason: String)
    case tooMuch(reason: String)
    /// A manifest that the program made and that cannot be written.
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
