import Foundation
import HoistwayTestServers
import Testing

/// What a scraper sees of the running program.
struct MetricsTests {
    /// The value of the series whose line begins so; `nil` where there is none.
    private static func value(_ series: String, in text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix(series + " ") }?.split(separator: " ").last
            .flatMap { Double($0) }
    }

    /// The values of the label `stage`.
    private static func stages(in text: String) throws -> Set<String> {
        Set(text.matches(of: try Regex("stage=\"([^\"]*)\"")).compactMap { $0.output[1].substring.map(String.init) })
    }

    @Test func `A promotion is counted, with names of the configuration and with nothing out of a payload`()
        async throws
    {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            #expect(try await shop.served.lastPromotion(of: "test").phase == "Succeeded")
            let forged = try Payload.package(shop.source.image("app"), tag: "6.6.6-forged", secret: "not the secret")
            #expect(try await shop.served.post(forged, to: "/hook/ghcr") == 401)
            #expect(try await shop.source.announce("elsewhere", "7.7.7-other", to: shop.served) == 202)
            try await eventually("the second delivery") {
                try await shop.served.health("metrics").contains(#"result="ignored"} 1"#)
            }
            let text = try await shop.served.health("metrics")
            for (series, expected) in [
                (#"hoistway_deliveries_total{receiver="ghcr",result="done"}"#, 1.0),
                (#"hoistway_deliveries_total{receiver="ghcr",result="ignored"}"#, 1),
                (#"hoistway_receiver_refusals_total{reason="mismatch",receiver="ghcr"}"#, 1),
                (#"hoistway_freight_formed_total{project="shop",warehouse="app"}"#, 1),
                (#"hoistway_promotions_total{mode="promote",project="shop",result="succeeded",stage="test"}"#, 1),
                (#"hoistway_promotion_seconds_count{project="shop",stage="test"}"#, 1),
                (#"hoistway_promotion_run_seconds_count{project="shop",stage="test"}"#, 1),
                (#"hoistway_branch_pushes_total{project="shop",result="pushed"}"#, 1),
                ("hoistway_queue_oldest_age_seconds", 0), ("hoistway_queue_notices", 0),
                (#"hoistway_queue_promotions{state="running"}"#, 0), (#"hoistway_build_info{version="0.1.0"}"#, 1),
            ] {
                #expect(Self.value(series, in: text) == expected, "\(series)")
            }
            for kind in ["own", "files"] {
                let memory = Self.value(#"hoistway_resident_memory_bytes{kind="\#(kind)"}"#, in: text)
                #expect(memory.map { (1e6..<1e9).contains($0) } == true, "\(kind)")
            }
            #expect(Self.value("hoistway_uptime_seconds", in: text).map { $0 > 0 } == true)
            #expect(Self.value(#"hoistway_event_gap_seconds{receiver="ghcr"}"#, in: text).map { $0 < 60 } == true)
            for payload in ["1.1.0", "forged", "7.7.7", "acme", "ada", "sha256", shop.source.host] {
                #expect(!text.contains(payload), "\(payload) is in /metrics")
            }
        }
    }

    @Test func `A remote that is gone shows as failures by kind, retries, and an open promotion`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            shop.git.server.stop()
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            try await eventually("the retry") {
                let text = try await shop.served.health("metrics")
                return Self.value(#"hoistway_promotion_retries_total{project="shop",stage="test"}"#, in: text) ?? 0 >= 1
            }
            let text = try await shop.served.health("metrics")
            #expect(text.contains("hoistway_outside_failures_total{kind="))
            #expect(Self.value("hoistway_queue_oldest_promotion_seconds", in: text).map { $0 > 0 } == true)
        }
    }

    @Test(arguments: ["two_writers", "drift"])
    func `A stage that waits for a person shows why, and no more once it was adopted`(kind: String) async throws {
        let rig = try await RuleRig.one()
        let series = #"hoistway_stage_paused{kind="\#(kind)",project="shop",stage="test"}"#
        try await rig.run {
            _ = try await rig.push("1.1.0")
            let before = try await rig.served.health("metrics")
            #expect(!before.contains("hoistway_stage_paused"))
            if kind == "drift" {
                try await rig.repository.git("update-ref", "refs/heads/stage/test", "main")
            } else {
                try await rig.repository.commit(
                    ["env/kustomization.yaml": Manifest.kustomization([(rig.source.image("app"), "1.1.5")])],
                    to: "stage/test",
                    message: "build: automatic update of app",
                    by: "argocd-image-updater <noreply@argoproj.io>"
                )
            }
            #expect(try await rig.push("1.2.0").phase == "Failed")
            let during = try await rig.served.health("metrics")
            #expect(Self.value(series, in: during) == 1)
            let lines = during.split(separator: "\n").filter { $0.hasPrefix("hoistway_stage_paused") }
            #expect(lines.count == 1, "\(lines)")
            #expect(try await rig.served.command("adopt", "shop/test").status == 0)
            let after = try await rig.served.health("metrics")
            #expect(!after.contains("hoistway_stage_paused"))
        }
    }

    @Test func `Stages that come and go leave no series behind`() async throws {
        let shop = try await SimpleShop(stages: ["test"])
        defer { shop.stop() }
        try await shop.served.serving {
            for round in 1...4 {
                let stage = "stage-\(round)"
                try shop.write(stages: [stage])
                let reload = try await shop.served.command("reload")
                #expect(reload.status == 0, "\(reload.errors)")
                #expect(try await shop.source.announce("app", "1.\(round).0", to: shop.served) == 202)
                #expect(try await shop.served.lastPromotion(of: stage).isOver)
                try await eventually("the count of \(stage)") {
                    try await Self.stages(in: shop.served.health("metrics")).contains(stage)
                }
                let stages = try await Self.stages(in: shop.served.health("metrics"))
                #expect(stages.isSubset(of: [stage, "removed"]), "\(stages)")
            }
        }
    }
}

extension SimpleShop {
    /// Other manifests for the next reload; the repository has only the first stages' folders.
    func write(stages: [String]) throws {
        let text = Self.manifests(stages, git: git, source: source).joined(separator: "\n---\n")
        try served.folder.write(text, to: "pipelines.yaml")
    }
}
