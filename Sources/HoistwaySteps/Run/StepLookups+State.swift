package import HoistwayModel

extension StepLookups {
    /// Lets `freightMetadata`, `freightStatus` and `stageMetadata` read one project of a state.
    ///
    /// Freight is named by its id or its alias.
    package mutating func read(_ state: PipelineState, project: String) {
        stageMetadata = { state.stages[StageKey(project: project, name: $0)]?.metadata }
        let find: @Sendable (String) -> FreightRecord? = { name in
            state.freight[FreightKey(project: project, id: FreightID(name))]
                ?? state.freight(named: name, in: project).first
        }
        freightMetadata = { find($0)?.metadata }
        freightStatus = { find($0).map(Self.status) }
    }

    /// As Kargo's `status` of Freight in JSON; empty values are left out.
    private static func status(_ record: FreightRecord) -> [String: ConfigValue] {
        var status: [String: ConfigValue] = [:]
        func put(_ key: String, _ entries: [String: [String: ConfigValue]]) {
            if !entries.isEmpty { status[key] = .map(entries.mapValues(ConfigValue.map)) }
        }
        put("currentlyIn", record.currentlyIn.mapValues { ["since": .string($0.rfc3339)] })
        put(
            "verifiedIn",
            record.verifiedIn.mapValues { verification in
                var entry = ["verifiedAt": ConfigValue.string(verification.verifiedAt.rfc3339)]
                entry["longestSoak"] = verification.longestSoak.map { .string(GoDuration.text($0)) }
                return entry
            }
        )
        put("approvedFor", record.approvedFor.mapValues { ["approvedAt": .string($0.approvedAt.rfc3339)] })
        if let metadata = record.metadata, !metadata.isEmpty { status["metadata"] = .map(metadata) }
        return status
    }
}
