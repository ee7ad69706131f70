import Foundation
import HoistwayEdits
import HoistwayTestKit
import Testing

/// Random files, random updates: the edited file says exactly what was wanted, and the rest of its bytes are there.
struct UpdatePropertyTests {
    /// `HOISTWAY_SEED` repeats a run that failed.
    private static let seed =
        ProcessInfo.processInfo.environment["HOISTWAY_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1..<UInt64.max)

    @Test(arguments: [false, true], [seed])
    func `an updated file reads as the old one with exactly the wanted values`(json: Bool, seed: UInt64) throws {
        print("update property seed: \(seed)")
        var maker = DocumentMaker(seed: seed)
        var made = 0
        for round in 0..<1_500 {
            let sample = maker.sample(json: json)
            let context = "seed \(seed) round \(round) json \(json)\n\(sample.text)"
            let bytes = Array(sample.text.utf8)
            #expect(try read(bytes, json) == sample.value, "\(context)")
            guard !sample.scalars.isEmpty else { continue }
            var updates: [ScalarUpdate] = []
            var expected = sample.value
            for _ in 0...maker.next(3) {
                let update = ScalarUpdate(key: maker.pick(sample.scalars), value: maker.scalar())
                updates.append(update)
                let path = try KeyPath(update.key).parts.map(\.text)
                expected = expected.setting(path[...], to: DocumentValue(update.value))
            }
            let edit: UpdateEdit
            do {
                edit = json ? try JSONUpdate.apply(updates, to: bytes) : try YAMLUpdate.apply(updates, to: bytes)
            } catch {
                Issue.record("\(error) \(updates) \(context)")
                continue
            }
            made += 1
            let text = String(decoding: edit.bytes, as: UTF8.self)
            #expect(try read(edit.bytes, json) == expected, "\(updates)\n\(text)\n\(context)")
            let apply = json ? JSONUpdate.apply : YAMLUpdate.apply
            #expect(try apply(updates, edit.bytes).bytes == edit.bytes, "\(updates)\n\(text)\n\(context)")
            let comments = sample.text.split(whereSeparator: \.isNewline).compactMap { $0.range(of: " # ") }.count
            let after = text.split(whereSeparator: \.isNewline).compactMap { $0.range(of: " # ") }.count
            #expect(json || comments == after, "\(updates)\n\(text)\n\(context)")
        }
        #expect(made > 500)
    }

    @Test(arguments: [seed])
    func `a damaged file is edited with proof or refused`(seed: UInt64) {
        print("update damage seed: \(seed)")
        var maker = DocumentMaker(seed: seed)
        for round in 0..<1_500 {
            let json = round.isMultiple(of: 2)
            let sample = maker.sample(json: json)
            guard let key = sample.scalars.first else { continue }
            var bytes = Array(sample.text.utf8)
            for _ in 0...maker.next(3) {
                let place = maker.next(bytes.count)
                switch maker.next(3) {
                case 0: bytes[place] = UInt8(maker.next(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(maker.pick(Array(":#-&*!|>{}[],'\"\n\t %@".utf8)), at: place)
                }
                if bytes.isEmpty { break }
            }
            let update = ScalarUpdate(key: key, value: maker.scalar())
            // A refusal is as good as an edit here: only a trap would be wrong.
            let edit = json ? try? JSONUpdate.apply([update], to: bytes) : try? YAMLUpdate.apply([update], to: bytes)
            if let edit, !json, let after = try? DocumentReader.yaml(edit.bytes) {
                let path = ((try? KeyPath(key))?.parts.map(\.text) ?? [])[...]
                #expect(after.value(at: path) == DocumentValue(update.value), "seed \(seed) round \(round)")
            }
            _ = try? DocumentReader.json(bytes)
            _ = try? YAMLMerge.merge([.init(name: "a", bytes: bytes), .init(name: "b", bytes: Array("z: 1\n".utf8))])
        }
    }

    private func read(_ bytes: [UInt8], _ json: Bool) throws -> DocumentValue {
        json ? try DocumentReader.json(bytes) : try DocumentReader.yaml(bytes)
    }
}
