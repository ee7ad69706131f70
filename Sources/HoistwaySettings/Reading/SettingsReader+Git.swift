import HoistwayModel

extension SettingsReader {
    func git(_ fields: Fields?) -> GitSettings {
        let cache = fields?.fields("cache")
        let timeouts = fields?.fields("timeouts")
        let settings = GitSettings(
            cachePath: files.resolve(cache?.string("path") ?? GitSettings.defaultCachePath),
            cacheMaxBytes: cache?.bytes("maxBytes", in: 1024 * 1024...Int.max) ?? GitSettings.defaultCacheMaxBytes,
            author: author(fields?.fields("author")),
            transport: fields?.choice("transport", GitSettings.Transport.self) ?? GitSettings.defaultTransport,
            maxRefsPerPush: fields?.integer("maxRefsPerPush", in: 1...1000) ?? GitSettings.defaultMaxRefsPerPush,
            hosts: fields?.each("hosts").compactMap(gitHost(_:)) ?? [],
            allowInsecureHTTP: fields?.bool("allowInsecureHTTP") ?? false,
            knownHosts: files.resolve(fields?.string("knownHosts") ?? GitSettings.defaultKnownHosts),
            timeouts: self.timeouts(timeouts),
            allowFileURLs: fields?.bool("allowFileURLs") ?? false
        )
        cache?.finish()
        fields?.finish()
        return settings
    }

    private func author(_ fields: Fields?) -> GitSettings.Author {
        guard let fields else { return GitSettings.defaultAuthor }
        var author = GitSettings.defaultAuthor
        for (key, path) in [("name", \GitSettings.Author.name), ("email", \GitSettings.Author.email)] {
            guard let text = fields.string(key) else { continue }
            // Git's commit format cannot hold such a text.
            if text.isEmpty || text.contains(where: { "<>\n\0".contains($0) }) {
                problems.error(fields.place(of: key), "\(key) is empty, or holds < or > or a line break")
            } else {
                author[keyPath: path] = text
            }
        }
        fields.finish()
        return author
    }

    private func gitHost(_ fields: Fields) -> GitSettings.Host? {
        let host = host(fields)
        let proxy = fields.string("proxy")
        if let proxy, URLText.scheme(of: proxy) != "http" {
            problems.error(
                fields.place(of: "proxy"),
                "a proxy is an http URL",
                hint: "write it as in http://proxy.example.com:3128"
            )
        }
        var settings = GitSettings.Host(
            host: host ?? "",
            caFile: existingFile("caFile", fields),
            proxy: proxy,
            apiURL: apiURL(fields)
        )
        settings.provider = fields.choice("provider", ForgeProvider.self)
        fields.finish()
        return host == nil ? nil : settings
    }

    private func apiURL(_ fields: Fields) -> String? {
        guard let url = fields.string("apiURL") else { return nil }
        guard let address = WebAddress(url), address.query == nil, !url.contains("#") else {
            problems.error(
                fields.place(of: "apiURL"),
                "apiURL is no http or https URL, or has a user, a query or a fragment",
                hint: "write it as in https://github.example.com/api/v3"
            )
            return nil
        }
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    private func timeouts(_ fields: Fields?) -> GitSettings.Timeouts {
        guard let fields else { return GitSettings.Timeouts() }
        let timeouts = GitSettings.Timeouts(
            connect: positive("connect", fields) ?? GitSettings.defaultConnectTimeout,
            idle: positive("idle", fields) ?? GitSettings.defaultIdleTimeout
        )
        fields.finish()
        return timeouts
    }

    private func positive(_ key: String, _ fields: Fields) -> Duration? {
        guard let duration = fields.duration(key) else { return nil }
        guard duration > .zero else {
            problems.error(fields.place(of: key), "\(key) must be above zero")
            return nil
        }
        return duration
    }
}
