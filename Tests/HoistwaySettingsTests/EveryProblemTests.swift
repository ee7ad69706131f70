import HoistwayModel
import Testing

@testable import HoistwaySettings

private let project = "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n---\n"

private func object(_ kind: String, _ name: String, namespace: String? = "demo", spec: String) -> String {
    let place = namespace.map { ", namespace: \($0)" } ?? ""
    return
        "apiVersion: kargo.akuity.io/v1alpha1\nkind: \(kind)\nmetadata: {name: \(name)\(place)}\nspec:\n  \(spec)\n---\n"
}

private let subscriptions = "subscriptions: [{image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}}]"
private let warehouse = object("Warehouse", "main", spec: subscriptions)
private let requests = "requestedFreight: [{origin: {kind: Warehouse, name: main}, sources: {direct: true}}]"
private let stage = object("Stage", "test", spec: requests)
/// Something that is wrong wherever it is looked at.
private let wrong = "interval: never\n  "

/// C2: what is wrong with one key, document or object hides no other.
struct OneByOneTests {
    @Test func `a duplicate key is told with both lines, and all the rest is read and checked`() throws {
        let doubled = object("Warehouse", "main", spec: "\(subscriptions)\n  interval: 5m\n  interval: never")
        let other = object("Warehouse", "other", spec: wrong + subscriptions)
        let (_, found) = try load(project + doubled + other + stage)
        #expect(
            found.errors.map(\.message) == ["expected a duration, found 'never'", "expected a duration, found 'never'"]
        )
        #expect(found.errors.map(\.place.line) == [11, 17])
        let told = found.filter { $0.message.contains("given twice") }
        #expect(
            told.map(\.message) == [
                "the key interval is given twice: first in line 10; the last one counts, as in Kargo"
            ]
        )
        #expect(told.first?.place.line == 11 && told.first?.place.path == "spec.interval")
    }

    @Test func `where unknown keys are errors, so are keys that are given twice`() throws {
        let doubled = object("Warehouse", "main", spec: "\(subscriptions)\n  interval: 5m\n  interval: 6m")
        let (_, found) = try load(project + doubled + stage, more: "strict: true")
        #expect(found.errors.map(\.message) == ["the key interval is given twice: first in line 10"])
    }

    @Test(arguments: [
        "a: {x: 1, x: 2}", "a: {x: 1, y: 2, x: 3, y: 4}", "{a: 1, a: 2}: 1\nb: 1\nb: 2", "<<: {a: 1}\na: 1\na: 2",
    ])
    func `each duplicate of each mapping is told once`(_ text: String) {
        let problems = ProblemList()
        let reading = YamlDocuments.read(text, file: "f", problems: problems)
        #expect(reading.isComplete && reading.documents.count == 1)
        let twice = problems.all.filter { $0.message.contains("is given twice") }
        #expect(twice.count == (text.contains("y") ? 2 : 1))
    }

    @Test func `a document that is no YAML hides no other, wherever it stands`() throws {
        for broken in ["a: [1, 2", "a: 'b", "a: b: c", "- a\nb: c", "\ta: 1", "a: *nobody", "key: {{"] {
            let other = object("Warehouse", "other", spec: wrong + subscriptions)
            for text in [project + warehouse + other + broken + "\n", broken + "\n---\n" + project + warehouse + other]
            {
                let found = try problems(of: text).errors
                #expect(found.count == 2, "\(broken): \(found)")
                #expect(found.contains { $0.message == "expected a duration, found 'never'" }, "\(broken)")
                #expect(found.contains { $0.message.hasPrefix("not readable as YAML") }, "\(broken): \(found)")
            }
        }
    }

    @Test func `lines are counted through all documents`() throws {
        let text =
            "# first\r\n---\r\n" + project.replacing("\n", with: "\r\n") + "...\r\n---\r\na: [\r\n---\r\na: [\r\n"
        let found = try problems(of: text).errors
        #expect(found.map(\.place.line) == [9, 11])
    }

    @Test(arguments: ["", "kargo-demoo"])
    func `an object in no project is read for all that is wrong with it`(_ namespace: String) throws {
        let place = namespace.isEmpty ? nil : namespace
        let lost = object("Warehouse", "main", namespace: place, spec: wrong + subscriptions)
        let lostStage = object("Stage", "test", namespace: place, spec: requests + "\n  promotionTemplates: {}")
        let after = object(
            "Stage",
            "prod",
            spec: "requestedFreight: [{origin: {name: main}, sources: {stages: [test, gone]}}]"
        )
        // With two projects in its folder, an object without a namespace may be of either.
        let other = namespace.isEmpty ? project.replacing("demo", with: "other") : ""
        let found = try problems(of: project + other + lost + lostStage + after).errors
        let what = namespace.isEmpty ? "names no namespace" : "is in 'kargo-demoo', and there is no such Project"
        #expect(
            found.map(\.message) == [
                "Warehouse main \(what)", "expected a duration, found 'never'", "Stage test \(what)",
                "unknown key 'promotionTemplates'",
                // What could not be placed is not missed; what nobody wrote is.
                "the stage prod takes freight from the stage 'gone', which the project demo does not have",
            ]
        )
    }

    @Test func `a Project twice, and any other object, is told with both places; both are checked`() throws {
        let second = project.replacing("---", with: "spec: {promotionPolicy: []}\n---")
        let found = try problems(of: project + second + warehouse + stage).errors
        #expect(found.first?.message.hasPrefix("Project demo is given twice: first at ") == true)
        #expect(found.first?.message.hasSuffix("demo.yaml:1") == true)
        #expect(found.first?.place.line == 5)
        #expect(found.dropFirst().map(\.message) == [])
        let worse = try problems(of: project + second.replacing("promotionPolicy", with: "promotionPolicie")).errors
        #expect(worse.count == 2)
        let doubled = object("Warehouse", "main", spec: wrong + subscriptions)
        let objects = try problems(of: project + warehouse + doubled + stage + stage).errors
        #expect(
            objects.map { $0.message.prefix { $0 != ":" } } == [
                "Warehouse main is given twice", "expected a duration, found 'never'", "Stage test is given twice",
            ]
        )
    }

    @Test func `an object whose kind or version is not known is not missed by those who name it`() throws {
        for lost in [
            warehouse.replacing("kind: Warehouse", with: "kind: Wharehouse"),
            warehouse.replacing("v1alpha1", with: "v1"), warehouse.replacing("kind: Warehouse\n", with: ""),
        ] {
            let found = try problems(of: project + lost + stage).errors
            #expect(found.count == 1, "\(found)")
        }
    }
}

