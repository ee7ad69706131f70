import HoistwayModel
import HoistwayPorts
import NIOHTTP1
import Testing

@testable import HoistwayWeb

/// From freight to a promotion, by forms alone.
struct PromotingPageTests {
    private static func location(_ answer: RunningWeb.Answer) -> String { answer.headers.first(name: "Location") ?? "" }

    @Test func `a preview shows the difference, and its promotion names it`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let begun = try await tab.post(
                "/projects/shop/previews",
                [("freight", Shop.id(3)), ("stage", "prod-us"), ("only", "prod-eu")]
            )
            #expect(begun.status == 303)
            let path = Self.location(begun)
            #expect(path == "/projects/shop/previews/pv2")
            let page = try await tab.get(path).body
            #expect(page.contains("<del>-   newTag: 1.5.2\n</del><ins>+   newTag: 1.5.3\n</ins>"))
            #expect(page.contains("https://github.com/acme/shop/compare/\(Shop.id(2))...\(Shop.id(3))"))
            for words in [
                "It is newer than brave-otter.", "Automatic promotion replaces it", "The number of the pull request.",
                "holds files that nobody promoted", "***", "\\u{202e}evil",
            ] { #expect(page.contains(words)) }
            let promoted = try await tab.post("\(path)/promote")
            #expect(promoted.status == 303)
            #expect(
                web.pipelines.told == [
                    "preview \(Shop.id(3)) to shop/prod-eu by promote",
                    "promote \(Shop.id(3)) to shop/prod-eu preview pv2 by promote",
                ]
            )
            // A second click leads to the same promotion, and says that it makes none.
            let again = Self.location(try await tab.post("\(path)/promote"))
            #expect(again.split(separator: "?").first == Self.location(promoted).split(separator: "?").first)
            #expect(try await tab.get(again).body.contains("There is no second one."))
            #expect(web.pipelines.told.count == 2)
            #expect(try await tab.get(path).body.contains("It was promoted from this preview"))
        }
    }

    @Test func `whoever is later, with a preview of their own, is led to the promotion that is there`() async throws {
        try await RunningWeb.with { web async throws in
            web.pipelines.change { scene in
                var other = scene.shop.previews[0]
                other.id = "pv7"
                scene.shop.previews.append(other)
            }
            let first = Self.location(
                try await web.signedIn(as: "admin").post("/projects/shop/previews/pv0/promote")
            )
            #expect(first.hasSuffix("?done=promoted"))
            let tab = try await web.signedIn(as: "promote")
            let second = try await tab.post("/projects/shop/previews/pv7/promote")
            #expect(second.status == 303)
            #expect(Self.location(second) == first.replacing("done=promoted", with: "done=promotedBefore"))
            #expect(try await tab.get(Self.location(second)).body.contains("This promotion was there already."))
            #expect(web.pipelines.told.count == 1)
        }
    }

    @Test func `a promotion whose preview is outdated shows both differences, and leads to another preview`()
        async throws
    {
        try await RunningWeb.with { web async throws in
            let outdated = Shop.outdated()
            web.pipelines.change { $0.shop.promotions.append(outdated) }
            let tab = try await web.signedIn(as: "promote")
            let path = "/projects/shop/promotions/\(outdated.id)"
            let page = try await tab.get(path).body
            for words in [
                "What the preview showed", "href=\"/projects/shop/previews/pv0\"", "dddddddddddd", "eeeeeeeeeeee",
                "id=\"shown-1-1\"", "Preview again", "/projects/shop/previews/pv0/diff/0",
            ] { #expect(page.contains(words), "\(words)") }
            // The difference that was shown, and the one of now.
            #expect(page.ranges(of: "newTag: 1.5.3").count == 2)
            // After half an hour it is kept no longer.
            web.pipelines.change { $0.shop.previews = [] }
            let later = try await tab.get(path).body
            #expect(later.contains("pv0, which is kept no longer") && later.contains("eeeeeeeeeeee"))
            #expect(!later.contains("href=\"/projects/shop/previews/pv0\""))
            #expect(later.ranges(of: "newTag: 1.5.3").count == 1)
        }
    }

    @Test func `two clicks at once make one promotion`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let code = try await tab.formToken()
            await withTaskGroup(of: Void.self) { tasks in
                for _ in 0..<8 {
                    tasks.addTask { _ = try? await tab.post("/projects/shop/previews/pv0/promote", csrf: code) }
                }
            }
            #expect(web.pipelines.told.count { $0.hasPrefix("promote ") } == 1)
        }
    }

    @Test func `several stages are previewed two at a time, and one click promotes those that can go`() async throws {
        try await RunningWeb.with { web async throws in
            web.pipelines.change { scene in
                scene.shop.previews = []
                scene.shop.newPreviews = .running
                scene.shop.refusals["prod-us"] = "lucky-crane is not verified in staging yet"
            }
            let tab = try await web.signedIn(as: "promote")
            let fields = ["prod-us", "dev", "staging", "prod-eu", "dev"].map { ("stage", $0) }
            let batch = Self.location(try await tab.post("/projects/shop/previews", [("freight", Shop.id(3))] + fields))
            #expect(batch.hasPrefix("/projects/shop/batches/"))
            let first = try await tab.get(batch).body
            #expect(first.contains("0 of 4 stages can be promoted now."))
            #expect(first.contains("lucky-crane is not verified in staging yet"))
            #expect(first.contains("Waits for the previews before it"))
            #expect(first.contains("3 previews are still under way. They continue even"))
            // All are asked for at once: looking at the page begins none.
            #expect(web.pipelines.told.count == 3)
            web.pipelines.change { scene in
                for place in scene.shop.previews.indices {
                    scene.shop.previews[place].state = place < 2 ? .succeeded : .failed
                }
            }
            let second = try await tab.get(batch).body
            #expect(web.pipelines.told.count == 3)
            #expect(second.contains("2 of 4 stages can be promoted now.") && second.contains("Would fail"))
            #expect(try await tab.post("\(batch)/promote").status == 303)
            #expect(try await tab.post("\(batch)/promote").status == 303)
            #expect(web.pipelines.told.filter { $0.hasPrefix("promote ") }.count == 2)
            #expect(try await tab.get(batch).body.contains("0 of 4 stages can be promoted now."))
            // Somebody else does not see what this token has begun.
            #expect(try await web.signedIn(as: "admin").get(batch).status == 404)
        }
    }

    @Test func `more than fifty stages are refused before anything begins`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let fields = (0..<51).map { ("stage", "s\($0)") }
            let answer = try await tab.post("/projects/shop/previews", [("freight", Shop.id(3))] + fields)
            #expect(answer.status >= 400 && answer.body.contains("51 stages are too many at once"))
            #expect(
                try await tab.post("/projects/shop/previews", [("freight", Shop.id(3))]).body.contains(
                    "No stage is chosen"
                )
            )
            #expect(web.pipelines.told == [])
        }
    }

    @Test func `what exceeds the limits is accepted by a tick, one for each branch`() async throws {
        try await RunningWeb.with { web async throws in
            let digest = String(repeating: "d", count: 64)
            web.pipelines.change { scene in
                scene.shop.previews[0].acceptanceNeeded = [digest]
                scene.shop.previews[0].branches[0].exceeded = "it would delete 12 files, more than the limit"
            }
            let tab = try await web.signedIn(as: "promote")
            let page = try await tab.get("/projects/shop/previews/pv0").body
            #expect(page.contains("name=\"accept\" id=\"accept-pv0-\(digest)\" value=\"\(digest)\" required>"))
            _ = try await tab.post("/projects/shop/previews/pv0/promote", [("accept", digest)])
            #expect(
                web.pipelines.told == ["promote \(Shop.id(3)) to shop/prod-eu preview pv0 accept \(digest) by promote"]
            )
        }
    }

    @Test func `a difference that a promotion was stopped for is accepted on its page`() async throws {
        try await RunningWeb.with { web async throws in
            let view = Shop.accepting()
            let tab = try await web.signedIn(as: "promote")
            let page = try await tab.get("/projects/shop/promotions/\(view.id)").body
            #expect(
                page.contains("12 files would be deleted") && page.contains("I accept the difference of stage/prod-eu")
            )
            let path = "/projects/shop/promotions/\(view.id)/accept"
            #expect(try await tab.post(path).body.contains("No difference is accepted"))
            #expect(try await tab.post(path, [("accept", Shop.id(6))]).status == 303)
            #expect(web.pipelines.told == ["promote \(Shop.id(3)) to shop/prod-eu accept \(Shop.id(6)) by promote"])
        }
    }

    @Test func `a promotion shows steps, values, failure, hint, pull request and diff`() async throws {
        try await RunningWeb.with { web async throws in
            let view = Shop.promotion(of: "prod-eu", .failed, number: 2)
            let tab = try await web.signedIn(as: "promote")
            let page = try await tab.get("/projects/shop/promotions/\(view.id)").body
            for words in [
                "push to stage/prod-eu refused: it has moved", "Adopt the branch", "(refused)", "path: ./out",
                "token: ***",
                "href=\"https://github.com/acme/shop/pull/7\"", "newTag: 1.5.3", "Promote again", "took 10 s",
            ] { #expect(page.contains(words), "\(words)") }
            let diff = try await tab.get("/projects/shop/promotions/\(view.id)/diff/0")
            #expect(diff.body == Shop.diff)
            #expect(
                diff.headers.first(name: "Content-Disposition")?.hasPrefix("attachment; filename=\"prod-eu.") == true
            )
            #expect(try await tab.get("/projects/shop/promotions/\(view.id)/diff/7").status == 404)
        }
    }

    @Test func `a stage shows what is in it, why nothing moves, its branches, pauses and history`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let page = try await tab.get("/projects/shop/stages/prod-eu").body
            for words in [
                "brave-otter", "Paused: branch moved.", "stage/prod-eu is at 0123456, not at 89abcde",
                "soaked 12 m of 60 m",
                "Not looked at", "found at 5555555", "Observe: nothing is pushed", "Compare with others",
                "Promote again",
                "Adopt the branches as they are",
                "<p>Auto-promotion is on for prod-eu (pipelines/shop.yaml:12:5).</p>",
            ] { #expect(page.contains(words), "\(words)") }
            #expect(try await tab.get("/projects/shop/stages/dev").body.contains("shop-dev"))
            #expect(try await tab.get("/projects/shop/stages/prod-eu/adopt").body.contains("by ann"))
            #expect(try await tab.get("/projects/shop/stages/prod-eu/compare?days=30").body.contains("30 days"))
            #expect(try await tab.get("/projects/shop/stages/nowhere").status == 404)
        }
    }

    @Test func `what lies in a stage goes on to all stages downstream with one form`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let page = try await tab.get("/projects/shop/stages/dev").body
            #expect(page.contains("to the stages downstream"))
            #expect(page.contains("name=\"stage\" id=\"onward-web-prod-eu\" value=\"prod-eu\" checked>"))
            #expect(!page.contains("id=\"onward-web-prod-us\""))
        }
    }

    @Test func `freight shows its artifacts, its trail, and a comparison with another`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let page = try await tab.get("/projects/shop/freight/\(Shop.id(3))?compare=\(Shop.id(2))").body
            for words in [
                "Freight lucky-crane", "1.5.3", "Change number 3", "https://github.com/acme/shop/commit/\(Shop.id(3))",
                "soaked 12 m of 60 m in staging", "lucky-crane beside brave-otter",
                "https://github.com/acme/shop/compare/\(Shop.id(2))...\(Shop.id(3))", "Approve",
            ] { #expect(page.contains(words), "\(words)") }
            _ = try await tab.post("/projects/shop/freight/\(Shop.id(3))/approve", [("stage", "prod-us")])
            #expect(web.pipelines.told == ["approve lucky-crane for shop/prod-us by promote"])
        }
    }

    @Test func `the verdict on freight needs a reason where it is bad`() async throws {
        try await RunningWeb.with { web async throws in
            let tab = try await web.signedIn(as: "promote")
            let path = "/projects/shop/stages/dev/verify"
            #expect(try await tab.post(path, [("freight", Shop.id(3))]).body.contains("No reason is given"))
            _ = try await tab.post(path, [("freight", Shop.id(3)), ("reason", "logins fail")])
            _ = try await tab.post(path, [("freight", Shop.id(3)), ("verdict", "good")])
            #expect(
                web.pipelines.told == [
                    "verify \(Shop.id(3)) in shop/dev logins fail by promote",
                    "verify \(Shop.id(3)) in shop/dev good by promote",
                ]
            )
        }
    }
}
