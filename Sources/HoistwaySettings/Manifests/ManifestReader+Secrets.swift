import HoistwayCrypto
import HoistwayModel

extension ManifestReader {
    private static let systemNamespace = "kargo-system-resources"
    /// Holds the secrets of a ClusterConfig's webhook receivers.
    private static let clusterNamespace = "kargo-cluster-secrets"
    private static let typeLabel = "kargo.akuity.io/cred-type"
    private static let scopesAnnotation = "kargo.akuity.io/github-token-scopes"

    func readSecret(_ manifest: Manifest) {
        let fields = manifest.fields
        fields.accept("type", "immutable")
        let data = SecretData(fields: fields, problems: problems)
        fields.finish()
        guard let type = manifest.labels[Self.typeLabel] else {
            let isOfProject = manifest.namespace != settings.sharedNamespace
            if isOfProject {
                guard let project = owner(of: manifest) else { return }
                addSecret(manifest.name, project: project, data)
            }
            problems.warning(
                manifest.place,
                "this Secret has no label \(Self.typeLabel): it is no credential"
                    + (isOfProject ? ", and seen by expressions only" : ", and not used"),
                hint: "label it git, image or helm, if it is a credential, or generic, if expressions read it"
            )
            return
        }
        guard let project = owner(of: manifest) else { return }
        switch type {
        case "git": credential(.git, data, manifest, project: project)
        case "image": credential(.image, data, manifest, project: project)
        case "helm": credential(.helm, data, manifest, project: project)
        case "generic": addSecret(manifest.name, project: project, data)
        default:
            problems.error(
                manifest.place,
                "\(Self.typeLabel) cannot be \(ShownText.text(type))",
                hint: "one of git, image, helm, generic"
            )
        }
    }

    /// The project, or `.some(nil)` for shared ones; `nil` where the Secret is not used.
    private func owner(of manifest: Manifest) -> String?? {
        switch manifest.namespace {
        case settings.sharedNamespace: return .some(nil)
        case Self.systemNamespace, Self.clusterNamespace:
            problems.warning(manifest.place, "Secrets in \(manifest.namespace) are known, but not used")
            return nil
        default:
            guard !isForeign(manifest) else {
                problems.warning(
                    manifest.namespacePlace,
                    "Secret \(manifest.name) is in \(ShownText.text(manifest.namespace)), and there is no such Project: it is "
                        + "not used",
                    hint: Spelling.hint(for: manifest.namespace, among: pipelines.projects.keys.sorted())
                )
                return nil
            }
            // The project may be in Git, and reading it there may need this credential.
            guard !manifest.isLeftOut else { return nil }
            let mayCome = !isComplete && !manifest.namespace.isEmpty
            return mayCome || isInProject(manifest) ? .some(manifest.namespace) : nil
        }
    }

    /// It belongs to another program: it is not a credential, and not in a project.
    private func isForeign(_ manifest: Manifest) -> Bool {
        let isCredential = ["git", "image", "helm"].contains(manifest.labels[Self.typeLabel] ?? "")
        return isComplete && !isCredential && !manifest.namespace.isEmpty && !manifest.isLeftOut
            && pipelines.projects[manifest.namespace] == nil && !unplaced.contains(manifest.namespace)
    }

    private func credential(_ kind: Credential.Kind, _ data: SecretData, _ manifest: Manifest, project: String?) {
        guard !data.hasReportedProblem("repoURL") else { return }
        guard let url = data.text("repoURL"), !url.isEmpty else {
            problems.error(manifest.place, "the Secret has no repoURL", hint: "say for which repository it is")
            return
        }
        guard let login = login(kind, data, manifest) else { return }
        let isPattern = data.text("repoURLIsRegex") == "true"
        if isPattern {
            patterns.regex(url, place: data.place(of: "repoURL"))
        } else {
            gitChecks.refusePassword(in: url, place: data.place(of: "repoURL"))
            warnOfPlainHTTP(kind, url, place: data.place(of: "repoURL"))
        }
        data.warnOfUnused(problems: problems)
        let name = "\(manifest.namespace)/\(manifest.name)"
        add(
            CredentialEntry(
                credential: Credential(name: name, project: project, kind: kind, login: login),
                secretName: manifest.name,
                target: isPattern ? .regex(url) : .exact(kind.normalised(url)),
                tokenScopes: manifest.annotations[Self.scopesAnnotation].map { tokenScopes($0, place: manifest.place) }
            )
        )
    }

    private func login(_ kind: Credential.Kind, _ data: SecretData, _ manifest: Manifest) -> Credential.Login? {
        let username = data.text("username") ?? ""
        if let password = data.secret("password"), !username.isEmpty {
            return .password(username: username, password: password)
        }
        let clientID = data.text("githubAppClientID") ?? data.text("githubAppID") ?? ""
        let installationID = data.text("githubAppInstallationID") ?? ""
        if kind == .git, !clientID.isEmpty, !installationID.isEmpty, let key = data.secret("githubAppPrivateKey") {
            return .githubApp(clientID: clientID, installationID: installationID, privateKey: Self.unwrapped(key))
        }
        if kind == .git, let key = data.secret("sshPrivateKey") {
            return .sshKey(key)
        }
        problems.error(
            manifest.place,
            "the Secret holds no complete credential, or an empty one",
            hint: kind == .git
                ? "give username and password; or githubAppClientID, githubAppInstallationID and "
                    + "githubAppPrivateKey; or sshPrivateKey"
                : "give username and password"
        )
        return nil
    }

    /// A PEM that was encoded in base64 twice.
    private static func unwrapped(_ key: Secret) -> Secret {
        let text = key.revealText()
        guard !text.contains("-----BEGIN") else { return key }
        let letters = text.filter { !$0.isWhitespace }
        guard let bytes = Base64.decode(letters), !bytes.isEmpty else { return key }
        return Secret(bytes)
    }

    private func warnOfPlainHTTP(_ kind: Credential.Kind, _ url: String, place: SourcePlace) {
        guard kind == .git, URLText.scheme(of: url) == "http", !settings.git.allowInsecureHTTP,
            let host = URLText.host(of: url), !Loopback.contains(host)
        else { return }
        problems.warning(
            place,
            "this credential is never used: it would go over plain http",
            hint: "use https, or allow it with git.allowInsecureHTTP"
        )
    }

    /// `{project: [repository, …]}` in JSON.
    ///
    /// A text that cannot be read allows nothing.
    private func tokenScopes(_ text: String, place: SourcePlace) -> [String: [String]] {
        let scratch = ProblemList()
        let document = YamlDocuments.read(text, file: place.file, problems: scratch).documents.first
        guard let document, let fields = Fields(document, problems: scratch, dialect: .ours) else {
            problems.warning(place, "\(Self.scopesAnnotation) is not JSON: the credential is used for no repository")
            return [:]
        }
        var scopes: [String: [String]] = [:]
        for entry in document.entries ?? [] { scopes[entry.key] = fields.strings(entry.key) }
        if scratch.hasErrors {
            problems.warning(place, "\(Self.scopesAnnotation) is not as expected: parts of it allow nothing")
        }
        return scopes
    }
}
