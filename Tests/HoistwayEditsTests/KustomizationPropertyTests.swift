import Foundation
import HoistwayEdits
import Testing

/// Random kustomizations of mixed styles, random targets, and damaged documents.
struct KustomizationPropertyTests {
    /// `HOISTWAY_SEED` repeats a run that failed.
    private static let seed =
        ProcessInfo.processInfo.environment["HOISTWAY_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1..<UInt64.max)

    @Test(arguments: [seed])
    func `entries are as expected and every other line keeps its bytes`(seed: UInt64) throws {
        print("kustomization property seed: \(seed)")
        var maker = KustomizationMaker(seed: seed)
        for round in 0..<400 {
            let sample = maker.sample()
            let targets = maker.targets(for: sample.entries)
            let context = "seed \(seed) round \(round)\n\(sample.text)\n\(targets)"
            let edit: KustomizationEdit
            do {
                edit = try KustomizationEditor.setImages(document: Array(sample.text.utf8), targets: targets)
            } catch {
                Issue.record("\(error) \(context)")
                continue
            }
            #expect(edit.entriesBefore == sample.entries, "\(context)")
            #expect(Set(edit.entriesAfter) == Self.expected(sample.entries, targets), "\(context)")
            #expect(try KustomizationImages.entries(of: edit.bytes) == edit.entriesAfter, "\(context)")
            Self.requireOtherLines(sample, targets, edit, context)
            let again = try KustomizationEditor.setImages(document: edit.bytes, targets: targets)
            #expect(!again.changed && again.bytes == edit.bytes, "\(context)")
        }
    }

    @Test(arguments: [seed])
    func `a damaged document is edited with proof or refused`(seed: UInt64) {
        print("kustomization damage seed: \(seed)")
        var maker = KustomizationMaker(seed: seed)
        for _ in 0..<1500 {
            let sample = maker.sample()
            let targets = maker.targets(for: sample.entries)
            let document = maker.damaged(Array(sample.text.utf8))
            // A refusal is as good as an edit here: only a trap would be wrong.
            _ = try? KustomizationEditor.setImages(document: document, targets: targets)
            _ = try? KustomizationImages.entries(of: document)
        }
    }

    /// The rule of the sheet, written once more.
    private static func expected(_ entries: [ImageEntry], _ targets: [ImageTarget]) -> Set<ImageEntry> {
        let before = Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
        var result = before
        for target in targets {
            let old = before[target.name]
            func resolve(_ field: ImageTarget.Field, _ existing: String?) -> String? {
                switch field {
                case .keep: existing
                case .none: nil
                case .value(let text): text
                }
            }
            result[target.name] = ImageEntry(
                name: target.name,
                newName: resolve(target.newName, old?.newName),
                newTag: resolve(target.tag, old?.newTag),
                digest: resolve(target.digest, old?.digest)
            )
        }
        return Set(result.values)
    }

    /// Lines that hold none of the targets' entries are there still, in their order.
    private static func requireOtherLines(
        _ sample: KustomizationMaker.Sample,
        _ targets: [ImageTarget],
        _ edit: KustomizationEdit,
        _ context: String
    ) {
        let text = String(decoding: edit.bytes, as: UTF8.self)
        let names = Set(targets.map(\.name) + [KustomizationMaker.repeated])
        var position = text.startIndex
        for piece in sample.pieces where piece.owner.map({ !names.contains($0) }) ?? true {
            guard let range = Self.range(of: piece.text, in: text, from: position) else {
                Issue.record("lost \(piece.text) \(context)")
                return
            }
            position = range
        }
    }

    private static func range(of piece: String, in text: String, from start: String.Index) -> String.Index? {
        let needle = Array(piece.utf8)
        let hay = Array(text[start...].utf8)
        guard needle.count <= hay.count else { return nil }
        for offset in 0...(hay.count - needle.count) where hay[offset..<offset + needle.count].elementsEqual(needle) {
            return text.utf8.index(start, offsetBy: offset + needle.count)
        }
        return nil
    }
}
