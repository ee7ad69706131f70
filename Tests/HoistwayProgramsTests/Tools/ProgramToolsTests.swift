import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import HoistwayTestServers
import Testing

struct ProgramToolsTests {
    @Test(arguments: [
        ("v5.4.2", "5.4.2"), ("v5.0.0", "5.0.0"), ("{Version:kustomize/v5.1.1 GitCommit:abc BuildDate:x}", "5.1.1"),
        ("Version:  v5.3.0", "5.3.0"), ("v6.0.0-rc.1+build", "6.0.0"),
    ])
    func `a version of kustomize is read in each form`(_ answer: String, _ version: String) async throws {
        let fixture = try await RenderFixture()
        let tools = fixture.tools(kustomize: try fixture.program("kustomize", version: answer))
        #expect(try await tools.kustomize().description == "kustomize \(version)")
    }

    @Test func `kubectl says which kustomize it has`() async throws {
        let fixture = try await RenderFixture()
        let answer = #"{"clientVersion": {"gitVersion": "v1.32.4"}, "kustomizeVersion": "v5.5.0"}"#
        let tools = fixture.tools(kubectl: try fixture.program("kubectl", version: answer))
        #expect(try await tools.kustomize().description == "kubectl (kustomize 5.5.0)")
    }

    @Test func `a program that is too old is refused with its version and its path`() async throws {
        let fixture = try await RenderFixture()
        let old = try fixture.program("kustomize", version: "{Version:kustomize/v4.5.7 GitCommit:x}")
        await #expect(
            throws: ProgramFailure.tooOld(name: "kustomize", path: old, version: "v4.5.7", needed: "5.0.0 or newer")
        ) { try await fixture.tools(kustomize: old).kustomize() }
        let kubectl = try fixture.program("kubectl", version: #"{"kustomizeVersion": "v4.5.4"}"#)
        await #expect(
            throws: ProgramFailure.tooOld(
                name: "kubectl",
                path: kubectl,
                version: "v4.5.4",
                needed: "a kubectl with kustomize 5.0.0 or newer"
            )
        ) { try await fixture.tools(kubectl: kubectl).kustomize() }
        let helm = try fixture.program("helm", version: "v2.17.0+ga690bad")
        await #expect(
            throws: ProgramFailure.tooOld(
                name: "helm",
                path: helm,
                version: "v2.17.0+ga690bad",
                needed: "3.12.0 or newer"
            )
        ) { try await fixture.tools(helm: helm).helm() }
    }

    @Test(arguments: ["(devel)", "", "hello", #"{"clientVersion": {}}"#])
    func `a program that does not say its version is refused with its answer`(_ answer: String) async throws {
        let fixture = try await RenderFixture()
        let path = try fixture.program("kustomize", version: answer)
        await #expect(throws: ProgramFailure.unknownVersion(name: "kustomize", path: path, answer: answer)) {
            try await fixture.tools(kustomize: path).kustomize()
        }
    }

    @Test func `a program that is missing is refused with the places where it was looked for`() async throws {
        let fixture = try await RenderFixture()
        let search = "\(fixture.sandbox.scripts.path)/search"
        do {
            _ = try await fixture.tools().kustomize()
            Issue.record("it was found")
        } catch {
            #expect(
                error.message == "kustomize is not installed: looked for it at \(search)/kustomize, \(search)/kubectl"
            )
            #expect(error.hint?.contains("kubectl 1.27") == true)
        }
        await #expect(
            throws: ProgramFailure.missing(
                name: "helm",
                searched: ["/nonexistent/helm"],
                install: "install helm there, or name another path"
            )
        ) { try await fixture.tools(helm: "/nonexistent/helm").helm() }
    }

    @Test func `without a kustomize that is new enough, kubectl is taken`() async throws {
        let fixture = try await RenderFixture()
        let search = try TemporaryFolder()
        func write(_ name: String, _ answer: String) throws {
            try SandboxFixture.writeProgram("echo '\(answer)'", to: "\(search.path)/\(name)")
        }
        let tools = ProgramTools(runner: fixture.sandbox.runner, paths: ProgramPaths(folders: [search.path]))
        try write("kustomize", "v4.5.7")
        await #expect(throws: ProgramFailure.self) { try await tools.kustomize() }
        try write("kubectl", #"{"kustomizeVersion": "v5.5.0"}"#)
        #expect(try await tools.kustomize().description == "kubectl (kustomize 5.5.0)")
        // A program that is replaced while the server runs is asked again.
        try write("kustomize", "v5.4.2")
        #expect(try await tools.kustomize().description == "kustomize 5.4.2")
        try write("kustomize", "v5.10.20")
        #expect(try await tools.kustomize().description == "kustomize 5.10.20")
    }

    @Test func `a program that hangs when it is asked for its version is stopped`() async throws {
        let fixture = try await RenderFixture()
        let path = try fixture.sandbox.script("yes", name: "kustomize").path
        await #expect(throws: ProgramFailure.exceeded(name: "kustomize", .output(bytes: 65536))) {
            try await fixture.tools(kustomize: path).kustomize()
        }
    }
}
