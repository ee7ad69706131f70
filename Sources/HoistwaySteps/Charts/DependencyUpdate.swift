import HoistwayCrypto
import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// Resolves the dependencies of a chart and fetches them, as `helm dependency update` does.
///
/// Helm itself is not run: its sandbox has no network, and with network a `Chart.yaml` could make it connect anywhere.
struct DependencyUpdate {
    /// Limit for one chart.
    private static let maxDependencies = 64
    /// Limits for one packed chart, and for all of one step.
    private static let maxBytes = (one: 16 << 20, all: 32 << 20)

    let uses: String
    /// The chart's folder in the workspace.
    let folder: GitPath
    /// `Chart.yaml`, for messages.
    let file: String
    /// Those of the updated `Chart.yaml`.
    let requirements: [ChartLock.Requirement]

    /// `charts/NAME-VERSION.tgz` of a dependency from a repository.
    static func archive(_ dependency: ChartDependencies.Dependency, in folder: GitPath) -> GitPath {
        folder.appending(GitPath("charts/\(dependency.name)-\(dependency.version).tgz"))
    }

    /// Whether it comes from a repository, not from the workspace.
    static func isRemote(_ dependency: ChartDependencies.Dependency) -> Bool {
        !dependency.repository.isEmpty && !dependency.repository.hasPrefix("file://")
    }

    /// A chart of the workspace that a dependency names by `file://`; `nil` where the path leads out of the workspace.
    static func local(_ dependency: ChartDependencies.Dependency, in folder: GitPath) -> GitPath? {
        KustomizationReferences.path(of: String(dependency.repository.dropFirst("file://".count)), in: folder)
    }

    struct Made {
        var files: [ProgramFile] = []
        /// Warnings for people, though nothing failed; one line each.
        var warnings: [String] = []
    }

    /// `Chart.lock`, unless the present one is up to date, and the missing packed charts.
    func made(
        from files: RecordingSource,
        in context: StepContext
    ) async throws(StepFailure) -> Made {
        guard requirements.count <= Self.maxDependencies else {
            throw .cannotAct(
                "\(file): the chart has \(requirements.count) dependencies, more than \(Self.maxDependencies)",
                hint: nil
            )
        }
        var locked: [ChartDependencies.Dependency] = []
        for requirement in requirements {
            try check(requirement.dependency)
            let one = try await resolved(requirement.dependency, from: files, in: context)
            try check(version: one)
            locked.append(one)
        }
        let lockPath = folder.appending("Chart.lock")
        let present = try await inWorkspace { () throws(WorkspaceFailure) in try await files.read(lockPath) }
        var made = try await archives(of: locked, present: present, from: files, in: context)
        let digest = ChartLock.digest(requirements, locked) { SHA256.hex($0) }
        // A lock that cannot be read is written again.
        let known = present.flatMap { try? ChartLock.digest(in: $0) }
        if known != digest {
            made.files.append(ProgramFile(lockPath, Array(ChartLock.text(locked, digest: digest).utf8)))
        }
        return made
    }

    // MARK: Resolving

    /// Names become file names, and are sent to servers in URLs.
    private func check(_ dependency: ChartDependencies.Dependency) throws(StepFailure) {
        let isName =
            Self.isPlain(dependency.name, marks: "-_.") && dependency.name.utf8.count <= 200
            && !dependency.name.hasPrefix(".")
        guard isName else { throw unmet("a dependency has a name that no chart can have", hint: nil) }
        guard Self.isRemote(dependency) else { return }
        guard ["http", "https", "oci"].contains(URLText.scheme(of: dependency.repository)) else {
            throw unmet(
                "the repository of \(dependency.name) is \(ShownText.quoted(dependency.repository)), which is no URL",
                hint: "write its URL: https://… or oci://…; only your own helm knows names of repositories"
            )
        }
        guard !URLText.holdsSecret(dependency.repository) else {
            throw unmet(
                "the URL of the repository of \(dependency.name) holds a login",
                hint: "write it into a Secret labelled kargo.akuity.io/cred-type: helm"
            )
        }
    }

