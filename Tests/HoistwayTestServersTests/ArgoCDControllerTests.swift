import HoistwayTestServers
import Testing

/// What the controller of the tests does is what Argo CD does.
struct ArgoCDControllerTests {
    private static let url = "https://git.example/shop"

    private static func rig(
        _ fixture: ApplicationFixture,
        _ revisions: [String: String] = ["main": "aaa"]
    ) async throws -> (server: KubernetesServer, controller: ArgoCDController, revisions: FixedRevisions) {
        let server = try await KubernetesServer.start()
        let table = FixedRevisions()
        for (name, revision) in revisions { table.set(revision, of: url, name) }
        server.put(fixture.value, of: .applications)
        let controller = await ArgoCDController.start(on: server, revisions: table)
        await controller.settle()
        return (server, controller, table)
    }

    private static func ask(_ server: KubernetesServer, by user: String = "kargo-controller") {
        server.edit(.applications, "api") { application in
            application["operation"] = ApplicationFixture.operation(by: user)
            application["status", "operationState"] = nil
        }
    }

    @Test func `a refresh takes the annotation away and says what the branch has now`() async throws {
        let (server, controller, revisions) = try await Self.rig(ApplicationFixture("api", .init(Self.url)))
        defer { server.stop() }
        var application = try #require(server.object(.applications, "api"))
        #expect(application["status", "sync", "status"] == "OutOfSync")
        #expect(application["status", "sync", "revision"] == "aaa")
        #expect(application["status", "health", "status"] == "Missing")
        revisions.set("bbb", of: Self.url, "main")
        server.edit(.applications, "api") { $0["metadata", "annotations", "argocd.argoproj.io/refresh"] = "hard" }
        await controller.settle()
        application = try #require(server.object(.applications, "api"))
        #expect(application["metadata", "annotations", "argocd.argoproj.io/refresh"] == nil)
        #expect(application["status", "sync", "revision"] == "bbb")
        await controller.stop()
    }

    @Test func `an operation runs, is recorded with its revision, and leaves a healthy Application`() async throws {
        let (server, controller, _) = try await Self.rig(ApplicationFixture("api", .init(Self.url)))
        defer { server.stop() }
        await controller.script("api", .hold(.sync))
        Self.ask(server)
        await controller.settle()
        var application = try #require(server.object(.applications, "api"))
        #expect(application["status", "operationState", "phase"] == "Running")
        // Argo CD leaves it there until the end.
        #expect(application["operation"] != nil)
        await controller.release("api")
        await controller.settle()
        application = try #require(server.object(.applications, "api"))
        #expect(application["operation"] == nil)
        #expect(application["status", "operationState", "phase"] == "Succeeded")
        #expect(application["status", "operationState", "operation", "initiatedBy", "username"] == "kargo-controller")
        #expect(application["status", "operationState", "syncResult", "revision"] == "aaa")
        #expect(application["status", "sync", "status"] == "Synced")
        #expect(application["status", "health", "status"] == "Healthy")
        #expect(application["status", "history"]?.list?.count == 1)
        await controller.stop()
    }

    @Test func `an Application with several sources has a revision for each`() async throws {
        let fixture = ApplicationFixture(
            "api",
            .init(Self.url, at: "values"),
            .init("https://charts.example", at: "1.2.3", chart: "api")
        )
        let (server, controller, _) = try await Self.rig(fixture, ["values": "aaa"])
        defer { server.stop() }
        Self.ask(server)
        await controller.settle()
        let application = try #require(server.object(.applications, "api"))
        #expect(application["status", "operationState", "syncResult", "revisions"] == ["aaa", "1.2.3"])
        #expect(application["status", "sync", "revisions"] == ["aaa", "1.2.3"])
        #expect(application["status", "sync", "revision"] == nil)
        #expect(application["status", "sync", "status"] == "Synced")
        await controller.stop()
    }

