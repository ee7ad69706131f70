/// Whether an Application allows a stage to change and synchronise it.
///
/// Anyone who may patch Applications has all the rights of Argo CD. So an annotation on the Application must name the
/// stages that may use these rights. Source: Kargo's `kargo.akuity.io/authorized-stage`.
package enum ApplicationAuthorization: Sendable, Equatable {
    case authorized
    /// The reason, and the change that a person must make to the Application's annotations.
    case refused(reason: String, hint: String)

    /// Kargo's own annotation: `<project>:<stage>`, several separated by commas.
    package static let kargoKey = "kargo.akuity.io/authorized-stage"
    /// Our own annotation: `[<instance>/]<project>:<stage>`, several separated by commas.
    package static let ownKey = "hoistway.dev/authorized-stage"

    /// Either annotation is enough; an annotation that cannot be read authorises no stage.
    package static func of(
        _ application: Application,
        for stage: StageKey,
        _ options: ArgoCDOptions
    ) -> ApplicationAuthorization {
        var reasons: [String] = []
        let keys = (options.acceptsKargoAnnotation ? [kargoKey] : []) + [ownKey]
        for key in keys {
            guard let text = application.annotations[key] else {
                if let problem = application.oversize(of: key) { reasons.append("\(key) cannot be read: \(problem)") }
                continue
            }
            switch entries(of: text, key: key) {
            case .success(let entries):
                if entries.contains(where: { $0.stage == stage && $0.counts(with: options) }) { return .authorized }
                reasons.append("\(key) names only \(Listing.text(entries.map(\.shown)))")
            case .failure(let problem): reasons.append("\(key) cannot be read: \(problem.text)")
            }
        }
        let reason = reasons.isEmpty ? "it has no annotation \(keys[0])" : reasons.joined(separator: "; ")
        return .refused(reason: reason, hint: hint(for: stage, on: application, options))
    }

    /// Longest annotation that is shown whole, in bytes.
    private static let maxLine = 400

    /// The annotation with the stage added to its present entries; these are repeated only if they are short enough.
    private static func hint(for stage: StageKey, on application: Application, _ options: ArgoCDOptions) -> String {
        let key = options.acceptsKargoAnnotation ? kargoKey : ownKey
        let prefix = options.acceptsKargoAnnotation || options.instance.isEmpty ? "" : "\(options.instance)/"
        let own = "\(prefix)\(stage.project):\(stage.name)"
        guard let text = application.annotations[key], case .success(let entries) = entries(of: text, key: key) else {
            guard application.oversizedAnnotations[key] == nil else {
                return "make the Application's annotation \(key) shorter, with `\(own)` in it"
            }
            return "add to the Application's annotations: `\(key): \(own)`"
        }
        let line = "\(key): \((entries.map(\.text) + [own]).joined(separator: ","))"
        guard line.utf8.count <= maxLine, line.unicodeScalars.allSatisfy(Self.isPlain) else {
            return "append `,\(own)` to the Application's annotation \(key), which names "
                + "\(Listing.count(entries.count, "stage")) already"
        }
        return "add to the Application's annotations: `\(line)`"
    }

    /// Whether it is neither a control character nor the mark around the line.
    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value) && scalar != "`"
    }

    // MARK: Reading

    /// An entry of an annotation: one stage.
    package struct Entry: Sendable {
        package var stage: StageKey
        /// The entry is for the Hoistway of this name only; `nil`: for any.
        fileprivate var instance: String?
        /// The key of the entry's annotation.
        fileprivate var key: String

        fileprivate var text: String { "\(instance.map { "\($0)/" } ?? "")\(stage.project):\(stage.name)" }
        fileprivate var shown: String { ShownText.bare(text) }

        /// Whether it authorises its stage, with the options of the stage's project.
        package func counts(with options: ArgoCDOptions) -> Bool {
            (key == ownKey || options.acceptsKargoAnnotation) && (instance == nil || instance == options.instance)
        }
    }

    /// All stages in the annotations, for callers that check many stages.
    ///
    /// A stage is authorised if one of its entries counts, as in ``of(_:for:_:)``.
    package static func entries(of application: Application) -> [Entry] {
        [kargoKey, ownKey].flatMap { key -> [Entry] in
            guard let text = application.annotations[key] else { return [] }
            return (try? entries(of: text, key: key).get()) ?? []
        }
    }

    private struct Unreadable: Error {
        var text: String
    }

    private static func entries(of text: String, key: String) -> Result<[Entry], Unreadable> {
        var entries: [Entry] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let entry = String(part).trimmed()
            // A glob once meant many stages: read as a name, it would seem to authorise them.
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