    /// Whether a text has only ASCII letters and digits, and these marks.
    private static func isPlain(_ text: String, marks: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: marks.utf8.contains(byte)
                }
            }
    }

    /// The version becomes part of a file name too; an index may list any version.
    private func check(version dependency: ChartDependencies.Dependency) throws(StepFailure) {
        guard Self.isRemote(dependency) else { return }
        let version = dependency.version
        guard Self.isPlain(version, marks: "-_.+"), version.utf8.count <= 256 else {
            throw unmet("\(ShownText.quoted(version)) is no version that \(dependency.name) can have", hint: nil)
        }
    }

    private func resolved(
        _ dependency: ChartDependencies.Dependency,
        from files: RecordingSource,
        in context: StepContext
    ) async throws(StepFailure) -> ChartDependencies.Dependency {
        var locked = dependency
        if !Self.isRemote(dependency) {
            let version = try await localVersion(of: dependency, from: files)
            guard try admits(dependency, version) else {
                throw unmet(
                    "\(dependency.name) in the workspace has the version \(ShownText.bare(version)), which "
                        + "\(ShownText.quoted(dependency.version)) does not admit",
                    hint: nil
                )
            }
            // For a chart in `charts`, Helm locks the range.
            if !dependency.repository.isEmpty { locked.version = version }
            return locked
        }
        let source = try source(of: dependency, in: context)
        if source.isOCI, ChartResolution.isOneVersion(dependency.version) { return locked }
        let charts = try charts(in: context)
        let listing: ChartListing
        do throws(ChartFailure) {
            listing = try await charts.versions(of: source, project: context.stage.project)
        } catch {
            throw .charts(error)
        }
        let version: String?
        do throws(SemverConstraintError) {
            version = try ChartResolution.version(dependency.version, among: listing, needsURL: !source.isOCI)
        } catch {
            throw unmet("the version of \(dependency.name) is no range: \(error.message)", hint: nil)
        }
        guard let version else {
            throw unmet(
                "\(ShownText.bare(dependency.repository)) has no version of \(dependency.name) that "
                    + "\(ShownText.quoted(dependency.version)) admits"
                    + (listing.entries.isEmpty ? ": it has no such chart" : ""),
                hint: nil
            )
        }
        locked.version = version
        return locked
    }

    private func admits(
        _ dependency: ChartDependencies.Dependency,
        _ version: String
    ) throws(StepFailure) -> Bool {
        do throws(SemverConstraintError) {
            return try ChartResolution.admits(dependency.version, version)
        } catch {
            throw unmet("the version of \(dependency.name) is no range: \(error.message)", hint: nil)
        }
    }

    private func localVersion(
        of dependency: ChartDependencies.Dependency,
        from files: RecordingSource
    ) async throws(StepFailure) -> String {
        let path =
            dependency.repository.isEmpty
            ? folder.appending(GitPath("charts/\(dependency.name)")) : Self.local(dependency, in: folder)
        guard let path else {
            throw unmet("\(ShownText.bare(dependency.repository)) leads out of the workspace", hint: nil)
        }
        let chart = path.appending("Chart.yaml")
        let bytes = try await inWorkspace { () throws(WorkspaceFailure) in try await files.read(chart) }
        guard let bytes else { throw unmet("the chart \(dependency.name) is not at \(path.shortened)", hint: nil) }
        do throws(UpdateFailure) {
            if case .string(let version)? = try DocumentReader.yaml(bytes)["version"] { return version }
        } catch {
            throw StepFailure(error, file: chart.shortened)
        }
        throw unmet("\(chart.shortened) has no version", hint: nil)
    }

    // MARK: Fetching

    private func archives(
        of locked: [ChartDependencies.Dependency],
        present lock: [UInt8]?,
        from files: RecordingSource,
        in context: StepContext
    ) async throws(StepFailure) -> Made {
        let before = lock.flatMap { try? ChartDependencies(of: $0).list } ?? []
        var made = Made()
        var bytes = 0
        for dependency in locked where Self.isRemote(dependency) {
            let path = Self.archive(dependency, in: folder)
            // One chart under several aliases.
            guard !made.files.contains(where: { $0.path == path }) else { continue }
            let entry = try await inWorkspace { () throws(WorkspaceFailure) in try await files.entry(at: path) }
            if case .file? = entry, before.contains(dependency) { continue }
            let charts = try charts(in: context)
            let source = try source(of: dependency, in: context)
            let packed: PackedChart
            do throws(ChartFailure) {
                packed = try await charts.archive(
                    of: source,
                    version: dependency.version,
                    limit: Self.maxBytes.one,
                    project: context.stage.project
                )
            } catch {
                throw .charts(error)
            }
            guard packed.bytes.starts(with: [0x1F, 0x8B]) else {
                throw unmet(
                    "what \(ShownText.bare(dependency.repository)) gave for \(dependency.name) is no packed chart",
                    hint: nil
                )
            }
            bytes += packed.bytes.count
            guard bytes <= Self.maxBytes.all else {
                throw .cannotAct(
                    "\(file): its dependencies have more than \(Self.maxBytes.all >> 20) MiB together",
                    hint: nil
                )
            }
            made.files.append(ProgramFile(path, packed.bytes))
            if !packed.isVerified {
                made.warnings.append(
                    "\(dependency.name) \(dependency.version) of \(ShownText.bare(dependency.repository)) was taken as it "
                        + "came: its index.yaml gives no digest to verify it with"
                )
            }
        }
        return made
    }

    private func charts(in context: StepContext) throws(StepFailure) -> any ChartRepository {
        guard let charts = context.charts else {
            throw .cannotAct("\(uses) cannot act: this program asks no repositories of charts", hint: nil)
        }
        return charts
    }

    private func source(
        of dependency: ChartDependencies.Dependency,
        in context: StepContext
    ) throws(StepFailure) -> ChartSource {
        var source = ChartSource(dependency, isNamed: true)
        source.isNamed = context.namesHost(of: source)
        guard source.isNamed || URLText.scheme(of: source.repoURL) != "http" else {
            throw .cannotAct(
                "\(file): the repository of \(dependency.name) is asked over plain http, where anybody on the way could put "
                    + "another chart in its place",
                hint: "write https://; if http is meant, name the host in `http.privateHosts` of the configuration, or "
                    + "subscribe to it in a warehouse of the stage"
            )
        }
        return source
    }

    private func unmet(_ text: String, hint: String?) -> StepFailure { .unmet("\(file): \(text)", hint: hint) }
}
