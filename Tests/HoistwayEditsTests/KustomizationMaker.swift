import HoistwayEdits

/// Makes random kustomizations and says what is in them.
struct KustomizationMaker {
    struct Piece {
        var text: String
        /// The image whose entry it is; `nil` for what no edit may touch.
        var owner: String?
    }

    struct Sample {
        var pieces: [Piece]
        var entries: [ImageEntry]
        var text: String { pieces.map(\.text).joined() }
    }

    /// Owner of a second entry of one image.
    static let repeated = "(repeated)"

    private var generator: SplitMix
    private static let names = ["a", "app", "b", "r.io/team/c", "localhost:5000/d", "z"]
    private static let values = ["v1", "v2", "1.10", "on", "sha256:0a1b", "r.io:5000/x", "it's", "2024-01-02", "ü"]

    init(seed: UInt64) {
        generator = SplitMix(state: seed)
    }

    mutating func sample() -> Sample {
        let lineBreak = chance(4) ? "\r\n" : "\n"
        var pieces: [Piece] = chance(5) ? [Piece(text: "\u{feff}")] : []
        pieces.append(
            Piece(text: pick(["# Ü top\n", "", "---\n", "resources:\n- a.yaml # ż\n", "x: &x {y: [1, 2]}\nz: *x\n"]))
        )
        var entries: [ImageEntry] = []
        if !chance(8) { entries = images(into: &pieces) }
        pieces.append(Piece(text: pick(["", "# end\n", "kind: Kustomization\n", "\n\nnote: |\n  two\n  lines\n"])))
        if pieces.allSatisfy({ !$0.text.contains(":") }) { pieces.append(Piece(text: "kind: Kustomization\n")) }
        for index in pieces.indices {
            pieces[index].text = pieces[index].text.split(separator: "\n", omittingEmptySubsequences: false).joined(
                separator: lineBreak
            )
        }
        return Sample(pieces: pieces, entries: entries)
    }

    private mutating func images(into pieces: inout [Piece]) -> [ImageEntry] {
        var names = Self.names.shuffled(using: &generator).prefix(Int.random(in: 1...5, using: &generator)).map { $0 }
        if chance(2) { names.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
        let entries = names.map { entry($0) }
        let isFlow = chance(4)
        let indent = chance(2) ? "  " : ""
        pieces.append(Piece(text: isFlow ? "images: [" : "images:" + pick(["", " # list"]) + "\n"))
        for (index, entry) in entries.enumerated() {
            if isFlow {
                if index > 0 { pieces.append(Piece(text: pick([", ", ",\n  "]), owner: entry.name)) }
                pieces.append(Piece(text: flow(entry), owner: entry.name))
            } else {
                if chance(4) { pieces.append(Piece(text: "\(indent)# above \(index)\n")) }
                pieces.append(
                    Piece(text: chance(4) ? "\(indent)- \(flow(entry))\n" : block(entry, indent), owner: entry.name)
                )
            }
        }
        if isFlow { pieces.append(Piece(text: "]\n")) }
        if !isFlow, chance(5), let first = entries.first {
            // A later entry of the same name: it counts for nothing and goes with any edit.
            pieces.append(Piece(text: block(entry(first.name), indent), owner: Self.repeated))
        }
        return entries
    }

    private mutating func entry(_ name: String) -> ImageEntry {
        ImageEntry(
            name: name,
            newName: chance(3) ? pick(Self.values) : nil,
            newTag: chance(2) ? pick(Self.values) : nil,
            digest: chance(3) ? pick(Self.values) : nil,
            tagSuffix: chance(8) ? "-arm" : nil
        )
    }

    private mutating func pairs(_ entry: ImageEntry) -> [String] {
        let fields: [(String, String?)] = [
            ("name", entry.name), ("newName", entry.newName), ("newTag", entry.newTag), ("digest", entry.digest),
            ("tagSuffix", entry.tagSuffix),
        ]
        var result: [String] = []
        for (key, value) in fields {
            guard let value else { continue }
            result.append("\(key): \(scalar(value))")
        }
        return result.shuffled(using: &generator)
    }

    private mutating func scalar(_ text: String) -> String {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: "\"\(text)\""
        case 1: "'\(text.split(separator: "'").joined(separator: "''"))'"
        default: text
        }
    }

    private mutating func flow(_ entry: ImageEntry) -> String {
        "{\(pairs(entry).joined(separator: chance(4) ? ",\n    " : ", "))}"
    }

    private mutating func block(_ entry: ImageEntry, _ indent: String) -> String {
        var text = ""
        for (index, pair) in pairs(entry).enumerated() {
            text += indent + (index == 0 ? "- " : "  ") + pair + pick(["", "", " # note"]) + "\n"
        }
        return text
    }

    mutating func targets(for entries: [ImageEntry]) -> [ImageTarget] {
        (0..<Int.random(in: 1...4, using: &generator)).map { _ in
            let name = chance(2) ? entries.randomElement(using: &generator)?.name ?? "new" : pick(Self.names)
            return ImageTarget(name: name, newName: field(), tag: field(), digest: field())
        }
    }

    private mutating func field() -> ImageTarget.Field {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: .keep
        case 1: .none
        default: .value(pick(Self.values))
        }
    }

    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            case 2:
                bytes.insert(
                    contentsOf: Array(
                        pick([
                            "&a ", "*a", "? ", "- ", "\n", "{", "]", "!!str ", "|\n", "\u{2028}", "\r", "#", "\t",
                            "<<: ",
                        ]).utf8
                    ),
                    at: place
                )
            default: bytes.removeSubrange(place..<min(bytes.count, place + 5))
            }
        }
        return bytes
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &generator) == 0 }

    private mutating func pick(_ texts: [String]) -> String { texts.randomElement(using: &generator) ?? "" }
}

/// SplitMix64: small, and the same for the same seed everywhere.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
