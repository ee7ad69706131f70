import HoistwayModel

extension SettingsReader {
    /// `http`, of the whole program or of one project.
    func http(_ fields: Fields) -> HTTPOptions? {
        guard let http = fields.fields("http") else { return nil }
        let options = HTTPOptions(
            hosts: http.has("hosts") ? hosts(http, "hosts") : nil,
            privateHosts: http.has("privateHosts") ? hosts(http, "privateHosts") : nil,
            secrets: secretHosts(http),
            repeats: http.choice("repeat", HTTPOptions.Repeat.self)
        )
        http.finish()
        return options
    }

    private func hosts(_ fields: Fields, _ key: String) -> [HostRule] {
        fields.placedStrings(key).compactMap { host in
            if let rule = HostRule(host.text) { return rule }
            problems.error(
                host.place,
                "\(ShownText.text(host.text)) is not a host",
                hint: "such as api.example.com, '*.example.com' or 10.0.0.7:8080, without a scheme and a path"
            )
            return nil
        }
    }

    private func secretHosts(_ fields: Fields) -> [String: [HostRule]]? {
        guard let node = fields.value("secrets") else { return nil }
        guard let entries = node.entries, let secrets = Fields(node, problems: problems, dialect: .ours) else {
            problems.error(fields.place(of: "secrets"), "expected a mapping from Secrets to hosts, found \(node.kind)")
            return nil
        }
        return Dictionary(entries.map { ($0.key, hosts(secrets, $0.key)) }) { first, _ in first }
    }
}
