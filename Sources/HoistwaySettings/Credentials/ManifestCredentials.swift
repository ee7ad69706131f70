package import HoistwayCrypto
import HoistwayModel
import HoistwayPatterns

/// The credentials of all Secret manifests.
///
/// The project's own come first, then shared ones, each sorted by the Secret's name; the first that matches is used.
/// No credential is sent over plain http, unless that is allowed or the host is this machine.
package struct ManifestCredentials: CredentialBook, Equatable {
    let entries: [CredentialEntry]
    private let allowInsecureHTTP: Bool
    private let insecureRegistries: Set<String>
    private let patterns = Patterns()

    init(_ entries: [CredentialEntry], settings: Settings) {
        // Byte order, as Kubernetes lists names.
        self.entries = entries.sorted { left, right in
            left.secretName.utf8.lexicographicallyPrecedes(right.secretName.utf8)
        }
        allowInsecureHTTP = settings.git.allowInsecureHTTP
        insecureRegistries = Set(settings.registries.filter(\.insecure).map(\.host))
    }

    package func credential(_ kind: Credential.Kind, for url: String, project: String) -> Credential? {
        guard mayBeSent(kind, to: url) else { return nil }
        let normalised = kind.normalised(url)
        for owner in [project, nil] {
            let match = entries.first { entry in
                entry.credential.kind == kind && entry.credential.project == owner
                    && matches(entry, url: url, normalised: normalised)
                    && isInScope(entry, url: normalised, project: project)
            }
            if let match { return match.credential }
        }
        return nil
    }

    package static func == (left: ManifestCredentials, right: ManifestCredentials) -> Bool {
        left.entries == right.entries && left.allowInsecureHTTP == right.allowInsecureHTTP
            && left.insecureRegistries == right.insecureRegistries
    }

    /// How many there are.
    package var count: Int { entries.count }

    private func matches(_ entry: CredentialEntry, url: String, normalised: String) -> Bool {
        switch entry.target {
        case .exact(let target): target == normalised
        case .regex(let pattern):
            patterns.matches(regex: pattern, url) || patterns.matches(regex: pattern, normalised)
        }
    }

    /// A GitHub App's token can be narrowed to some repositories of a project.
    private func isInScope(_ entry: CredentialEntry, url: String, project: String) -> Bool {
        guard let scopes = entry.tokenScopes else { return true }
        let repository = url.split(separator: "/").last.map(String.init) ?? ""
        return scopes[project]?.contains { $0.lowercased() == repository } ?? false
    }

    private func mayBeSent(_ kind: Credential.Kind, to url: String) -> Bool {
        guard URLText.scheme(of: url) == "http" else { return true }
        guard let host = URLText.host(of: url) else { return false }
        if Loopback.contains(host) { return true }
        return kind == .git ? allowInsecureHTTP : insecureRegistries.contains(host)
    }
}
