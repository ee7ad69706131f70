import Foundation
import HoistwayPorts
import HoistwayTestServers
import Testing

/// The state's file, backed up, checked and restored by the real program.
struct StateTests {
    @Test func `A backup made under load holds every delivery that was acknowledged before it began`() async throws {
        let source = try ImageSource()
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: []), Manifest.images("app", in: "shop", source.image("other")),
                ]
            )
        )
        try await served.serving {
            var acknowledged = 0
            for number in 1...40 where try await source.announce("app", "1.\(number).0", to: served) == 202 {
                acknowledged += 1
            }
            async let later: Void = {
                for number in 1...200 { _ = try await source.announce("app", "2.\(number).0", to: served) }
            }()
            let made = try await served.command("state", "backup", "copy.db", "-o", "json")
            try await later
            #expect(made.status == 0, "\(made.errors)")
            let report = try JSONDecoder().decode(Report.self, from: Data(made.output))
            #expect(report.deliveries.values.reduce(0, +) >= acknowledged)
            #expect(report.problems.isEmpty)

            let copy = "\(served.folder.path)/copy.db"
            let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            let before = FileManager.default.contents(atPath: copy)
            #expect(try await served.command("state", "backup", "copy.db").status == 1, "it exists")
            #expect(FileManager.default.contents(atPath: copy) == before)
            #expect(try await served.command("state", "backup", "copy.db", "--force").status == 0)
            #expect(!FileManager.default.fileExists(atPath: copy + ".partial"))

            #expect(try await served.command("state", "backup", "named.db", "-o", "name").status == 2)
            #expect(!FileManager.default.fileExists(atPath: "\(served.folder.path)/named.db"), "it was copied")
            let version = try await served.command("state", "check", "-o", "jsonpath={.schemaVersion}")
            #expect(Int(version.text.dropLast()) != nil, "\(version.text)\(version.errors)")
            let check = try await served.command("state", "check")
            #expect(check.status == 0, "\(check.text)")
            #expect(check.text.contains("in use by           process "))
            #expect(try await served.command("state", "restore", "copy.db").status == 1, "a server holds it")
        }
    }

    @Test func `After a restore nothing newer on a branch is overwritten, and the way out is told`() async throws {
        let git = try await GitRig()
        defer { git.stop() }
        let source = try ImageSource()
        let image = source.image("app")
        let files = ["a", "b"].map { ("envs/\($0)/kustomization.yaml", Manifest.kustomization([(image, "1.0.0")])) }
        let repository = try await git.repository("shop.git", files: Dictionary(files) { first, _ in first })
        let url = git.url("shop.git")
        let served = try ServedProgram(
            ServedConfiguration(
                receivers: [source.receiver],
                manifests: [
                    Manifest.project("shop", remotes: [git.remote("shop.git")]),
                    Manifest.images("app", in: "shop", image),
                    Manifest.stage(
                        "whole",
                        in: "shop",
                        of: ["app"],
                        steps: Manifest.replaced(url, branch: "stage/whole", from: "main", folder: "envs/a")
                    ),
                    Manifest.stage(
                        "place",
                        in: "shop",
                        of: ["app"],
                        steps: Manifest.inPlace(url, branch: "main", folder: "envs/b")
                    ),
                ]
            )
        )
        try await served.serving {
            #expect(try await source.announce("app", "1.1.0", to: served) == 202)
            for stage in ["whole", "place"] {
                #expect(try await served.lastPromotion(of: stage).phase == "Succeeded")
            }
            let backup = try await served.command("state", "backup", "copy.db")
            #expect(backup.status == 0, "\(backup.errors)")
            #expect(try await source.announce("app", "1.3.0", to: served) == 202)
            for stage in ["whole", "place"] {
                #expect(try await served.lastPromotion(of: stage, freightOf: "1.3.0").phase == "Succeeded")
            }
        }
        let tips = try await Self.tips(repository)
        let restored = try await served.command("state", "restore", "copy.db")
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(restored.text.contains("replaced database   \(served.database).replaced-"))

        try await served.serving {
            #expect(try await served.command("state", "check").status == 0)
            #expect(try await served.getText("audit").contains("from a backup of"))
            // Newer than what the restored state knows, and older than what the branches carry.
            #expect(try await source.announce("app", "1.2.0", to: served) == 202)
            // Seen by the look at the branches, or by the promotion: whichever comes first, the stage says the way out.
            for name in ["whole", "place"] {
                try await eventually("the word of the stage \(name)") {
                    let stages = try await served.get("stages", as: Listed<StageView>.self).items
                    return stages.contains { $0.name == name && $0.reason.contains("hoistway adopt shop/\(name)") }
                }
            }
            try await eventually("the end of all promotions") {
                try await served.get("promotions?limit=50", as: Listed<PromotionSummary>.self).items.allSatisfy(
                    \.isOver
                )
            }
            let late = try await served.get("promotions?limit=50", as: Listed<PromotionSummary>.self).items
                .filter { $0.summary.contains("1.2.0") }
            #expect(late.allSatisfy { $0.isOver && !$0.branches.contains(where: \.pushed) }, "\(late)")
            #expect(try await Self.tips(repository) == tips)
        }
    }

    private static func tips(_ repository: GitRepositoryFixture) async throws -> String {
        try await repository.git("for-each-ref", "--format=%(refname) %(objectname)")
    }

    private struct Report: Decodable {
        var deliveries: [String: Int]
        var problems: [String]
    }
}
