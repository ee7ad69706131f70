extension HostileGitBehaviour {
    /// Packs that need too much memory or time, or are invalid.
    func packs() -> HostileGitScript? {
        let repository = HostileRepository.sound
        var pack = HostilePack(repository.objects)
        func script(_ ending: HostileGitScript.Ending, announced: Int? = nil) -> HostileGitScript {
            HostileGitScript(ending, repository, pack: pack.bytes(announced: announced))
        }
        let small = HostileObject.blob("a base of a delta\n")
        switch self {
        case .equalDeltaBombs, .distinctDeltaBombs:
            let base = HostileObject(.blob, [UInt8](repeating: 7, count: 1 << 20))
            pack.add(base)
            for index in 0..<200 {
                let mark = self == .equalDeltaBombs ? 1 : UInt8(index)
                pack.add(delta: HostilePack.copying(base: 1 << 20, to: 60 << 20, mark: mark), base: base.id)
            }
            return script(.failedForGood)
        case .zlibBomb:
            pack.add(type: 3, size: 10, HostilePack.zeros(megabytes: 200))
            return script(.failedForGood)
        case .hugeDeclaredSize:
            pack.add(type: 3, size: 1 << 44, HostilePack.deflate([1]))
            return script(.failedForGood)
        case .endlessSize:
            pack.add(type: 3, size: 0, [])
            pack.add(raw: [UInt8](repeating: 0xFF, count: 64))
            return script(.failedForGood)
        case .deltaBeyondItsBase:
            pack.add(small)
            // A copy of 16 MB from an offset after the end of a base of eighteen bytes.
            pack.add(
                delta: HostilePack.varint(small.bytes.count) + HostilePack.varint(100)
                    + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
                base: small.id
            )
            return script(.failedForGood)
        case .deltaOfAnotherBase:
            pack.add(small)
            pack.add(delta: HostilePack.varint(5) + HostilePack.varint(1) + [1, 7], base: small.id)
            return script(.failedForGood)
        case .deltaCircle:
            let other = HostileObject.blob("another base of a delta\n")
            for (object, base) in [(small, other), (other, small)] {
                let whole = [UInt8(object.bytes.count)] + object.bytes
                let delta = HostilePack.varint(base.bytes.count) + HostilePack.varint(object.bytes.count) + whole
                pack.add(delta: delta, base: base.id)
            }
            return script(.failedForGood)
        case .reversedDeltas:
            let objects = (0..<20_000).map { HostileObject.blob("object \($0 + 100_000)\n") }
            for (object, base) in zip(objects.dropFirst(), objects).reversed() {
                let whole = [UInt8(object.bytes.count)] + object.bytes
                pack.add(
                    delta: HostilePack.varint(base.bytes.count) + HostilePack.varint(object.bytes.count) + whole,
                    base: base.id
                )
            }
            pack.add(objects[0])
            return script(.pushed)
        case .objectTwice:
            pack.add(repository.objects[0])
            return script(.failedForGood)
        case .hugeObjectCount: return script(.failedForNow, announced: 0xFFFF_FFFF)
        case .trailingBytes:
            pack.add(raw: [1, 2, 3])
            return script(.failedForGood)
        case .truncatedPack:
            return HostileGitScript(.failedForNow, repository, pack: Array(pack.bytes().prefix(60)))
        case .wrongChecksum:
            return HostileGitScript(.failedForNow, repository, pack: Array(pack.bytes().dropLast(1)) + [0])
        case .packOfNothing: return HostileGitScript(.failedForNow, repository, pack: HostilePack().bytes())
        default: return nil
        }
    }
}
