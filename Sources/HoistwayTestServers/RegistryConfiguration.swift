/// Writes the file for `docker-registry serve`:
/// <https://distribution.github.io/distribution/about/configuration/>.
enum RegistryConfiguration {
    static func text(port: Int, folder: String, options: RegistryServer.Options) -> String {
        var text = """
            version: 0.1
            log: {level: info, accesslog: {disabled: true}}
            storage:
              filesystem: {rootdirectory: \(quoted("\(folder)/data"))}
              delete: {enabled: true}
            http:
              addr: 127.0.0.1:\(port)
              host: \(options.usesTLS ? "https" : "http")://localhost:\(port)
              secret: only-for-tests

            """
        if options.usesTLS {
            text +=
                "  tls: {certificate: \(quoted("\(folder)/certificate.pem")), key: \(quoted("\(folder)/key.pem"))}\n"
        }
        if options.wantsLogin {
            text += "auth:\n  htpasswd: {realm: test, path: \(quoted("\(folder)/htpasswd"))}\n"
        }
        if let notifications = options.notifications { text += endpoint(notifications) }
        return text
    }

    /// Timeout, threshold and backoff are those of the documentation.
    ///
    /// Layers and pulls are left out, as we advise.
    private static func endpoint(_ notifications: RegistryServer.Notifications) -> String {
        var text = """
            notifications:
              endpoints:
                - name: hoistway
                  url: \(quoted(notifications.url))
                  timeout: 1s
                  threshold: 10
                  backoff: 1s
                  ignore:
                    actions: [pull, mount]
                    mediatypes: [application/octet-stream]

            """
        guard !notifications.headers.isEmpty else { return text }
        text += "      headers:\n"
        for (name, value) in notifications.headers.sorted(by: { $0.key < $1.key }) {
            text += "        \(name): [\(quoted(value))]\n"
        }
        return text
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.map { character in
            character == "\"" || character == "\\" ? "\\\(character)" : String(character)
        }
        return "\"\(escaped.joined())\""
    }
}
