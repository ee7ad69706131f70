extension Settings {
    /// What the configuration file says, as far as it can be read; `nil` where it cannot be read at all.
    ///
    /// For commands that talk to a running server and look for its address and token: problems elsewhere in the file,
    /// such as a variable that only the server's environment has, do not matter to them.
    package static func outline(path: String) -> Settings? {
        let problems = ProblemList()
        let files = Files(besides: path)
        let complete = files.resolve(String(path.split(separator: "/").last ?? ""))
        // Whatever is wrong with the file, the answer is the same.
        guard let bytes = try? Files.read(complete, limit: YamlDocuments.maxBytes),
            let text = String(validating: bytes, as: UTF8.self),
            let document = YamlDocuments.read(text, file: complete, problems: problems)?.first
        else { return nil }
        return SettingsReader(file: complete, files: files, environment: [:], problems: problems).read(document)
    }
}
