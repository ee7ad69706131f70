import Foundation
import HoistwayEdits
import Testing

/// T4, over random kustomizations: the rule written once more, and what it promises.
struct ImagePlanPropertyTests {
    private static let seed =
        ProcessInfo.processInfo.environment["HOISTWAY_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 1..<UInt64.max)

    @Test(arguments: [seed])
    func `T4: each requested image ends in an entry with its version, and no other entry changes`(seed: UInt64) throws {
        print("image plan property seed: \(seed)")
        var maker = KustomizationMaker(seed: seed)
        var random = SplitMix(state: seed)
        for round in 0..<300 {
            let sample = maker.sample()
            let entry = sample.entries.randomElement(using: &random)
            let image =
                [entry?.newName, entry?.name, "reg.test/new"].compactMap(\.self).randomElement(using: &random) ?? ""
            let request = ImageRequest(image: image, tag: .value("9.9.9"), digest: .value("sha256:99"))
            let plan = ImagePlan([request], on: sample.entries)
            let context = "seed \(seed) round \(round) image \(image)\n\(sample.text)"
            let edit = try KustomizationEditor.setImages(document: Array(sample.text.utf8), targets: plan.targets)
            let names = Set(plan.targets.map(\.name))
            let results = sample.entries.filter { $0.results(in: image) }
            if !results.isEmpty { #expect(names == Set(results.map(\.name)), "\(context)") }
            for entry in edit.entriesAfter {
                guard names.contains(entry.name) else {
                    #expect(sample.entries.contains(entry), "\(context)")
                    continue
                }
                #expect(entry.newTag == "9.9.9" && entry.digest == "sha256:99", "\(context)")
                #expect(entry.results(in: image), "\(context)")
            }
            #expect(edit.entriesAfter.contains { names.contains($0.name) }, "\(context)")
            let again = ImagePlan([request], on: edit.entriesAfter)
            #expect(
                try !KustomizationEditor.setImages(document: edit.bytes, targets: again.targets).changed,
                "\(context)"
            )
        }
    }
}
