import HoistwayModel
import Testing

@testable import HoistwaySettings

/// T3: a key or kind that misses a known one by a letter or two is an error: what it was to say would be lost.
struct NearMissTests {
    private static let project = "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n---\n"

    /// A manifest of a kind whose spec is sound, with one key more or less.
    private static func manifest(_ kind: String, spec: String, top: String = "") -> String {
        let name = kind == "ProjectConfig" || kind == "Project" ? "demo" : kind == "ClusterConfig" ? "cluster" : "main"
        let isClusters = kind.hasPrefix("Cluster") || kind == "Project"
        return """
            apiVersion: kargo.akuity.io/v1alpha1
            kind: \(kind)
            metadata: {name: \(name)\(isClusters ? "" : ", namespace: demo")}
            \(top)
            spec:
              \(spec)
            ---

            """
    }

    private static let subscriptions = "subscriptions: [{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}]"
    private static let warehouse = manifest("Warehouse", spec: subscriptions)
    private static let requests =
        "requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]"
    private static let step = "{uses: copy, config: {inPath: a, outPath: b}}"

    /// Sound specs; each stands for a kind.
    private static let specs: [String: String] = [
        "Project": "{}", "ProjectConfig": "promotionPolicies: []", "Warehouse": subscriptions, "Stage": requests,
        "PromotionTask": "steps: [\(step)]", "ClusterPromotionTask": "steps: [\(step)]",
        "ClusterConfig": "webhookReceivers: []", "Promotion": "stage: main",
    ]

    private func errors(_ manifest: String, besides kind: String) throws -> [Problem] {
        let before = kind == "Project" ? "" : Self.project
        let others = kind == "Stage" ? Self.warehouse : ""
        return try problems(of: before + others + manifest).errors
    }

    /// What fingers do to a word: one or two letters.
    private static func misspellings(of word: String) -> [String] {
        let letters = Array(word)
        var swapped = letters
        swapped.swapAt(1, 2)
        var found = [
            String(swapped), word + "s", String(letters.dropLast()), String(letters.dropFirst()),
            word.prefix(1).uppercased() + word.dropFirst(), word.lowercased(), word.uppercased(),
            String(letters.prefix(2)) + "x" + String(letters.dropFirst(2)),
        ]
        if letters.count > 6 {
            found += [String(letters.dropLast(2)), "xx" + word, word.replacing("o", with: "0", maxReplacements: 2)]
        }
        return found.filter { $0 != word }
    }

    @Test(arguments: specs.keys.sorted())
    func `a key directly under a spec that misses a known one is an error, for every kind`(_ kind: String) throws {
        let known = try #require(KargoVocabulary.specKeys[kind])
        for key in known {
            for written in Self.misspellings(of: key) where !KargoVocabulary.keys.contains(written) {
                let spec = kind == "Project" ? "\(written): []" : "\(Self.specs[kind] ?? "")\n  \(written): []"
                let found = try errors(Self.manifest(kind, spec: spec), besides: kind)
                let told = found.first { $0.message == "unknown key '\(written)'" }
                let problem = try #require(told, "\(kind) \(written): \(found)")
                #expect(problem.hint?.hasPrefix("did you mean ") == true, "\(kind) \(written)")
                #expect(problem.place.path == "spec.\(written)")
            }
        }
    }

    @Test func `the finding's input is one error, with the key that was meant`() throws {
        let stage = Self.manifest("Stage", spec: Self.requests + "\n  promotionTemplates: {spec: {steps: []}}")
        let found = try errors(stage, besides: "Stage")
        #expect(found.map(\.message) == ["unknown key 'promotionTemplates'"])
        #expect(found.first?.hint == "did you mean promotionTemplate?")
    }

    @Test(arguments: specs.keys.sorted())
    func `keys of any version of Kargo are never taken for misspellings`(_ kind: String) throws {
        let own = KargoVocabulary.specKeys[kind] ?? []
        for key in KargoVocabulary.keys.sorted() where !own.contains(key) {
            let spec = kind == "Project" ? "\(key): []" : "\(Self.specs[kind] ?? "")\n  \(key): []"
            let found = try errors(Self.manifest(kind, spec: spec), besides: kind)
            #expect(found.map(\.message) == [], "\(kind) \(key)")
        }
    }

    @Test func `a key that resembles none is a warning still`() throws {
        for kind in Self.specs.keys.sorted() {
            let spec = kind == "Project" ? "brandNewThing: 1" : "\(Self.specs[kind] ?? "")\n  brandNewThing: 1"
            let before = kind == "Project" ? "" : Self.project
            let others = before + (kind == "Stage" ? Self.warehouse : "")
            let found = try problems(of: others + Self.manifest(kind, spec: spec))
            #expect(found.errors == [], "\(kind)")
            #expect(found.warnings.contains { $0.message == "unknown key 'brandNewThing'" }, "\(kind)")
        }
    }

    @Test(arguments: [
        ("Stge", "Stage"), ("stage", "Stage"), ("Stages", "Stage"), ("STAGE", "Stage"), ("Satge", "Stage"),
        ("Warehouses", "Warehouse"), ("WareHouse", "Warehouse"), ("Projekt", "Project"), ("Projects", "Project"),
        ("ProjectConfigs", "ProjectConfig"), ("ProjectConfg", "ProjectConfig"), ("ClusterConfigs", "ClusterConfig"),
        ("Promotiontask", "PromotionTask"), ("PromtionTasks", "PromotionTask"),
        ("ClusterPromotionTasks", "ClusterPromotionTask"), ("Freights", "Freight"), ("Promotions", "Promotion"),
    ])
    func `a kind that misses one of Kargo's is an error`(_ written: String, _ meant: String) throws {
        let found = try problems(of: Self.project + Self.manifest(written, spec: "{}")).errors
        #expect(found.map(\.message) == ["unknown kind '\(written)' of 'kargo.akuity.io/v1alpha1': it is not read"])
        #expect(found.first?.hint == "did you mean \(meant)?")
        #expect(found.first?.place.line == 6)
    }

