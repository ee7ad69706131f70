import FoundationEssentials

/// Which configuration file a command reads; the same for every command.
enum ConfigFile {
    static let variable = "HOISTWAY_CONFIG"
    /// In a checkout of the source, and beside a team's own files.
    static let here = "config/hoistway.yaml"
    /// Where the package puts it.
    static let installed = "/etc/hoistway/hoistway.yaml"

    /// For the help of `--config`.
    static let order = "Default: \(variable), else \(here), else \(installed), whichever is there first."

    /// - Parameters:
    ///   - option: what `--config` says.
    ///   - exists: whether a path leads to a file.
    static func path(
        _ option: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        exists: (String) -> Bool = { FileManager.default.fileExists(atPath: $0) }
    ) -> String {
        if let option { return option }
        // One that is named and not there is an error: another must not be taken in its place.
        if let named = environment[variable], !named.isEmpty { return named }
        return [here, installed].first(where: exists) ?? here
    }
}
