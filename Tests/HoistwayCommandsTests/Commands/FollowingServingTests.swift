import Foundation
import HoistwayConsole
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// Commands that wait for something, beside a server.
struct FollowingServingTests {
    private static func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    @Test func `a watched list and the events print what a webhook causes, over a restart of the server`() async throws
    {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        let served = shop.served
        try await served.explained {
            try await served.start()
            let folder = served.folder.path
            let (watch, events, lines) = ("\(folder)/watch", "\(folder)/events", "\(folder)/lines")
            let revision = try await served.get("stages", as: Page<StageView>.self).revision
            let processes = [
                try served.running(["get", "stages", "--watch"], log: watch),
                try served.running(["events", "--after", revision], log: events),
                try served.running(["get", "promotions", "-w", "-o", "json"], log: lines),
            ]
            defer { for process in processes { process.stop() } }
            try await eventually("the first list") { Self.text(watch).contains("shop/test") }
            #expect(Self.text(watch).hasPrefix("STAGE "), "\(Self.text(watch))")
            #expect(try await shop.source.announce("app", "1.1.0", to: served) == 202)
            try await eventually("the change of the stage") {
                Self.text(watch).split(separator: "\n").contains { $0.contains("Succeeded") && $0.contains("1.1.0") }
            }
            try await eventually("the end of the promotion") {
                Self.text(events).contains("Succeeded: pushed main")
                    && Self.text(lines).contains(#""phase":"Succeeded""#)
            }
            for kind in ["delivery", "freight", "promotion", "stage"] {
                #expect(Self.text(events).contains("  \(kind)"), "\(Self.text(events))")
            }
            for line in Self.text(lines).split(separator: "\n") {
                #expect(try MachineText.value(ofJSON: String(line))["stage"]?.string == "test")
            }

            served.stop()
            try await served.start()
            #expect(try await shop.source.announce("app", "1.2.0", to: served) == 202)
            try await eventually("the change after the restart") {
                Self.text(watch).split(separator: "\n").contains { $0.contains("Succeeded") && $0.contains("1.2.0") }
            }
            for process in processes { #expect(process.isRunning) }
        }
    }

    @Test func `wait looks first, follows, and says at a time-out what is missing`() async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            let served = shop.served
            let late = try await served.command("wait", "stage", "test", "--for=verified", "--timeout", "1s")
            #expect(late.status == 5, "\(late.text)\(late.errors)")
            #expect(late.errors.contains("there is no freight in it") && late.errors.contains("its last state: "))
            async let waiting = served.command("wait", "stage", "test", "--for=verified")
            #expect(try await shop.source.announce("app", "1.1.0", to: served) == 202)
            let done = try await waiting
            #expect(done.status == 0 && done.text.hasPrefix("stage shop/test: "), "\(done.text)\(done.errors)")
            let promotion = try await served.lastPromotion(of: "test")
            #expect(try await served.command("wait", "promotion", promotion.id).status == 0)
            let other = try await served.command("wait", "promotion", promotion.id, "--for=phase=Failed")
            #expect(other.status == 1 && other.errors.contains("it is Succeeded, and not Failed"), "\(other.errors)")
            let freight = try #require(try await served.get("freight", as: Listed<FreightView>.self).items.first)
            #expect(try await served.command("wait", "freight", freight.alias, "--for=verified=test").status == 0)
            for (thing, condition) in [
                (["stage", "test"], "ready"), (["stage", "test"], "phase=Bogus"),
                (["freight", freight.alias], "verified=nowhere"),
            ] {
                let refused = try await served.command(["wait"] + thing + ["--for=\(condition)"])
                #expect(refused.status == 2 && refused.errors.contains("hint: "), "\(condition): \(refused.errors)")
            }
            let away = try await served.command("wait", "stage", "test", "--server", "http://127.0.0.1:1")
            #expect(away.status == 6, "\(away.errors)")
            let unheard = try await served.command("events", "--server", "http://127.0.0.1:1")
            #expect(unheard.status == 6, "\(unheard.errors)")
            // A request of its own would wait for a minute, and then be unreachable.
            let silent = try SilentServer()
            let address = "http://127.0.0.1:\(silent.port)"
            let hung = try await served.command("wait", "stage", "test", "--timeout", "1s", "--server", address)
            withExtendedLifetime(silent) {}
            #expect(hung.status == 5 && hung.errors.contains("did not answer in time"), "\(hung.errors)")
        }
    }

