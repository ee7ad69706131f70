extension Settings {
    /// The settings of the configuration file, as far as it can be read; `nil` where it cannot be read at all.
    ///
    /// For commands that talk to a running server and look for its address and token: problems elsewhere in the file,
    /// such as a variable that only the server's environment has, do not matter to them.
    package static func outline(path: String) -> Settings? {
        ReadConfiguration.settings(path: path, environment: [:], problems: ProblemList()).settings
    }
}