    @Test func `acts come one after another, each at its sync`() async throws {
        let (server, controller, _) = try await Self.rig(ApplicationFixture("api", .init(Self.url)))
        defer { server.stop() }
        await controller.script(
            "api",
            .fail("one or more objects failed to apply"),
            .degrade("crash loop"),
            .progress(then: "Healthy"),
            .suspend,
            .restart,
            .otherOperation(by: "admin"),
            .succeedWithoutResult,
            .blockBySyncWindow
        )
        func sync() async throws -> ClusterValue {
            Self.ask(server)
            await controller.settle()
            return try #require(server.object(.applications, "api")?["status"])
        }
        var status = try await sync()
        #expect(status["operationState", "phase"] == "Failed")
        #expect(status["operationState", "message"] == "one or more objects failed to apply")
        status = try await sync()
        #expect(status["operationState", "phase"] == "Succeeded")
        #expect(status["health"]?["status"] == "Degraded")
        #expect(status["health"]?["message"] == "crash loop")
        for wanted in ["Progressing", "Suspended"] {
            status = try await sync()
            #expect(status["health", "status"] == .string(wanted))
            await controller.advance("api")
            #expect(server.object(.applications, "api")?["status", "health", "status"] == "Healthy")
        }
        status = try await sync()
        #expect(status["operationState", "phase"] == "Succeeded")
        status = try await sync()
        #expect(status["operationState", "operation", "initiatedBy", "username"] == "admin")
        status = try await sync()
        #expect(status["operationState", "syncResult"] == nil)
        #expect(status["operationState", "phase"] == "Succeeded")
        status = try await sync()
        #expect(status["operationState", "phase"] == "Running")
        #expect(status["operationState", "message"] == "Sync operation blocked by sync window")
        await controller.stop()
    }

    @Test func `an Application that syncs itself does so once for a revision`() async throws {
        var fixture = ApplicationFixture("api", .init(Self.url))
        fixture.isAutomated = true
        let (server, controller, revisions) = try await Self.rig(fixture)
        defer { server.stop() }
        #expect(
            server.object(.applications, "api")?["status", "operationState", "operation", "initiatedBy"] == [
                "automated": true
            ]
        )
        await controller.script("api", .fail("no"))
        revisions.set("bbb", of: Self.url, "main")
        await controller.compare("api")
        await controller.settle()
        await controller.compare("api")
        await controller.settle()
        let application = try #require(server.object(.applications, "api"))
        #expect(application["status", "sync", "status"] == "OutOfSync")
        #expect(application["status", "operationState", "phase"] == "Failed")
        #expect(application["operation"] == nil)
        await controller.stop()
    }

    @Test func `a deletion comes in the middle of a sync`() async throws {
        let (server, controller, _) = try await Self.rig(ApplicationFixture("api", .init(Self.url)))
        defer { server.stop() }
        await controller.script("api", .delete(during: .sync))
        Self.ask(server)
        await controller.settle()
        #expect(server.object(.applications, "api") == nil)
        await controller.stop()
    }

    @Test func `a source that cannot be resolved is an error of comparison`() async throws {
        let (server, controller, _) = try await Self.rig(ApplicationFixture("api", .init(Self.url, at: "gone")))
        defer { server.stop() }
        let application = try #require(server.object(.applications, "api"))
        #expect(application["status", "conditions"]?.list?.first?["type"] == "ComparisonError")
        #expect(application["status", "sync", "status"] == "Unknown")
        await controller.stop()
    }

    @Test func `a change of another folder on the branch leaves an Application in sync`() async throws {
        let folder = try TemporaryFolder()
        let repository = try await GitRepositoryFixture.bare(at: "\(folder.path)/shop.git")
        try await repository.commit(["a/file": "1", "b/file": "1"])
        let path = repository.path
        let server = try await KubernetesServer.start()
        defer { server.stop() }
        server.put(ApplicationFixture("api", .init(Self.url, path: "a")).value, of: .applications)
        let controller = await ArgoCDController.start(
            on: server,
            revisions: GitRevisions { $0 == Self.url ? path : nil }
        )
        await controller.settle()
        Self.ask(server)
        await controller.settle()
        for (file, status) in [("b/file", "Synced"), ("a/file", "OutOfSync")] {
            let commit = try await repository.commit([file: "2"])
            await controller.compare("api")
            let sync = server.object(.applications, "api")?["status", "sync"]
            #expect(sync?["revision"] == .string(commit))
            #expect(sync?["status"] == .string(status))
        }
        await controller.stop()
    }
}
