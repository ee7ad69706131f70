import HoistwayModel

extension SettingsReader {
    /// `messageChannels`, of the whole program or of one project.
    func messageChannels(_ fields: Fields) -> [MessageChannelSettings] {
        var all: [MessageChannelSettings] = []
        for entry in fields.each("messageChannels") {
            guard let channel = messageChannel(entry) else { continue }
            if all.contains(where: { $0.name == channel.name }) {
                problems.error(entry.place(of: "name"), "two message channels are called \(channel.name)")
            }
            all.append(channel)
        }
        return all
    }

    private func messageChannel(_ fields: Fields) -> MessageChannelSettings? {
        let name = fields.requiredString("name")
        // The same rule as for the names of Kargo's own objects.
        let isName = name.map(Name.isSubdomain) ?? true
        if let name, !isName {
            problems.error(
                fields.place(of: "name"),
                "\(ShownText.text(name)) is not a name for a message channel",
                hint: "lower-case letters, digits, hyphens and dots"
            )
        }
        let format = fields.choice("format", NotificationSettings.Format.self) ?? NotificationSettings.defaultFormat
        let secret = fields.fields("secret").flatMap(secret(_:))
        let url = target(fields, of: "message channel")
        judge(secret, of: fields, format)
        fields.finish()
        guard let name, isName, let url else { return nil }
        return MessageChannelSettings(name: name, url: url, format: format, secret: secret, place: fields.place)
    }
}
