import HoistwayCrypto
import HoistwayEvents
import HoistwayModel

extension SettingsReader {
    func webhooks(_ fields: Fields) -> WebhookSettings {
        let proxies = fields.placedStrings("trustedProxies")
        for proxy in proxies where !Self.isNetwork(proxy.text) {
            problems.error(
                proxy.place,
                "\(ShownText.text(proxy.text)) is not an address or a network",
                hint: "write 10.0.0.7 or 10.0.0.0/8"
            )
        }
        let written = fields.bytes("maxBodyBytes", in: 1024...256 * 1024 * 1024)
        let maxBody = written ?? WebhookSettings.defaultMaxBodyBytes
        let settings = WebhookSettings(
            listen: address(fields) ?? WebhookSettings.defaultListen,
            tls: fields.fields("tls").flatMap(tls(_:)),
            trustedProxies: proxies.map(\.text),
            maxBodyBytes: maxBody,
            bodiesInFlightBytes: fields.bytes("bodiesInFlightBytes", in: 1024...Int.max)
                ?? max(WebhookSettings.defaultBodiesInFlightBytes, maxBody),
            maxConnections: fields.integer("maxConnections", in: 1...1_000_000)
                ?? WebhookSettings.defaultMaxConnections,
            maxPerSecondPerAddress: fields.integer("maxPerSecondPerAddress", in: 1...WebhookSettings.highestRate),
            receivers: fields.each("receivers").map { receiver($0, maxBodyBytes: maxBody) }
        )
        if settings.bodiesInFlightBytes < settings.maxBodyBytes {
            problems.error(
                fields.place(of: "bodiesInFlightBytes"),
                "bodiesInFlightBytes (\(settings.bodiesInFlightBytes)) is below maxBodyBytes (\(maxBody)): "
                    + "a body that is allowed could never be read"
            )
        }
        fields.finish()
        return settings
    }

    private func tls(_ fields: Fields) -> TLSSettings? {
        for key in ["certificate", "key"] where !fields.has(key) { fields.missing(key, hint: "a PEM file") }
        let certificate = existingFile("certificate", fields)
        let key = existingFile("key", fields)
        fields.finish()
        guard let certificate, let key else { return nil }
        return TLSSettings(certificate: certificate, key: key)
    }

    private func receiver(_ fields: Fields, maxBodyBytes: Int) -> ReceiverSettings {
        let name = receiverName(fields)
        let path = receiverPath(fields)
        let sender = fields.choice("sender", Sender.self)
        if !fields.has("sender") {
            let known = Sender.allCases.map(\.rawValue).joined(separator: ", ")
            fields.missing("sender", hint: "one of \(known)")
        }
        let secrets = secrets(fields)
        let scheme = scheme(fields, sender: sender, secrets: secrets)
        let tolerance = fields.integer("toleranceSeconds", in: 1...86400)
        let defaultBody =
            switch sender?.traits.kind {
            case .registry: WebhookSettings.defaultRegistryMaxBodyBytes
            case .gitHost, nil: maxBodyBytes
            }
        let bytes = fields.bytes("maxBodyBytes", in: 1024...256 * 1024 * 1024)
        let settings = ReceiverSettings(
            name: name ?? "",
            path: path,
            sender: sender ?? .github,
            secrets: secrets,
            gitLabScheme: scheme,
            toleranceSeconds: tolerance ?? ReceiverSettings.defaultToleranceSeconds,
            sources: sources(fields),
            projects: fields.has("projects") ? fields.strings("projects") : nil,
            maxBodyBytes: bytes ?? min(defaultBody, maxBodyBytes),
            trust: fields.choice("trust", ReceiverSettings.Trust.self) ?? .sender,
            imageHost: imageHost(fields, sender: sender),
            maxPerSecond: fields.integer("maxPerSecond", in: 1...WebhookSettings.highestRate),
            place: fields.place
        )
        fields.finish()
        // Also one with an error: it may collide with others, and where there is an error nothing is loaded.
        return settings
    }

    private func receiverName(_ fields: Fields) -> String? {
        guard let name = fields.requiredString("name") else { return nil }
        guard Name.isLabelLike(name) else {
            problems.error(
                fields.place(of: "name"),
                "\(ShownText.text(name)) is not a name for a receiver",
                hint: "lower-case letters, digits and hyphens"
            )
            return nil
        }
        return name
    }

