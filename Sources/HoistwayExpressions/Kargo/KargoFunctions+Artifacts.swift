package import HoistwayModel

extension KargoFunctions {
    static func artifacts(of surroundings: PromotionSurroundings) -> [String: Scope.HostFunction] {
        let origins = surroundings.origins
        return [
            "warehouse": { arguments throws(ExpressionError) in
                try count(arguments, 1...1, "warehouse")
                let name = try text(arguments, 0, "warehouse")
                guard !name.isEmpty else {
                    throw ExpressionError(.evaluation, "`warehouse` takes a name, not an empty string")
                }
                return Value(.object(ObjectValue(KargoTypes.origin, [.string("Warehouse"), .string(name)])))
            },
            "commitFrom": { arguments throws(ExpressionError) in
                try count(arguments, 1...2, "commitFrom")
                let url = KargoURL.git(try text(arguments, 0, "commitFrom"))
                let wanted = try origin(arguments, 1, "commitFrom")
                let found = try find(wanted, in: origins, "a commit of \(url)") { subscription in
                    guard case .git(let git) = subscription else { return false }
                    return KargoURL.git(git.repoURL) == url
                }
                for case .commit(let commit) in found ?? [] where KargoURL.git(commit.repoURL) == url {
                    return KargoTypes.value(commit)
                }
                return .null
            },
            "imageFrom": { arguments throws(ExpressionError) in
                try count(arguments, 1...2, "imageFrom")
                let url = try text(arguments, 0, "imageFrom")
                let wanted = try origin(arguments, 1, "imageFrom")
                let found = try find(wanted, in: origins, "an image of \(url)") { subscription in
                    guard case .image(let image) = subscription else { return false }
                    return image.repoURL == url
                }
                for case .image(let image) in found ?? [] where image.repoURL == url { return KargoTypes.value(image) }
                return .null
            },
            "chartFrom": { arguments throws(ExpressionError) in try chart(arguments, origins) },
            "artifactFrom": { arguments throws(ExpressionError) in
                try count(arguments, 1...2, "artifactFrom")
                _ = try text(arguments, 0, "artifactFrom")
                _ = try origin(arguments, 1, "artifactFrom")
                return .null  // no warehouse here has subscriptions of a kind of their own
            },
        ]
    }

    private static func chart(
        _ arguments: [Value],
        _ origins: [PromotionSurroundings.Origin]
    ) throws(ExpressionError) -> Value {
        try count(arguments, 1...3, "chartFrom")
        let url = try text(arguments, 0, "chartFrom")
        var name = ""
        var wanted: String?
        if arguments.count > 1 {
            if let text = arguments[1].text {
                name = text.string
            } else {
                wanted = try origin(arguments, 1, "chartFrom")
            }
        }
        if arguments.count == 3 {
            guard !name.isEmpty else {
                throw ExpressionError(.evaluation, "`chartFrom` takes the chart's name as its second of 3 arguments")
            }
            wanted = try origin(arguments, 2, "chartFrom")
        }
        let shown = name.isEmpty ? "a chart of \(url)" : "the chart \(name) of \(url)"
        let found = try find(wanted, in: origins, shown) { subscription in
            guard case .chart(let chart) = subscription else { return false }
            return chart.repoURL == url && chart.name == name
        }
        guard let found else {
            let names = origins.flatMap { $0.subscriptions ?? [] }.compactMap { subscription -> String? in
                guard case .chart(let chart) = subscription, chart.repoURL == url else { return nil }
                return chart.name.isEmpty ? "a chart without a name" : "the chart \(chart.name)"
            }
            throw ExpressionError(
                .evaluation,
                "no warehouse that the stage requests freight from subscribes to \(shown)",
                hint: names.isEmpty
                    ? "the URL must be written as the subscription writes it"
                    : "of that URL it subscribes to \(Listing.text(names))"
            )
        }
        for case .chart(let chart) in found where chart.repoURL == url && chart.name == name {
            return KargoTypes.value(chart)
        }
        return .null
    }

    /// The warehouse's name, where the call has one.
    private static func origin(
        _ arguments: [Value],
        _ index: Int,
        _ name: String
    ) throws(ExpressionError) -> String? {
        guard index < arguments.count else { return nil }
        guard case .object(let object) = arguments[index].content, object.type == KargoTypes.origin,
            let warehouse = object["Name"]?.text
        else {
            throw ExpressionError(
                .evaluation,
                "`\(name)` takes an origin as its argument \(index + 1), not \(arguments[index].kindName)",
                hint: "write `warehouse(\"NAME\")`"
            )
        }
        return warehouse.string
    }

    /// The artifacts of the freight that can have the wanted repository.
    ///
    /// - Returns: `nil` where no subscription provides it.
    private static func find(
        _ wanted: String?,
        in origins: [PromotionSurroundings.Origin],
        _ shown: String,
        _ provides: (Subscription) -> Bool
    ) throws(ExpressionError) -> [Artifact]? {
        if let wanted { return origins.filter { $0.warehouse == wanted }.flatMap(\.artifacts) }
        var found: PromotionSurroundings.Origin?
        for origin in origins {
            guard let subscriptions = origin.subscriptions else {
                throw ExpressionError(.evaluation, "there is no warehouse `\(origin.warehouse)`")
            }
            for subscription in subscriptions where provides(subscription) {
                guard found == nil else {
                    throw ExpressionError(
                        .evaluation,
                        "more than one subscription could provide \(shown)",
                        hint: "name the warehouse, as `…From(…, warehouse(\"\(origin.warehouse)\"))`"
                    )
                }
                found = origin
            }
        }
        return found.map { origin in origins.filter { $0.warehouse == origin.warehouse }.flatMap(\.artifacts) }
    }

    // MARK: Freight creation criteria

    /// Functions of `freightCreationCriteria`: they use the artifacts that a warehouse discovered, newest first.
    package static func functions(ofDiscovered artifacts: [Artifact]) -> [String: Scope.HostFunction] {
        [
            "commitFrom": { arguments throws(ExpressionError) in
                try count(arguments, 1...1, "commitFrom")
                let url = KargoURL.git(try text(arguments, 0, "commitFrom"))
                for case .commit(let commit) in artifacts where KargoURL.git(commit.repoURL) == url {
                    return KargoTypes.discovered(commit)
                }
                return .null
            },
            "imageFrom": { arguments throws(ExpressionError) in
                try count(arguments, 1...1, "imageFrom")
                let url = KargoURL.image(try text(arguments, 0, "imageFrom"))
                for case .image(let image) in artifacts where KargoURL.image(image.repoURL) == url {
                    return KargoTypes.discovered(image)
                }
                return .null
            },
            "chartFrom": { arguments throws(ExpressionError) in
                try count(arguments, 1...2, "chartFrom")
                let url = KargoURL.chart(try text(arguments, 0, "chartFrom"))
                let name = arguments.count > 1 ? try text(arguments, 1, "chartFrom") : ""
                for case .chart(let chart) in artifacts where KargoURL.chart(chart.repoURL) == url {
                    guard name.isEmpty || chart.name == name else { continue }
                    return KargoTypes.value(ChartArtifact(repoURL: url, name: chart.name, version: chart.version))
                }
                return .null
            },
            "artifactFrom": { arguments throws(ExpressionError) in
                try count(arguments, 1...1, "artifactFrom")
                _ = try text(arguments, 0, "artifactFrom")
                return .null
            },
        ]
    }
}
