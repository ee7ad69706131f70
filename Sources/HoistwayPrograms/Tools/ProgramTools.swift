package import HoistwayModel
package import HoistwayPorts

/// Paths of programs that the operator has chosen; `nil`: searched in the usual folders.
package struct ProgramPaths: Sendable, Equatable {
    package var kustomize: String?
    package var kubectl: String?
    package var helm: String?
    /// Absolute folders where the others are searched.
    package var folders: [String]

    package init(
        kustomize: String? = nil,
        kubectl: String? = nil,
        helm: String? = nil,
        folders: [String] = ProgramSearch.standard.folders
    ) {
        self.kustomize = kustomize
        self.kubectl = kubectl
        self.helm = helm
        self.folders = folders
    }
}

/// A program that exists and is new enough.
package struct FoundProgram: Sendable, Equatable {
    /// The command-line tools that it can be.
    package enum Kind: Sendable, Equatable { case kustomize, kubectl, helm }

    package var kind: Kind
    package var location: ProgramLocation
    package var version: Semver

    /// `kustomize 5.4.2`; `kubectl (kustomize 5.5.0)`.
    package var description: String {
        let number = "\(version.major).\(version.minor).\(version.patch)"
        return kind == .kubectl ? "kubectl (kustomize \(number))" : "\(location.name) \(number)"
    }
}

/// Finds programs and their versions.
///
/// A found program is kept as long as its file stays the same. A missing one is searched again each time, so that it
/// can be installed while the server runs.
package actor ProgramTools {
    private let runner: any ProgramRunner
    private let paths: ProgramPaths
    private var known: [ProgramLocation: (state: ProgramSearch.FileState, program: FoundProgram)] = [:]

    package init(runner: any ProgramRunner, paths: ProgramPaths) {
        self.runner = runner
        self.paths = paths
    }

    /// `kustomize`, else `kubectl`; the operator's choice comes first.
    package func kustomize() async throws(ProgramFailure) -> FoundProgram {
        if paths.kustomize != nil { return try await find(.kustomize) }
        if paths.kubectl != nil { return try await find(.kubectl) }
        let first: ProgramFailure
        do throws(ProgramFailure) {
            return try await find(.kustomize)
        } catch {
            first = error
        }
        do throws(ProgramFailure) {
            return try await find(.kubectl)
        } catch {
            guard case .missing(_, let searched, _) = first else { throw first }
            guard case .missing(_, let others, _) = error else { throw error }
            throw .missing(
                name: "kustomize",
                searched: searched + others,
                install: """
                    install kustomize 5.0 or newer (https://kubectl.docs.kubernetes.io/installation/kustomize), or \
                    kubectl 1.27 or newer (the package kubernetes-client of Debian 13), or name the path of one \
                    under `programs`
                    """
            )
        }
    }

    package func helm() async throws(ProgramFailure) -> FoundProgram { try await find(.helm) }

    private func find(_ kind: FoundProgram.Kind) async throws(ProgramFailure) -> FoundProgram {
        let location = try locate(kind)
        let state = ProgramSearch.state(of: location.path)
        if let entry = known[location], entry.state == state { return entry.program }
        let version = try await version(of: location, kind)
        let needed = kind.oldest
        guard version.precedence(against: needed) != .lower else {
            throw .tooOld(
                name: location.name,
                path: location.path,
                version: version.original,
                needed: (kind == .kubectl ? "a kubectl with kustomize " : "") + "\(needed.original) or newer"
            )
        }
        let program = FoundProgram(kind: kind, location: location, version: version)
        if let state { known[location] = (state, program) }
        return program
    }

    private func locate(_ kind: FoundProgram.Kind) throws(ProgramFailure) -> ProgramLocation {
        let chosen =
            switch kind {
            case .kustomize: paths.kustomize
            case .kubectl: paths.kubectl
            case .helm: paths.helm
            }
        if let chosen {
            guard let path = ProgramSearch.executable(chosen) else {
                throw .missing(
                    name: kind.name,
                    searched: [chosen],
                    install: "install \(kind.name) there, or name another path"
                )
            }
            return ProgramLocation(name: kind.name, path: path)
        }
        guard let path = ProgramSearch(folders: paths.folders).find(kind.name) else {
            throw .missing(
                name: kind.name,
                searched: paths.folders.map { "\($0)/\(kind.name)" },
                install: "install \(kind.name)\(kind.source), or name its path under `programs`"
            )
        }
        return ProgramLocation(name: kind.name, path: path)
    }

    private func version(of location: ProgramLocation, _ kind: FoundProgram.Kind) async throws(ProgramFailure) -> Semver
    {
        var run = ProgramRun(location, kind.question)
        run.limits.time = .seconds(60)
        run.limits.outputBytes = 64 << 10
        let output = try await runner.run(run)
        let answer = String(decoding: output.standardOutput, as: UTF8.self)
        guard let version = kind.version(in: answer) else {
            throw .unknownVersion(name: location.name, path: location.path, answer: ProgramWords.line(answer))
        }
        return version
    }
}

extension FoundProgram.Kind {
    var name: String {
        switch self {
        case .kustomize: "kustomize"
        case .kubectl: "kubectl"
        case .helm: "helm"
        }
    }

    /// The source of the program, for a hint.
    var source: String {
        switch self {
        case .kustomize: " (https://kubectl.docs.kubernetes.io/installation/kustomize)"
        case .kubectl: " (the package kubernetes-client of Debian 13)"
        case .helm: " (https://helm.sh/docs/intro/install)"
        }
    }

    /// The oldest version with all used features: `sortOptions` of kustomize, `--set-literal` of Helm.
    var oldest: Semver {
        let text = self == .helm ? "3.12.0" : "5.0.0"
        guard let version = Semver(strict: text) else { preconditionFailure("\(text) is not a version") }
        return version
    }

    var question: [String] {
        switch self {
        case .kustomize: ["version"]
        case .kubectl: ["version", "--client", "--output=json"]
        case .helm: ["version", "--short"]
        }
    }

    /// `v5.4.2`, `{Version:kustomize/v4.5.7 GitCommit:…}`, `"kustomizeVersion": "v5.5.0"`, `v3.17.2+gcc0bbbd`.
    func version(in answer: String) -> Semver? {
        var text = Substring(answer)
        if self == .kubectl {
            guard let key = text.firstRange(of: "\"kustomizeVersion\"") else { return nil }
            text = text[key.upperBound...].drop { $0 != "\"" }.dropFirst()
        }
        if let key = text.firstRange(of: "Version:") { text = text[key.upperBound...] }
        if let key = text.firstRange(of: "kustomize/") { text = text[key.upperBound...] }
        let word = text.drop { $0.isWhitespace || $0 == "\"" }.prefix { !$0.isWhitespace && !"\",}".contains($0) }
        return Semver(strict: String(word))
    }
}
