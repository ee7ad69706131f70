import Foundation
import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// What the command line answers, beside a server.
struct CommandLineServingTests {
    /// A shop with one promotion that has ended, in which `prod` has a label.
    private static func serving(_ body: (SimpleShop) async throws -> Void) async throws {
        let shop = try await SimpleShop(stages: ["test", "prod"])
        defer { shop.stop() }
        let name = "pipelines.yaml"
        let path = "\(shop.served.folder.path)/\(name)"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let labelled = text.replacing(
            "name: prod, namespace: shop",
            with: "name: prod, namespace: shop, labels: {tier: live}"
        )
        try #require(labelled != text)
        try shop.served.folder.write(labelled, to: name)
        try await shop.served.serving {
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            for stage in ["test", "prod"] {
                #expect(try await shop.served.lastPromotion(of: stage).phase == "Succeeded")
            }
            try await body(shop)
        }
    }

    private static func text(_ served: ServedProgram, _ arguments: String...) async throws -> String {
        let result = try await served.command(arguments)
        #expect(result.status == 0, "\(arguments): \(result.text)\(result.errors)")
        return result.text
    }

    @Test func `things are found by kind, name and project, and shown in every form`() async throws {
        try await Self.serving { shop in
            let served = shop.served
            for words in [
                ["get", "stages"], ["get", "st"], ["get", "stage", "test", "prod"], ["get", "stages", "-p", "shop"],
            ] {
                let lines = try await served.command(words).text.split(separator: "\n")
                #expect(
                    lines.count == 3 && lines.contains { $0.contains("shop/prod") && $0.contains("1.1.0") },
                    "\(lines)"
                )
            }
            #expect(try await Self.text(served, "get", "projects").contains("shop"))
            #expect(try await Self.text(served, "get", "stages", "-o", "name") == "shop/prod\nshop/test\n")
            #expect(try await Self.text(served, "get", "stages", "-l", "tier=live", "-o", "name") == "shop/prod\n")
            #expect(try await Self.text(served, "get", "stages", "--no-headers").hasPrefix("shop/"))
            #expect(try await served.command("get", "stages", "test", "-l", "tier=live").status == 2)
            let row = try await Self.text(served, "get", "stage", "test", "--no-headers")
            #expect(row.hasPrefix("shop/test ") && row.split(separator: "\n").count == 1, "\(row)")
            let sorted = try await Self.text(served, "get", "stage", "test", "--sort-by", "name")
            #expect(sorted.hasPrefix("stage shop/test: "), "\(sorted)")
            let phase = try await Self.text(served, "get", "promotions", "--phase", "succeeded", "--stage", "shop/test")
            #expect(phase.contains("test.") && !phase.contains("prod."), "\(phase)")
            #expect(try await Self.text(served, "get", "promotions", "--phase", "failed") == "no promotions\n")
            let bogus = try await served.command("get", "promotions", "--phase", "bogus")
            #expect(bogus.status == 2 && bogus.errors.contains("Succeeded"), "\(bogus.errors)")
            for kind in ["manifests", "clusters", "refusals"] {
                let watch = try await served.command("get", kind, "--watch")
                #expect(watch.status == 2 && watch.errors.contains("no events about it"), "\(watch.errors)")
            }
            #expect(
                try await Self.text(served, "get", "stages", "--sort-by", "-name", "-o", "name").hasPrefix("shop/test")
            )
            #expect(try await Self.text(served, "api", "stages", "-o", "jsonpath={.items[0].project}") == "shop\n")
            #expect(
                try await Self.text(served, "get", "stages", "--sort-by=-name", "-o", "jsonpath={.items[*].name}")
                    == "test prod\n"
            )
            #expect(try await Self.text(served, "get", "stage", "test", "-o", "yaml").contains("\nname: test\n"))
            #expect(try await Self.text(served, "get", "stage", "test", "-o", "jsonpath={.phase}") == "Succeeded\n")
            #expect(try await Self.text(served, "describe", "stage", "test").hasPrefix("stage shop/test: Succeeded\n"))
            #expect(try await Self.text(served, "describe", "warehouse", "app").contains("  watches"))
            #expect(try await Self.text(served, "describe", "project", "shop").contains("  stage     prod: 1.1.0"))
            let wide = try await Self.text(served, "get", "promotions", "-o", "wide")
            #expect(wide.contains("CREATED") && wide.contains("auto-promotion"), "\(wide)")
            let freight = try #require(try await served.get("freight", as: Listed<FreightView>.self).items.first)
            for name in [freight.alias, String(freight.id.prefix(6)), "shop/\(freight.alias)"] {
                let shown = try await Self.text(served, "describe", "freight", name)
                #expect(shown.contains("id        \(freight.id)"), "\(shown)")
            }
        }
    }

    @Test func `api reads all pages up to a bound, and passes on the stream of events`() async throws {
        try await Self.serving { shop in
            let token = try String(contentsOfFile: "\(shop.served.folder.path)/var/token", encoding: .utf8)
            let url = "http://127.0.0.1:\(shop.served.ports.console)"
            let address = ServerAddress(url: url, token: String(token.prefix { $0 != "\n" }))
            try await ConsoleClient.with(address) { client in
                let call = try APICall(path: "stages?limit=1", method: "GET")
                let all = try MachineText.value(ofJSON: try await client.pages(of: call))
                #expect(all["items"]?.list?.count == 2)
                await #expect {
                    try await client.pages(of: call, most: 1)
                } throws: { error in
                    let failure = error as? CommandFailure
                    return failure?.message == "the list has more than 1 page" && failure?.hint != nil
                }
            }
            // A list that has no pages.
            #expect(try await Self.text(shop.served, "api", "clusters", "--paginate").contains(#""items""#))
            let query = ["-f", "after=0000000000000001-0", "-f", "limit=1"]
            let ended = try await shop.served.command(["api", "events"] + query).text
            #expect(ended.contains("event: ") && ended.contains("data: "), "\(ended)")
            for words in [["-o", "json"], ["--paginate"]] {
                let refused = try await shop.served.command(["api", "events"] + words)
                #expect(
                    refused.status == 2 && refused.errors.contains("`hoistway events -o json`"),
                    "\(refused.errors)"
                )
            }
            let missing = try await shop.served.command("api", "events", "-f", "limit=many")
            #expect(missing.status == 2, "\(missing.errors)")
        }
    }

    @Test func `the project comes from -p, else from HOISTWAY_PROJECT`() async throws {
        try await Self.serving { shop in
            let elsewhere = ["HOISTWAY_PROJECT": "elsewhere"]
            let none = try await shop.served.command(["get", "stages"], environment: elsewhere)
            #expect(none.status == 0 && none.text == "no stages\n", "\(none.text)\(none.errors)")
            let missing = try await shop.served.command(["describe", "stage", "test"], environment: elsewhere)
            #expect(missing.status == 1, "\(missing.text)\(missing.errors)")
            for words in [["describe", "stage", "test", "-p", "shop"], ["describe", "stage", "shop/test"]] {
                #expect(try await shop.served.command(words, environment: elsewhere).status == 0)
            }
        }
    }

    @Test func `a list that was cut says how it goes on, and a beginning of a name is enough`() async throws {
        try await Self.serving { shop in
            let first = try await Self.text(shop.served, "get", "promotions", "--limit", "1")
            let cursor = try #require(first.split(separator: "\n").last?.split(separator: " ").last.map(String.init))
            #expect(first.contains("\nmore: --after \(cursor)\n"), "\(first)")
            let second = try await Self.text(shop.served, "get", "promotions", "--after", cursor)
            let ids = try await shop.served.get("promotions", as: Listed<PromotionView>.self).items.map(\.id)
            #expect(ids.count == 2 && first.contains(ids[0]) && !first.contains(ids[1]))
            #expect(second.contains(ids[1]) && !second.contains(ids[0]) && !second.contains("more:"))
            for id in ids {
                let found = try await Self.text(shop.served, "describe", "promotion", String(id.dropLast(12)))
                #expect(found.hasPrefix("promotion \(id) to "), "\(found)")
            }
            let both = try await shop.served.command("describe", "promotion", "nothing.01")
            #expect(both.status == 1 && both.errors.contains("there is no promotion nothing.01"), "\(both.errors)")
            let again = try await shop.served.command("promote", "test", "no-such-freight")
            #expect(again.status == 1, "\(again.errors)")
        }
    }

    @Test func `errors are JSON where the answers are`() async throws {
        try await Self.serving { shop in
            func failure(_ arguments: [String]) async throws -> (Int32, ConfigValue) {
                let result = try await shop.served.command(arguments)
                #expect(result.text.isEmpty, "\(result.text)")
                return (result.status, try MachineText.value(ofJSON: result.errors))
            }
            for words in [
                ["stage", "shop/nothing"], ["stage", "nothing"], ["warehouse", "nothing"], ["freight", "nothing"],
                ["promotion", "nothing.01"],
            ] {
                let (notFound, problem) = try await failure(["get"] + words + ["-o", "json"])
                #expect(
                    notFound == 1 && problem["code"]?.string == "not-found" && problem["status"] == .number(404)
                        && problem["exitCode"] == .number(1) && problem["title"]?.string?.isEmpty == false,
                    "\(words): \(problem)"
                )
            }
            let (usage, words) = try await failure(["get", "stages", "-o", "json", "--limit", "many"])
            #expect(usage == 2 && words["exitCode"] == .number(2) && words["detail"]?.string?.contains("many") == true)
            let (away, unreachable) = try await failure([
                "get", "stages", "-o", "json", "--server", "http://127.0.0.1:1",
            ])
            #expect(away == 6 && unreachable["exitCode"] == .number(6), "\(unreachable)")
            let (wrong, selector) = try await failure(["get", "stages", "-l", "tier", "-o", "json"])
            #expect(wrong == 2 && selector["code"]?.string == "invalid-parameter", "\(selector)")
        }
    }

    @Test func `on a terminal of 80 columns no line is wider, in a pipe nothing is clipped`() async throws {
        try await Self.serving { shop in
            for kind in ["stages", "freight", "promotions", "warehouses", "deliveries", "projects"] {
                let shown = try await shop.served.onTerminal(["get", kind])
                #expect(shown.status == 0, "\(shown.text)")
                for line in shown.text.split(separator: "\n") {
                    let bare = line.replacing(/\u{1B}\[[0-9]*m/, with: "")
                    #expect(DisplayWidth.of(bare) <= 80, "\(bare)")
                }
                #expect(!(try await shop.served.command(["get", kind]).text.contains("…")))
            }
            let colored = try await shop.served.onTerminal(["get", "stages"])
            #expect(colored.text.contains("\u{1B}[32mSucceeded\u{1B}[0m"), "\(colored.text)")
            let plain = try await shop.served.onTerminal(["get", "stages"], environment: ["NO_COLOR": "1"])
            #expect(!plain.text.contains("\u{1B}"), "\(plain.text)")
            let always = try await Self.text(shop.served, "get", "stages", "--color", "always")
            #expect(always.contains("\u{1B}[32m"), "\(always)")
            #expect(!(try await Self.text(shop.served, "get", "stages")).contains("\u{1B}"))
        }
    }

    @Test func `who reads only the first line gets no message, and long answers go through the pager`() async throws {
        try await Self.serving { shop in
            let program = try ServedProgram.program
            let pipe =
                "set -o pipefail; for i in 1 2 3; do '\(program)' get stages -o json --config "
                + "'\(shop.served.configFile)' | head -c 1 >/dev/null; done; echo"
            let broken = try await TestProgram.run("bash", ["-c", pipe], in: shop.served.folder.path)
            #expect(broken.errors.isEmpty, "\(broken.errors)")
            let pager = ["PAGER": "sed 's/^/PAGED /'"]
            let long = try await shop.served.onTerminal(["get", "stage", "test", "-o", "yaml"], environment: pager)
            #expect(long.text.contains("PAGED name: test"), "\(long.text)")
            let short = try await shop.served.onTerminal(["get", "stages"], environment: pager)
            #expect(!short.text.contains("PAGED") && short.text.contains("shop/test"), "\(short.text)")
            let off = try await shop.served.onTerminal(
                ["get", "stage", "test", "-o", "yaml", "--no-pager"],
                environment: pager
            )
            #expect(!off.text.contains("PAGED") && off.text.contains("name: test"), "\(off.text)")
        }
    }
}