    @Test(arguments: [
        ("v1", "Secrets", "Secret"), ("v1", "secret", "Secret"), ("v1", "Secert", "Secret"), ("v1", "Lists", "List"),
        ("kargo.akuity.oi/v1alpha1", "Stage", "kargo.akuity.io/v1alpha1"),
        ("karg.akuity.io/v1alpha1", "Stage", "kargo.akuity.io/v1alpha1"),
        ("Kargo.akuity.io/v1alpha1", "Stage", "kargo.akuity.io/v1alpha1"), ("V1", "Secret", "v1"),
    ])
    func `so is a Secret's, and a version's`(_ version: String, _ kind: String, _ meant: String) throws {
        let text = "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: a, namespace: demo}\n"
        let found = try problems(of: Self.project + text).errors
        #expect(found.map(\.hint) == ["did you mean \(meant)?"], "\(found)")
    }

    @Test func `other kinds stay what they were`() throws {
        for kind in KargoVocabulary.kinds.sorted() where ManifestKind.names.contains(kind) == false {
            let found = try problems(of: Self.project + Self.manifest(kind, spec: "{}"))
            #expect(found.errors == [], "\(kind)")
            #expect(found.warnings.count == 1, "\(kind)")
        }
        for (version, kind) in [
            ("v1", "Service"), ("v1", "Event"), ("argoproj.io/v1alpha1", "AppProject"), ("example.com/v1", "Stage"),
            ("v2", "Secret"), ("apps/v1", "Deployment"),
        ] {
            let text = "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: a, namespace: demo}\n"
            let found = try problems(of: Self.project + text)
            #expect(found.errors == [], "\(version) \(kind)")
        }
    }

    @Test(arguments: [
        ("spce: {}", "spec"), ("Spec: {}", "spec"), ("specs: {}", "spec"), ("metdata: {}", "metadata"),
        ("statuss: {}", "status"),
    ])
    func `a misspelt key of the object itself is told, and what it was meant to be`(
        _ top: String,
        _ meant: String
    ) throws {
        let found = try errors(Self.manifest("Warehouse", spec: Self.subscriptions, top: top), besides: "Warehouse")
        #expect(found.map(\.hint) == ["did you mean \(meant)?"])
        let alone = Self.warehouse.replacing("\(meant):", with: "\(top.prefix { $0 != ":" }):")
        let told = try errors(alone, besides: "Warehouse")
        if meant != "status" { #expect(told.contains { $0.hint?.hasPrefix("line ") == true }, "\(told)") }
    }

    @Test(arguments: [
        ("lables: {a: b}", "labels"), ("label: {a: b}", "labels"), ("annotation: {a: b}", "annotations"),
        ("Annotations: {a: b}", "annotations"),
    ])
    func `a misspelt key of metadata is an error`(_ key: String, _ meant: String) throws {
        let text = Self.warehouse.replacing("namespace: demo}", with: "namespace: demo, \(key)}")
        #expect(try errors(text, besides: "Warehouse").map(\.hint) == ["did you mean \(meant)?"])
    }

    @Test(arguments: ["stringdata", "stringDate", "Data", "datas", "tpye"])
    func `a misspelt key of a Secret is an error`(_ key: String) throws {
        let secret = """
            apiVersion: v1
            kind: Secret
            metadata: {name: repo, namespace: demo, labels: {kargo.akuity.io/cred-type: git}}
            stringData: {repoURL: 'https://git.example.com/a/b', username: a, password: b}
            \(key): {}
            """
        let found = try problems(of: Self.project + secret).errors
        #expect(found.map(\.message) == ["unknown key '\(key)'"])
        #expect(found.first?.hint?.hasPrefix("did you mean ") == true)
    }

    @Test func `a policy's misspelt switch is an error, since nothing would be promoted by itself`() throws {
        let policy = "{stageSelector: {}, autoPromotionEnable: true}"
        let config = Self.manifest("ProjectConfig", spec: "promotionPolicies: [\(policy)]")
        #expect(try errors(config, besides: "ProjectConfig").map(\.hint) == ["did you mean autoPromotionEnabled?"])
    }

    @Test(arguments: ["promotionTemplate", "promotionMechanisms"])
    func `a stage whose promotion is empty is not taken for control flow`(_ key: String) throws {
        let found = try errors(Self.manifest("Stage", spec: Self.requests + "\n  \(key):"), besides: "Stage")
        #expect(
            found.map(\.message) == ["\(key) is empty: freight would pass through this stage without being promoted"]
        )
    }

    @Test(arguments: ["{}", ""])
    func `an empty spec is told by what it lacks`(_ spec: String) throws {
        for (kind, message) in [
            ("Warehouse", spec.isEmpty ? "spec is missing" : "a warehouse subscribes to one repository at least"),
            ("Stage", spec.isEmpty ? "spec is missing" : "requestedFreight is missing"),
            ("PromotionTask", spec.isEmpty ? "spec is missing" : "a PromotionTask has one step at least"),
            ("ClusterPromotionTask", spec.isEmpty ? "spec is missing" : "a ClusterPromotionTask has one step at least"),
        ] {
            #expect(try errors(Self.manifest(kind, spec: spec), besides: kind).map(\.message) == [message], "\(kind)")
        }
        for kind in ["Project", "ProjectConfig", "ClusterConfig"] {
            #expect(try errors(Self.manifest(kind, spec: spec), besides: kind) == [], "\(kind)")
        }
    }
}
