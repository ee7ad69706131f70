import HoistwayCrypto
import HoistwayModel

/// Reads `users[].user`.
struct KubeconfigUser {
    private let node: ConfigNode

    init(_ node: ConfigNode) {
        self.node = node
    }

    func fill(_ access: inout ClusterAccess) throws(KubeconfigFailure) {
        access.certificate = try certificate()
        access.login = try login()
        access.impersonation = try impersonation()
    }

    private func certificate() throws(KubeconfigFailure) -> ClusterAccess.ClientCertificate? {
        let chain = try node.source("client-certificate")
        let key = try node.source("client-key")
        switch (chain, key) {
        case (let chain?, let key?): return ClusterAccess.ClientCertificate(chain: chain, key: key)
        case (nil, nil): return nil
        case (_, nil): throw node.failure("there is a client-certificate, but no client-key")
        case (nil, _): throw node.failure("there is a client-key, but no client-certificate")
        }
    }

    private func login() throws(KubeconfigFailure) -> ClusterAccess.Login {
        if let old = try node.value("auth-provider") {
            throw old.failure(
                "auth-provider is no longer part of Kubernetes",
                hint: "write the kubeconfig again: its tool now uses exec"
            )
        }
        var found: [(String, ClusterAccess.Login)] = []
        // The file overrides the token, as in kubectl.
        if let file = try node.text("tokenFile") {
            found.append(("tokenFile", .tokenFile(node.complete(file))))
        } else if let token = try node.value("token"), let text = try node.text("token") {
            guard Self.isHeader(text) else { throw token.failure("a character that no token has") }
            found.append(("token", .token(Secret(text))))
        }
        if let username = try node.text("username") {
            let password = Secret(try node.text("password") ?? "")
            found.append(("username", .password(username: username, password: password)))
        }
        if let exec = try node.value("exec") { found.append(("exec", .plugin(try plugin(exec)))) }
        guard found.count <= 1 else {
            let names = found.map(\.0).joined(separator: " and ")
            throw node.failure("\(names) are given: which of them is meant?", hint: "keep one of them")
        }
        return found.first?.1 ?? .none
    }

    /// Whether it can be the value of a header.
    static func isHeader(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }

    // MARK: Programs

    private func plugin(_ exec: ConfigNode) throws(KubeconfigFailure) -> ExecPlugin {
        guard let version = ExecPlugin.Version(rawValue: try exec.text("apiVersion") ?? "") else {
            throw (try exec.value("apiVersion") ?? exec).failure(
                "the version of the program's answers is not known",
                hint: "apiVersion is one of \(ExecPlugin.Version.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        guard let command = try exec.text("command") else { throw exec.failure("command is missing") }
        try checkMode(exec)
        var plugin = ExecPlugin(
            version: version,
            command: command.contains("/") ? exec.complete(command) : command
        )
        plugin.arguments = try exec.texts("args")
        for entry in try exec.items("env") {
            guard let name = try entry.text("name"), !name.contains("=") else { throw entry.failure("name is missing") }
            plugin.environment[name] = try entry.text("value") ?? ""
        }
        plugin.providesClusterInfo = try exec.flag("provideClusterInfo")
        plugin.installHint = try exec.text("installHint")
        return plugin
    }

    private func checkMode(_ exec: ConfigNode) throws(KubeconfigFailure) {
        guard let mode = try exec.value("interactiveMode") else { return }
        switch try mode.text {
        case "Never", "IfAvailable", "": return
        case "Always":
            throw mode.failure(
                "the program asks a person for the login, and nobody sits here",
                hint: "use a login that needs nobody, such as the token of a service account"
            )
        default: throw mode.failure("it is none of Never, IfAvailable and Always")
        }
    }

    // MARK: Impersonation

    private func impersonation() throws(KubeconfigFailure) -> [HeaderLine] {
        var lines: [HeaderLine] = []
        if let user = try node.text("as") { lines.append(HeaderLine("Impersonate-User", user)) }
        if let uid = try node.text("as-uid") { lines.append(HeaderLine("Impersonate-Uid", uid)) }
        for group in try node.texts("as-groups") { lines.append(HeaderLine("Impersonate-Group", group)) }
        for extra in try node.textLists("as-user-extra") {
            guard !extra.key.isEmpty, extra.key.utf8.allSatisfy(Self.isToken) else {
                throw node.failure("as-user-extra has a key that cannot be sent")
            }
            for value in extra.values { lines.append(HeaderLine("Impersonate-Extra-\(extra.key)", value)) }
        }
        guard lines.isEmpty || lines.contains(where: { $0.name == "Impersonate-User" }) else {
            throw node.failure("as-uid, as-groups and as-user-extra need as")
        }
        for line in lines where !Self.isHeader(line.value) {
            throw node.failure("a character that cannot be sent in \(line.name)")
        }
        return lines
    }

    /// Letters, digits and other characters that header names have in practice; other characters would have to be
    /// escaped.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
