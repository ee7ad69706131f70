extension HostileGitBehaviour {
    /// Objects with correct ids whose trees no client should follow.
    func trees() -> HostileGitScript? {
        let blob = HostileObject.blob("x\n")
        func file(_ name: [UInt8]) -> (mode: String, name: [UInt8], object: [UInt8]) { ("100644", name, blob.id) }
        func file(_ name: String) -> (mode: String, name: [UInt8], object: [UInt8]) { file(Array(name.utf8)) }
        switch self {
        case .deepTree:
            var tree = HostileObject.tree([file("f")])
            var objects = [blob, tree]
            for _ in 0..<34_000 {
                tree = .tree([("40000", Array("d".utf8), tree.id)])
                objects.append(tree)
            }
            let deep = ("40000", Array("deep".utf8), tree.id)
            return HostileGitScript(.failedForGood, .make(root: [deep], objects: objects))
        case .treeBomb:
            var tree = HostileObject.tree([file("f")])
            var objects = [blob, tree]
            for _ in 0..<30 {
                tree = .tree((0..<8).map { ("40000", Array("n\($0)".utf8), tree.id) })
                objects.append(tree)
            }
            let bomb = ("40000", Array("many".utf8), tree.id)
            return HostileGitScript(.failedForGood, .make(root: [bomb], objects: objects))
        case .namesThatLookEqual:
            let names = [Array("caf\u{E9}".utf8), Array("cafe\u{301}".utf8), [0xFE], [0xFF], [0xEF, 0xBF, 0xBD]]
            return HostileGitScript(.pushed, .make(root: names.map(file), objects: [blob]))
        case .nameOfGitsFolder:
            return HostileGitScript(.failedForGood, .make(base: [file(".GIT ")], objects: [blob]))
        case .nameWithEscape:
            return HostileGitScript(.failedForGood, .make(base: [file("a\u{1B}[2Jb")], objects: [blob]))
        case .entryTwice:
            return HostileGitScript(.failedForGood, .make(root: [file("twice"), file("twice")], objects: [blob]))
        case .unsortedTree:
            return HostileGitScript(.failedForGood, .make(root: [file("z"), file("a")], objects: [blob], sorts: false))
        case .malformedTree:
            let broken = HostileObject(.tree, "100644 without an end".utf8)
            return HostileGitScript(.failedForGood, HostileRepository(broken, []))
        case .treeThatIsABlob:
            let entry = ("40000", Array("base".utf8), blob.id)
            return HostileGitScript(.failedForGood, HostileRepository(.tree([entry]), [blob]))
        case .kustomizationThatIsALink:
            return HostileGitScript(.failedForGood, .make(kustomizationMode: "120000"))
        case .folderThatIsASubmodule:
            let entry = ("160000", Array("base".utf8), blob.id)
            return HostileGitScript(.failedForGood, HostileRepository(.tree([entry]), []))
        case .refToABlob:
            return HostileGitScript(.failedForGood, .sound, pack: HostilePack([blob]).bytes()).with { $0.tip = blob.id }
        case .refToNothing:
            return HostileGitScript(.failedForNow).with { $0.tip = [UInt8](repeating: 0xAB, count: 20) }
        default: return nil
        }
    }
}
