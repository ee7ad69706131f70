/// Whether an Application lets a stage change and synchronise it.
///
/// Whoever may patch Applications may do all that Argo CD may: an annotation on the Application hands that to the stages
/// that it names, and to nobody else. Source: Kargo's `kargo.akuity.io/authorized-stage`.
package enum ApplicationAuthorization: Sendable, Equatable {
    case authorized
    /// Why not, and the line to add to the Application's annotations.
    case refused(reason: String, line: String)

    /// Kargo's own annotation: `<project>:<stage>`, several separated by commas.
    package static let kargoKey = "kargo.akuity.io/authorized-stage"
    /// Ours: `[<instance>/]<project>:<stage>`, several separated by commas.
    package static let ownKey = "hoistway.dev/authorized-stage"

    /// Either annotation is enough; one that cannot be read authorises nobody.
    package static func of(
        _ application: Application,
        for stage: StageKey,
        _ options: ArgoCDOptions
    ) -> ApplicationAuthorization {
        var reasons: [String] = []
        let keys = (options.acceptsKargoAnnotation ? [kargoKey] : []) + [ownKey]
        for key in keys {
            guard let text = application.annotations[key] else { continue }
            switch entries(of: text, key: key) {
            case .success(let entries):
                if entries.contains(where: { $0.stage == stage && $0.counts(with: options) }) { return .authorized }
                reasons.append("\(key) names only \(Listing.text(entries.map(\.shown)))")
            case .failure(let problem): reasons.append("\(key) cannot be read: \(problem.text)")
            }
        }
        let reason = reasons.isEmpty ? "it has no annotation \(keys[0])" : reasons.joined(separator: "; ")
        return .refused(reason: reason, line: line(for: stage, on: application, options))
    }

    /// What the annotation would be with the stage in it: those that are named already stay.
    private static func line(for stage: StageKey, on application: Application, _ options: ArgoCDOptions) -> String {
        let key = options.acceptsKargoAnnotation ? kargoKey : ownKey
        let prefix = options.acceptsKargoAnnotation || options.instance.isEmpty ? "" : "\(options.instance)/"
        let own = "\(prefix)\(stage.project):\(stage.name)"
        guard let text = application.annotations[key], case .success(let entries) = entries(of: text, key: key) else {
            return "\(key): \(own)"
        }
        return "\(key): \((entries.map(\.text) + [own]).joined(separator: ","))"
    }

    // MARK: Reading

    /// One stage that an annotation names.
    package struct Entry: Sendable {
        package var stage: StageKey
        /// Only the Hoistway of this name; `nil`: any.
        fileprivate var instance: String?
        /// The annotation that it stands in.
        fileprivate var key: String

        fileprivate var text: String { "\(instance.map { "\($0)/" } ?? "")\(stage.project):\(stage.name)" }
        fileprivate var shown: String { ShownText.bare(text) }

        /// Whether the stage is authorised by it, with the options of its project.
        package func counts(with options: ArgoCDOptions) -> Bool {
            (key == ownKey || options.acceptsKargoAnnotation) && (instance == nil || instance == options.instance)
        }
    }

    /// All stages that the annotations name, for those who ask about many stages.
    ///
    /// A stage is authorised where one of its entries counts, as ``of(_:for:_:)`` has it.
    package static func entries(of application: Application) -> [Entry] {
        [kargoKey, ownKey].flatMap { key -> [Entry] in
            guard let text = application.annotations[key] else { return [] }
            return (try? entries(of: text, key: key).get()) ?? []
        }
    }

    private struct Unreadable: Error {
        var text: String
    }

    /// Longest value that is read, in bytes; Kubernetes allows 256 KiB for all annotations of an object.
    private static let maxBytes = 64 << 10

    private static func entries(of text: String, key: String) -> Result<[Entry], Unreadable> {
        guard text.utf8.count <= maxBytes else { return .failure(Unreadable(text: "it is too long")) }
        var entries: [Entry] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let entry = String(part).trimmed()
            // A glob once meant many stages: taken as a name, it would look as if it authorised them.
            guard !entry.contains("*") else {
                return .failure(Unreadable(text: "patterns such as \(ShownText.quoted(entry)) are not supported"))
            }
            let halves = entry.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard halves.count == 2, !halves[0].isEmpty, !halves[1].isEmpty else {
                return .failure(Unreadable(text: "\(ShownText.quoted(entry)) is not `<project>:<stage>`"))
            }
            let names = halves[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard names.count == 2 else {
                entries.append(Entry(stage: StageKey(project: halves[0], name: halves[1]), key: key))
                continue
            }
            guard key == ownKey, !names[0].isEmpty, !names[1].isEmpty, !names[1].contains("/") else {
                return .failure(Unreadable(text: "\(ShownText.quoted(entry)) is not `<project>:<stage>`"))
            }
            let stage = StageKey(project: names[1], name: halves[1])
            entries.append(Entry(stage: stage, instance: names[0], key: key))
        }
        return .success(entries)
    }
}
