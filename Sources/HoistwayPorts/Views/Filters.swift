package import HoistwayModel

// Filters of lists; `nil` and empty mean: no filter.

package struct StageFilter: Sendable, Equatable {
    package var project: String?
    package var name: String?
    package var warehouse: String?
    package var states: Set<StageState>
    package var health: Set<HealthStatus>
    package var mode: PromotionMode?
    /// A stage must have all of these labels.
    package var labels: [String: String]
    /// A part of a version, tag, digest or commit in the stage.
    package var contains: String?

    package init(
        project: String? = nil,
        name: String? = nil,
        warehouse: String? = nil,
        states: Set<StageState> = [],
        health: Set<HealthStatus> = [],
        mode: PromotionMode? = nil,
        labels: [String: String] = [:],
        contains: String? = nil
    ) {
        self.project = project
        self.name = name
        self.warehouse = warehouse
        self.states = states
        self.health = health
        self.mode = mode
        self.labels = labels
        self.contains = contains
    }

    package func takes(_ stage: StageSummaryView) -> Bool {
        (project == nil || stage.project == project)
            && (name == nil || stage.name == name)
            && (states.isEmpty || states.contains(stage.state))
            && (health.isEmpty || stage.health.map(health.contains) ?? false)
            && (mode == nil || stage.mode == mode)
            && labels.allSatisfy { stage.labels[$0.key] == $0.value }
            && (contains.map { text in stage.contents.contains { $0.artifacts.contains { $0.mentions(text) } } } ?? true)
    }

    /// Whether the manifests alone decide the result.
    package var isStatic: Bool { states.isEmpty && health.isEmpty && contains == nil }
}

extension ArtifactView {
    func mentions(_ text: String) -> Bool {
        [version, tag, digest, commit].contains { $0?.contains(text) ?? false }
    }
}

package struct FreightFilter: Sendable, Equatable {
    package var project: String?
    package var warehouse: String?
    /// The name of a stage that the freight is in.
    package var stage: String?
    /// A tag, a version, an alias, or the beginning of a digest or a commit.
    package var contains: String?

    package init(
        project: String? = nil,
        warehouse: String? = nil,
        stage: String? = nil,
        contains: String? = nil
    ) {
        self.project = project
        self.warehouse = warehouse
        self.stage = stage
        self.contains = contains
    }
}

/// The position at which a list of freight continues.
package struct FreightPosition: Sendable, Codable, Equatable {
    package var discoveredAt: Timestamp
    package var id: String
    package var project: String

    package init(discoveredAt: Timestamp, id: String, project: String) {
        self.discoveredAt = discoveredAt
        self.id = id
        self.project = project
    }
}

package struct PromotionFilter: Sendable, Equatable {
    package var project: String?
    package var stage: String?
    /// An id or an alias.
    package var freight: String?
    package var phases: Set<PromotionPhase>

    package init(
        project: String? = nil,
        stage: String? = nil,
        freight: String? = nil,
        phases: Set<PromotionPhase> = []
    ) {
        self.project = project
        self.stage = stage
        self.freight = freight
        self.phases = phases
    }
}