/// C4: the line of a problem is that of the key that it names.
struct NamedLineTests {
    @Test func `a namespace without a Project is told at its own line`() throws {
        let text =
            project + "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata:\n  name: a\n  labels: {a: b}\n"
            + "  namespace: elsewhere\nspec:\n  \(requests)\n"
        let found = try problems(of: text).errors
        #expect(found.map(\.place.line) == [10])
        #expect(found.map(\.place.path) == ["metadata.namespace"])
    }

    @Test func `keys of our own file are told at their lines`() throws {
        let more = """
            webhooks:
              listen: 127.0.0.1:9000
              receivers:
                - name: a
                  sender: github
                  sources: all
                  secrets: [{env: TOKEN}]
                  projects: [gone]
                - name: b
                  sender: github
                  sources: all
                  path: /hook/a
                  secrets:
                    - {env: TOKEN}
            console:
              publicURL: https://h.example.com
              listen: 127.0.0.1:9000
            notifications:
              - name: n
                url: https://h.example.com
                projects:
                  - gone
            """
        let found = try problems(of: project + warehouse, more: more).errors
        // Two lines of the plain configuration come first.
        let expected = [
            "webhooks.receivers[0].projects": 10, "webhooks.receivers[1].path": 14,
            "webhooks.receivers[1].secrets": 15, "console.listen": 19, "notifications[0].projects": 23,
        ]
        let told = Dictionary(found.map { ($0.place.path, $0.place.line) }) { first, _ in first }
        #expect(told == expected, "\(found)")
    }
}

/// C6.
struct BothFormsTests {
    @Test func `subscriptions beside requestedFreight are a warning, and have no effect`() throws {
        let text =
            project + warehouse + object("Stage", "test", spec: requests + "\n  subscriptions: {warehouse: gone}")
        let (loaded, found) = try load(text)
        #expect(found.errors == [])
        let told = try #require(found.first { $0.message.hasPrefix("subscriptions have no effect") })
        #expect(told.place.path == "spec.subscriptions")
        #expect(told.place.line == 16)
        let stage = loaded?.pipelines.projects["demo"]?.stages["test"]
        #expect(stage?.requestedFreight.map(\.warehouse) == ["main"])
        #expect(stage?.requestedFreight.map(\.direct) == [true])
    }
}
