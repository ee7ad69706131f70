/// Kargo's ids of freight and of freight collections: the same artifacts have the same id there and here.
///
/// The model has no hash of its own; callers pass SHA-1.
package enum FreightIdentity {
    package static func id(
        origin: WarehouseKey,
        artifacts: [Artifact],
        sha1: ([UInt8]) -> [UInt8]
    ) -> FreightID {
        FreightID(hex(sha1(Array(canonicalText(origin: origin, artifacts: artifacts).utf8))))
    }

    /// The id of a set of freight, in any order.
    package static func collectionID(of freight: [FreightID], sha1: ([UInt8]) -> [UInt8]) -> String {
        hex(sha1(Array(sorted(freight.map(\.text)).joined(separator: ",").utf8)))
    }

    /// The hashed text: the origin and one part for each artifact, with the parts sorted by bytes.
    package static func canonicalText(origin: WarehouseKey, artifacts: [Artifact]) -> String {
        "Warehouse/\(origin.name):" + sorted(artifacts.map(part)).joined(separator: "|")
    }

    private static func part(of artifact: Artifact) -> String {
        switch artifact {
        case .image(let image):
            "\(image.repoURL):\(image.tag)@\(image.digest)"
        case .commit(let commit):
            ([KargoURL.git(commit.repoURL)] + [commit.tag].compactMap(\.self) + [commit.id.hex]).joined(separator: ":")
        case .chart(let chart):
            "\(GoPath.join(KargoURL.chart(chart.repoURL), chart.name)):\(chart.version)"
        }
    }

    /// Sorts by bytes, since Swift's own order of strings treats equivalent letters as equal.
    private static func sorted(_ texts: [String]) -> [String] {
        texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
