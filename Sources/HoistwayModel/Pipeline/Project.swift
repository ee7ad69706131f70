/// The checked content of all manifests; a promotion keeps the content from its creation.
package struct Pipelines: Sendable, Equatable, Codable {
    package var projects: [String: Project]
    /// Manifests in Git: pushes to them are followed.
    package var sources: [ManifestSource]
    /// The sources of the content, for people: the configuration file, and commits of `sources`.
    package var origin: String
    /// Whether every source was read at least once: then anything that is missing here does not exist.
    package var isComplete: Bool
    /// Projects with at least one manifest from a repository.
    package var projectsFromGit: Set<String> = []
    /// From Kargo's ClusterConfig; `nil`: our own settings name the committer.
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

    /// The stage's own mode, otherwise that of its project, otherwise that of the program.
    package func mode(of stage: Stage, program: PromotionMode) -> PromotionMode {
        stage.mode ?? projects[stage.key.project]?.mode ?? program
    }
}

/// The author of commits whose step names none: `gitClient` of Kargo's ClusterConfig.
package struct GitClient: Sendable, Equatable, Codable {
    package var name: String
    package var email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}

/// A Kargo Project with all objects in its namespace.
package struct Project: Sendable, Equatable, Codable {
    package var name: String
    /// In their order: the first that selects a stage decides.
    package var promotionPolicies: [PromotionPolicy]
    package var warehouses: [String: Warehouse]
    package var stages: [String: Stage]
    /// By name; their values by key.
    package var configMaps: [String: [String: String]] = [:]
    /// `nil`: the mode of the whole program.
    package var mode: PromotionMode?
    /// The beginning of commit messages; `nil`: the changes.
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

/// Whether promotions push, or do everything except the push.
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

/// An entry of ProjectConfig's `promotionPolicies`.
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

/// Selects stages by name and labels; a missing condition matches all.
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

/// A condition on one label, in Kubernetes' form.
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
