import HoistwayExpressions
import HoistwayModel

extension ManifestReader {
    /// An expression of a warehouse that decides whether freight is made.
    struct Criteria {
        var text: String
        /// It reads when images were built.
        var readsBuildTimes: Bool
    }

    /// `freightCreationCriteria` of a warehouse; `nil`: the manifest does not have the key.
    func freightCreationCriteria(_ spec: Fields, subscriptions: [Subscription]) -> Criteria? {
        guard let fields = spec.fields("freightCreationCriteria", dialect: .strict) else { return nil }
        defer { fields.finish() }
        guard let text = fields.string("expression"), !text.isBlank, let node = fields.value("expression") else {
            return nil
        }
        guard let expression = expressions.bare(node, text, in: .freightCriteria) else {
            return Criteria(text: text, readsBuildTimes: false)
        }
        for mention in expression.mentions {
            switch mention.subject {
            case .variable(let path):
                tellUnknown(path, mention, of: expression, in: node, known: [], seen: "freightCreationCriteria see")
            case .call(let name, let arguments):
                guard let url = arguments.first ?? nil, !Self.subscribes(subscriptions, name, url) else { continue }
                let kinds = ["commitFrom": "Git repository", "imageFrom": "image", "chartFrom": "chart"]
                guard let kind = kinds[name] else { continue }
                problems.tell(
                    ExpressionError(
                        .compile,
                        "this warehouse does not subscribe to the \(kind) \(ShownText.text(url)): \(name) gives nil",
                        in: expression.source,
                        at: mention.range,
                        hint: "it subscribes to \(Listing.text(subscriptions.map(\.id)))"
                    ),
                    of: node,
                    severity: mention.mayBeMissing ? .warning : .error
                )
            }
        }
        if expression.source.contains("Annotations") {
            problems.warning(
                node.place,
                "Annotations of images are not read yet: the map is empty in freightCreationCriteria"
            )
        }
        return Criteria(text: text, readsBuildTimes: expression.source.contains("CreatedAt"))
    }

    /// `expressionFilter` of a git subscription; `nil`: the manifest does not have the key.
    func expressionFilter(_ fields: Fields, strategy: GitSubscription.Strategy) -> String? {
        guard let text = fields.string("expressionFilter"), !text.isBlank, let node = fields.value("expressionFilter")
        else { return nil }
        guard let expression = expressions.bare(node, text, in: .bare) else { return text }
        let known = strategy == .newestFromBranch ? FilterVariables.ofCommits : FilterVariables.ofTags
        for mention in expression.mentions {
            guard case .variable(let path) = mention.subject else { continue }
            tellUnknown(
                path,
                mention,
                of: expression,
                in: node,
                known: known,
                seen: "with \(strategy.rawValue), expressionFilter sees"
            )
        }
        return text
    }

    private func tellUnknown(
        _ path: [String],
        _ mention: Mention,
        of expression: Expression,
        in node: YamlNode,
        known: [String],
        seen: String
    ) {
        guard let name = path.first, name != "$env", !known.contains(name) else { return }
        problems.tell(
            ExpressionError(
                .compile,
                "\(ShownText.text(name)) is not a name that it knows: it is nil",
                in: expression.source,
                at: mention.range,
                hint: Spelling.hint(for: name, among: known)
                    ?? (known.isEmpty
                        ? "\(seen) commitFrom, imageFrom, chartFrom and artifactFrom"
                        : "\(seen) \(Listing.text(known))")
            ),
            of: node,
            severity: path.count > 1 && !mention.mayBeMissing && !mention.isConditional ? .error : .warning
        )
    }

    /// Whether a function of the criteria would find one of the subscriptions.
    private static func subscribes(_ subscriptions: [Subscription], _ function: String, _ url: String) -> Bool {
        subscriptions.contains { subscription in
            switch (function, subscription) {
            case ("commitFrom", .git(let git)): KargoURL.git(git.repoURL) == KargoURL.git(url)
            case ("imageFrom", .image(let image)): KargoURL.image(image.repoURL) == KargoURL.image(url)
            case ("chartFrom", .chart(let chart)): KargoURL.chart(chart.repoURL) == KargoURL.chart(url)
            default: false
            }
        }
    }
}

extension Subscription {
    /// With images' build times, which an expression reads.
    var readingBuildTime: Subscription {
        guard case .image(var image) = self else { return self }
        image.readsBuildTime = true
        return .image(image)
    }
}

extension String {
    fileprivate var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
