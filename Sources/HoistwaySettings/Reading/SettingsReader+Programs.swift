import HoistwayModel

extension SettingsReader {
    /// With a longer limit, a program that hangs would only delay its promotion.
    private static let longestTime = Duration.seconds(3600)

    func programs(_ fields: Fields?) -> ProgramSettings {
        guard let fields else { return ProgramSettings() }
        let limits = fields.fields("limits")
        let settings = ProgramSettings(
            kustomize: path("kustomize", fields),
            kubectl: path("kubectl", fields),
            helm: path("helm", fields),
            sandbox: fields.choice("sandbox", ProgramSettings.SandboxRule.self) ?? ProgramSettings.defaultSandbox,
            time: limits.flatMap(time) ?? ProgramSettings.defaultTime,
            memory: limits?.bytes("memory", in: 64 * 1024 * 1024...64 * 1024 * 1024 * 1024)
                ?? ProgramSettings.defaultMemory
        )
        limits?.finish()
        fields.finish()
        return settings
    }

    /// The program need not exist yet: it may be installed later.
    private func path(_ key: String, _ fields: Fields) -> String? {
        guard let text = fields.string(key), !text.isEmpty else { return nil }
        return files.resolve(text)
    }

    private func time(_ fields: Fields) -> Duration? {
        guard let time = fields.duration("time") else { return nil }
        guard time >= .seconds(1), time <= Self.longestTime else {
            problems.error(fields.place(of: "time"), "time is outside 1s to 1h")
            return nil
        }
        return time
    }
}