    @Test func `promote tells each step, and --latest takes what automatic promotion would`() async throws {
        let rig = try await PreviewRig.inPlace()
        try await rig.run {
            let served = rig.rig.served
            let none = try await served.command("promote", "test", "--latest")
            #expect(none.status == 3, "\(none.text)\(none.errors)")
            let freight = try await rig.freight("1.1.0")
            // As `get freight -o name` prints it.
            let listed = try await served.command("get", "freight", "-o", "name").text
            let named = String(listed.prefix { $0 != "\n" })
            #expect(named.hasPrefix("shop/"), "\(listed)")
            #expect(try await served.command("diff", "test", named).status == 0)
            let diff = try await served.command("diff", "test", freight, "--color", "always")
            #expect(diff.status == 0 && diff.text.contains("\u{1B}[32m+"), "\(diff.text)\(diff.errors)")
            #expect(try await rig.rig.promotions().isEmpty)
            let done = try await served.command("promote", "test", "--latest", "--wait", "--timeout", "5m")
            #expect(done.status == 0, "\(done.text)\(done.errors)")
            #expect(done.errors.contains("git-push Succeeded"), "\(done.errors)")
            #expect(done.text.contains("  pushed "), "\(done.text)")
        }
    }

    @Test func `on a terminal promote shows the difference and asks; no is no`() async throws {
        let rig = try await PreviewRig.inPlace()
        try await rig.run {
            let served = rig.rig.served
            let freight = try await rig.freight("1.1.0")
            let refused = try await served.onTerminal(["promote", "test", freight], typing: "n\n")
            #expect(refused.text.contains("newTag: 1.1.0") && refused.text.contains("[y/N]"), "\(refused.text)")
            #expect(refused.status == 3 && refused.text.contains("nothing was promoted"), "\(refused.text)")
            #expect(refused.text.split(separator: "would push").count == 2, "\(refused.text)")
            // The digest makes the line longer than the terminal.
            #expect(refused.text.contains(/\n\e\[32m\+ +digest: sha256:[0-9a-f]{64}\e\[0m\n/), "\(refused.text)")
            #expect(try await rig.rig.promotions().isEmpty)
            let agreed = try await served.onTerminal(["promote", "test", freight, "--wait"], typing: "y\n")
            #expect(agreed.status == 0 && agreed.text.contains("[y/N]"), "\(agreed.text)")
            let promotion = try #require(try await rig.rig.promotions().first)
            #expect(promotion.phase == "Succeeded")
            let view = try await served.get("projects/shop/promotions/\(promotion.id)", as: PromotionView.self)
            #expect(view.preview != nil)
            let second = try await rig.freight("1.2.0")
            let unasked = try await served.onTerminal(["promote", "test", second, "--yes", "--wait"])
            #expect(unasked.status == 0 && !unasked.text.contains("[y/N]"), "\(unasked.text)")
        }
    }

    @Test func `Ctrl-C leaves the promotion running and names the command that ends it`() async throws {
        let rig = try await PullRequestRig { url, _ in [PullRequestRig.production(url)] }
        try await rig.run {
            try await rig.announce()
            let first = try await rig.waiting()
            #expect(try await rig.served.command("abort", String(first.id.dropLast(10))).status == 0)
            let log = "\(rig.served.folder.path)/promote"
            let process = try rig.served.running(["promote", "prod", first.freight, "--wait"], log: log)
            defer { process.stop() }
            try await eventually("the pull request") { Self.text(log).contains("is open: ") }
            try rig.served.interrupt("promote")
            try await eventually("the last line") { Self.text(log).contains(" goes on; end it with: hoistway abort ") }
            let id = try #require(Self.text(log).split(separator: " ").last?.split(separator: "\n").first)
            let view = try await rig.served.get("promotions?name=\(id)", as: Listed<PromotionView>.self).items.first
            #expect(view?.phase == .running, "\(String(describing: view?.phase))")
        }
    }
}
