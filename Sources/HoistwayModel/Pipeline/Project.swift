/// Everything that the manifests say, checked: what a promotion was created with stays as it was then.
package struct Pipelines: Sendable, Equatable, Codable {
    package var projects: [String: Project]
    /// Manifests that lie in Git: a push there is to be followed.
    package var sources: [ManifestSource]
    /// What was read, for people: the configuration file, and commits of those sources.
    package var origin: String
    /// Every source was read, at one time or another: what is not here is not there.
    package var isComplete: Bool
    /// Projects of which at least one manifest comes from a repository.
    package var projectsFromGit: Set<String> = []
    /// Of Kargo's ClusterConfig; `nil`: our own settings say who commits.
    package var gitClient: GitClient?
    /// ConfigMaps that all projects share, by name; their values by key.
    package var sharedConfigMaps: [String: [String: String]] = [:]

    package init(
        projects: [String: Project] = [:],
        sources: [ManifestSource] = [],
        origin: String = "the configuration",
        isComplete: Bool = true
    ) {
        self.projects = projects
        self.sources = sources
        self.origin = origin
        self.isComplete = isComplete
    }

    package func stage(_ key: StageKey) -> Stage? {
        projects[key.project]?.stages[key.name]
    }

    /// What the stage itself says, else its project, else the whole program.
    package func mode(of stage: Stage, program: PromotionMode) -> PromotionMode {
        stage.mode ?? projects[stage.key.project]?.mode ?? program
    }
}

/// Whom commits name where a step does not say otherwise: `gitClient` of Kargo's ClusterConfig.
package struct GitClient: Sendable, Equatable, Codable {
    package var name: String
    package var email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}

/// A Kargo Project with all that lives in its namespace.
package struct Project: Sendable, Equatable, Codable {
    package var name: String
    /// In the order written: the first that selects a stage decides.
    package var promotionPolicies: [PromotionPolicy]
    package var warehouses: [String: Warehouse]
    package var stages: [String: Stage]
    /// By name; their values by key.
    package var configMaps: [String: [String: String]] = [:]
    /// `nil`: as the whole program.
    package var mode: PromotionMode?
    /// How commit messages begin; `nil`: with what changed.
    package var commitTemplate: CommitTemplate?

    package init(
        name: String,
        promotionPolicies: [PromotionPolicy] = [],
        warehouses: [String: Warehouse] = [:],
        stages: [String: Stage] = [:],
        mode: PromotionMode? = nil,
        commitTemplate: CommitTemplate? = nil
    ) {
        self.name = name
        self.promotionPolicies = promotionPolicies
        self.warehouses = warehouses
        self.stages = stages
        self.mode = mode
        self.commitTemplate = commitTemplate
    }
}

/// Whether promotions are pushed, or all is done but the push.
package enum PromotionMode: String, Sendable, Codable, CaseIterable {
    case promote
    case observe
}

package struct StageKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package var project: String
    package var name: String

    package init(project: String, name: String) {
        self.project = project
        self.name = name
    }

    package var description: String { "\(project)/\(name)" }
}

package struct WarehouseKey: Hashable, Sendable, Codable, CustomStringConvertible {
    package var project: String
    package var name: String

    package init(project: String, name: String) {
        self.project = project
        self.name = name
    }

    package var description: String { "\(project)/\(name)" }
}

/// One entry of ProjectConfig's `promotionPolicies`.
package struct PromotionPolicy: Sendable, Equatable, Codable {
    package var selector: StageSelector
    package var autoPromotionEnabled: Bool
    package var place: SourcePlace

    package init(selector: StageSelector, autoPromotionEnabled: Bool, place: SourcePlace) {
        self.selector = selector
        self.autoPromotionEnabled = autoPromotionEnabled
        self.place = place
    }
}

/// Selects stages by name and labels; what is absent selects all.
package struct StageSelector: Sendable, Equatable, Codable {
    package var name: NamePattern?
    package var matchLabels: [String: String]
    package var matchExpressions: [LabelExpression]

    package init(
        name: NamePattern? = nil,
        matchLabels: [String: String] = [:],
        matchExpressions: [LabelExpression] = []
    ) {
        self.name = name
        self.matchLabels = matchLabels
        self.matchExpressions = matchExpressions
    }
}

/// A requirement on one label, as Kubernetes writes it.
package struct LabelExpression: Sendable, Equatable, Codable {
    package enum Operator: String, Sendable, Codable, CaseIterable {
        case isIn = "In"
        case notIn = "NotIn"
        case exists = "Exists"
        case doesNotExist = "DoesNotExist"
    }

    package var key: String
    package var operation: Operator
    package var values: [String]

    package init(key: String, operation: Operator, values: [String]) {
        self.key = key
        self.operation = operation
        self.values = values
    }
}
