import HoistwayModel

/// Which files of an archive are left out, or of the folder that is packed into one.
struct ArchiveIgnore {
    static let field = StepSchema.Field(
        "ignore",
        .text,
        emptyIsAbsent: true,
        "Files to leave out: patterns as in .gitignore, one per line. `.git` is always left out."
    )

    private let rules: IgnoreRules

    init(_ config: StepConfiguration) {
        let lines = config.text("ignore")?.split(whereSeparator: \.isNewline).map(String.init) ?? []
        rules = IgnoreRules(lines: lines)
    }

    /// - Parameter names: from the archive's root to the file.
    func ignores(_ names: [GitPath]) -> Bool {
        if names.contains(".git") { return true }
        guard !rules.isEmpty else { return false }
        let folders = names.indices.dropFirst()
        return folders.contains { rules.ignores(Array(names[..<$0]), isDirectory: true) }
            || rules.ignores(names, isDirectory: false)
    }
}
