import HoistwayCrypto
import HoistwayModel

/// Reads `clusters[].cluster`.
struct KubeconfigCluster {
    private let node: ConfigNode

    init(_ node: ConfigNode) {
        self.node = node
    }

    func access() throws(KubeconfigFailure) -> ClusterAccess {
        var access = ClusterAccess(server: try server(), trust: try trust())
        access.serverName = try serverName()
        access.proxy = try proxy(isSecure: access.server.isSecure)
        return access
    }

    private func server() throws(KubeconfigFailure) -> WebAddress {
        guard let value = try node.value("server") else { throw node.failure("server is missing") }
        guard let address = WebAddress(try value.text), address.query == nil else {
            throw value.failure(
                "it is no URL of a server",
                hint: "such as https://10.0.0.1:6443, without a login in it"
            )
        }
        var target = address.target
        while target.count > 1, target.hasSuffix("/") { target.removeLast() }
        return WebAddress(isSecure: address.isSecure, host: address.host, port: address.port, target: target)
    }

    private func trust() throws(KubeconfigFailure) -> ClusterAccess.Trust {
        let authority = try node.source("certificate-authority")
        guard try node.flag("insecure-skip-tls-verify") else { return authority.map { .authority($0) } ?? .system }
        guard authority == nil else {
            throw node.failure(
                "both insecure-skip-tls-verify and a certificate-authority are given",
                hint: "remove insecure-skip-tls-verify"
            )
        }
        return .anybody
    }

    private func serverName() throws(KubeconfigFailure) -> String? {
        guard let value = try node.value("tls-server-name"), let name = try node.text("tls-server-name") else {
            return nil
        }
        guard ObjectKey.isSegment(name), !name.contains(":") else { throw value.failure("it is no name of a host") }
        return name.lowercased()
    }

    private func proxy(isSecure: Bool) throws(KubeconfigFailure) -> ClusterAccess.Proxy? {
        guard let value = try node.value("proxy-url"), let text = try node.text("proxy-url") else { return nil }
        guard isSecure else {
            throw value.failure("a server of plain http behind a proxy is not supported", hint: "use https")
        }
        let wrong = "it is no URL of a proxy"
        let hint = "such as http://proxy.example.com:3128 or socks5://proxy.example.com:1080"
        guard let separator = text.firstRange(of: "://") else { throw value.failure(wrong, hint: hint) }
        let form: ClusterAccess.Proxy.Form
        switch text[..<separator.lowerBound].lowercased() {
        case "http": form = .http
        case "socks5": form = .socks5
        case "https": throw value.failure("a proxy that is itself spoken to over TLS is not supported", hint: hint)
        default: throw value.failure(wrong, hint: hint)
        }
        var rest = text[separator.upperBound...]
        if rest.hasSuffix("/") { rest.removeLast() }
        let at = rest.lastIndex(of: "@")
        let place = at.map { rest[rest.index(after: $0)...] } ?? rest
        guard let parts = WebAddress.parts(of: String(place)),
            ObjectKey.isSegment(parts.host) || parts.host.hasPrefix("[")
        else { throw value.failure(wrong, hint: hint) }
        var proxy = ClusterAccess.Proxy(
            form: form,
            host: parts.host,
            port: parts.port ?? (form == .http ? 80 : 1080)
        )
        if let at {
            let login = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard form == .http, let name = login.first else {
                throw value.failure("a SOCKS proxy with a login is not supported")
            }
            guard let username = Self.unescaped(name), let password = Self.unescaped(login.count > 1 ? login[1] : "")
            else { throw value.failure(wrong, hint: hint) }
            proxy.username = username
            proxy.password = Secret(password)
        }
        return proxy
    }

    /// `nil` where an escape is invalid.
    private static func unescaped(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension ConfigNode {
    /// The PEM in the key `NAME-data`, or else in the file of the key `NAME`.
    func source(_ name: String) throws(KubeconfigFailure) -> ClusterAccess.Source? {
        if let node = try value("\(name)-data"), let text = try self.text("\(name)-data") {
            let digits = text.utf8.filter { $0 > 0x20 }
            guard let bytes = Base64.decode(digits, .standard) else { throw node.failure("it is no base64") }
            return .data(Secret(bytes))
        }
        return try text(name).map { .file(complete($0)) }
    }

    /// A path that is relative to the kubeconfig.
    func complete(_ path: String) -> String {
        KubeconfigPath.complete(path, from: KubeconfigPath.folder(of: place.file))
    }
}