    private func receiverPath(_ fields: Fields) -> String? {
        guard let path = fields.string("path") else { return nil }
        let isPlain = path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"?#%\\".utf8.contains($0) }
        guard path.hasPrefix("/"), path.count > 1, isPlain, !path.contains("//"), !path.contains("/.") else {
            problems.error(
                fields.place(of: "path"),
                "\(ShownText.text(path)) is not a path",
                hint: "write it as in /hook/app-github, without query, escapes or dots"
            )
            return nil
        }
        return path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    private func scheme(
        _ fields: Fields,
        sender: Sender?,
        secrets: [Secret]
    ) -> ReceiverSettings.GitLabScheme {
        let written = fields.choice("scheme", ReceiverSettings.GitLabScheme.self)
        if let sender, sender != .gitlab {
            fields.note("scheme", .error, "scheme is for gitlab only: \(sender.rawValue) has one way to prove itself")
            fields.note("toleranceSeconds", .error, "toleranceSeconds is for gitlab's signed scheme only")
            return .token
        }
        let scheme = written ?? .token
        let keys = secrets.map { SigningToken.isWellFormed($0) }
        if scheme == .signed, keys.contains(false) {
            problems.error(
                fields.place(of: "secrets"),
                "the signed scheme takes whsec_ and the base64 text of the key, as GitLab shows it once"
            )
        }
        if scheme == .token, sender == .gitlab, keys.contains(true) {
            problems.warning(
                fields.place(of: "secrets"),
                "this is a signing token (whsec_…), but it is used as a plain one",
                hint: "write `scheme: signed`"
            )
        }
        return scheme
    }

    private func imageHost(_ fields: Fields, sender: Sender?) -> String? {
        guard let host = fields.string("imageHost") else { return nil }
        guard !host.isEmpty, !host.contains("/"), !host.contains("@"), !host.contains(" ") else {
            problems.error(
                fields.place(of: "imageHost"),
                "expected a host, found \(ShownText.text(URLText.withoutUser(host)))",
                hint: "write registry.example.com or registry.example.com:5000"
            )
            return nil
        }
        if let sender, !sender.tellsOfImages {
            problems.error(fields.place(of: "imageHost"), "\(sender.rawValue) reports no images: imageHost has no use")
        }
        return host.lowercased()
    }

    private func sources(_ fields: Fields) -> SourceScope {
        guard let node = fields.value("sources") else {
            fields.missing("sources", hint: "list what it may report, as in github.com/acme/*, or write all")
            return SourceScope([])
        }
        // `sources: all` and `sources: [all]` are the same; all other values must be in a list.
        let isWord = node.scalar?.text == "all"
        let sources = isWord ? [(text: "all", place: node.place)] : fields.placedStrings("sources")
        if sources.isEmpty, node.items != nil {
            problems.error(
                fields.place(of: "sources"),
                "sources is empty: every event would be ignored",
                hint: "list repositories, or write all"
            )
        }
        return SourceScope(
            sources.compactMap { source in
                do throws(SourcePatternError) {
                    return try SourcePattern(source.text)
                } catch {
                    problems.error(source.place, error.message, hint: error.hint)
                    return nil
                }
            }
        )
    }

    /// An IPv4 or IPv6 address, or one with a prefix length.
    private static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first, parts.count <= 2 else { return false }
        let isV6 = address.contains(":")
        if parts.count == 2 {
            guard let bits = Int(parts[1]), (0...(isV6 ? 128 : 32)).contains(bits) else { return false }
        }
        if isV6 { return address.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." } }
        let bytes = address.split(separator: ".", omittingEmptySubsequences: false)
        return bytes.count == 4 && bytes.allSatisfy { UInt8($0) != nil }
    }
}

/// GitLab's signing tokens.
private enum SigningToken {
    /// `whsec_` and base64 of 24 to 64 bytes, as the Standard Webhooks specification has it.
    static func isWellFormed(_ secret: Secret) -> Bool {
        let text = secret.revealText()
        guard text.hasPrefix("whsec_") else { return false }
        guard let key = Base64.decode(String(text.dropFirst("whsec_".count))) else { return false }
        return (24...64).contains(key.count)
    }
}
