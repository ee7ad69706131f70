import HoistwayCrypto
import HoistwayModel

extension SettingsReader {
    func notifications(_ fields: Fields) -> [NotificationSettings] {
        var all: [NotificationSettings] = []
        for entry in fields.each("notifications") {
            guard let notification = notification(entry) else { continue }
            if all.contains(where: { $0.name == notification.name }) {
                problems.error(entry.place(of: "name"), "two notifications are called \(notification.name)")
            }
            all.append(notification)
        }
        return all
    }

    private func notification(_ fields: Fields) -> NotificationSettings? {
        let name = notificationName(fields)
        let format = fields.choice("format", NotificationSettings.Format.self) ?? NotificationSettings.defaultFormat
        let secret = fields.fields("secret").flatMap(secret(_:))
        let url = target(fields, of: "notification")
        let events = events(fields)
        let projects = fields.has("projects") ? fields.strings("projects") : nil
        judge(secret, of: fields, format)
        fields.finish()
        guard let name, let url else { return nil }
        return NotificationSettings(
            name: name,
            url: url,
            format: format,
            secret: secret,
            events: events,
            projects: projects,
            place: fields.place
        )
    }

    /// Checks the secret that signs messages.
    func judge(_ secret: Secret?, of fields: Fields, _ format: NotificationSettings.Format) {
        if let secret, secret.revealText().hasPrefix("whsec_"), Base64.decode(secret.reveal().dropFirst(6)) == nil {
            problems.error(fields.place(of: "secret"), "the secret begins with whsec_, but is not base64 behind that")
        }
        if format == .slack, secret != nil {
            problems.warning(
                fields.place(of: "secret"),
                "Slack checks no signature: whoever has its URL may post",
                hint: "leave secret out, and give the URL from a file or the environment"
            )
        }
    }

    private func notificationName(_ fields: Fields) -> String? {
        guard let name = fields.requiredString("name") else { return nil }
        guard Name.isLabelLike(name) else {
            problems.error(
                fields.place(of: "name"),
                "\(ShownText.text(name)) is not a name for a notification",
                hint: "lower-case letters, digits and hyphens"
            )
            return nil
        }
        return name
    }

    private func events(_ fields: Fields) -> [NoticeEvent] {
        guard fields.has("events") else { return NoticeEvent.allCases }
        let known = NoticeEvent.allCases.map(\.rawValue)
        return fields.placedStrings("events").compactMap { text, place in
            if let event = NoticeEvent.allCases.first(where: { $0.rawValue == text }) { return event }
            problems.error(
                place,
                "there is no event \(ShownText.text(text))",
                hint: Spelling.hint(for: text, among: known) ?? "one of \(known.joined(separator: ", "))"
            )
            return nil
        }
    }

    /// From a file, the environment, or written here where it holds no secret.
    ///
    /// No message quotes it.
    ///
    /// - Parameter what: whose URL it is, for people.
    func target(_ fields: Fields, of what: String) -> Secret? {
        let allowsPlain = fields.bool("allowInsecureHTTP") ?? false
        guard let node = fields.value("url") else {
            fields.missing(
                "url",
                hint:
                    "write `url: https://example.com/hook`, or `url: {file: secrets/NAME}` or `url: {env: NAME}` where it "
                    + "holds a token"
            )
            return nil
        }
        let place = fields.place(of: "url")
        let found: Secret?
        if let text = node.scalar?.text {
            found = Secret(text)
        } else {
            found = Fields(node, problems: problems, dialect: .ours).flatMap(secret(_:))
        }
        guard let found else { return nil }
        let url = found.revealText()
        guard let host = URLText.host(of: url), !host.isEmpty, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            problems.error(
                place,
                "the \(what)'s url is not a URL",
                hint: "write it as in https://example.com/hook"
            )
            return nil
        }
        // The same parser as when a message is sent.
        if ["http", "https"].contains(URLText.scheme(of: url)), WebAddress(url) == nil {
            problems.error(
                place,
                "the \(what)'s url is not an http or https URL with a host and a port, and without a user and a password",
                hint: "write it as in https://example.com/hook"
            )
            return nil
        }
        switch URLText.scheme(of: url) {
        case "https": return found
        case "http" where allowsPlain || Loopback.contains(host): return found
        case "http":
            problems.error(
                place,
                "the \(what) would go over plain http to another machine",
                hint: "use https, or set `allowInsecureHTTP: true` for a closed network"
            )
        default: problems.error(place, "the \(what)'s url must begin with https://")
        }
        return nil
    }
}
