import Foundation
import HoistwayCrypto
import HoistwayModel
import HoistwayTestServers
import Synchronization
import Testing

@testable import HoistwayKubernetes

struct ExecPluginTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder("hoistway-exec")
    }

    /// Run by the shell: a file that was just written cannot be started while another thread is just starting something.
    private func plugin(_ script: String) throws -> ExecPlugin {
        try folder.write("\(script)\n", to: "login")
        var plugin = ExecPlugin(version: .v1, command: "/bin/sh")
        plugin.arguments = ["\(folder.path)/login"]
        return plugin
    }

    private func access() throws -> ClusterAccess {
        ClusterAccess(server: try #require(WebAddress("https://10.0.0.1:6443")))
    }

    private func answer(_ status: String, version: String = "client.authentication.k8s.io/v1") -> String {
        "{\"apiVersion\":\"\(version)\",\"kind\":\"ExecCredential\",\"status\":\(status)}"
    }

    private func refusal(_ plugin: ExecPlugin, limit: Duration = .seconds(60)) async throws -> ClusterLogin.Failure {
        let run = ExecPluginRun(plugin, access: try access(), environment: ["PATH": "/usr/bin:/bin"], limit: limit)
        return try await #require(throws: ClusterLogin.Failure.self) { _ = try await run.credential() }
    }

    @Test func `a program is told of the cluster, and of little else`() async throws {
        var plugin = try plugin(
            "env | sort > \(folder.path)/env; echo \"$@\" > \(folder.path)/args; cat > \(folder.path)/input\n"
                + "echo '\(answer("{\"token\":\"abc\",\"expirationTimestamp\":\"2999-01-01T00:00:00Z\"}"))'"
        )
        plugin.arguments += ["get token", "$HOME"]
        plugin.environment = ["AWS_PROFILE": "prod"]
        plugin.providesClusterInfo = true
        var access = try access()
        access.trust = .authority(.data(Secret("CA")))
        let environment = ["PATH": "/usr/bin:/bin", "HOME": "/home/me", "HOISTWAY_SECRET": "x"]
        let credential = try await ExecPluginRun(plugin, access: access, environment: environment).credential()
        #expect(credential.token == Secret("abc"))
        #expect(credential.ends == Timestamp(rfc3339: "2999-01-01T00:00:00Z"))
        let seen = try String(contentsOfFile: "\(folder.path)/env", encoding: .utf8)
        #expect(!seen.contains("HOISTWAY_SECRET"))
        #expect(seen.contains("AWS_PROFILE=prod\n") && seen.contains("HOME=/home/me\n"))
        let information =
            #"KUBERNETES_EXEC_INFO={"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","#
            + #""spec":{"cluster":{"certificate-authority-data":"Q0E=","server":"https://10.0.0.1:6443"},"#
            + #""interactive":false}}"#
        #expect(seen.contains(information))
        #expect(try String(contentsOfFile: "\(folder.path)/args", encoding: .utf8) == "get token $HOME\n")
        #expect(try String(contentsOfFile: "\(folder.path)/input", encoding: .utf8).isEmpty)
    }

    @Test(arguments: [
        ("echo nothing", "its output is no ExecCredential in JSON"),
        (
            "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"kind\":\"ExecCredential\"}'",
            "it made ExecCredential of client.authentication.k8s.io/v1beta1, "
                + "not an ExecCredential of client.authentication.k8s.io/v1"
        ),
        ("echo please log in >&2; exit 3", "it ended with 3: please log in"),
        ("kill -9 $$", "it ended with 137"),
        ("yes", "it said more than 1048576 bytes"),
    ])
    func `a program that makes no login is told`(_ script: String, _ words: String) async throws {
        let failure = try await refusal(try plugin(script))
        #expect(failure.message == "the program /bin/sh made none: \(words)")
    }

    @Test(
        arguments: [
            ("error: refused: Bearer abcdefgh", "", "error: refused: Bearer ***"),
            ("token=hunter2hunter2 has ended", "", "token=*** has ended"),
            ("got eyJhbGciOi.eyJzdWIi.c2ln", "", "got ***"),
            ("k8s-aws-v1.aHR0cHM6Ly9zdHMuYW1hem9uYXdz is refused", "", "*** is refused"),
            ("sent plain-words-of-a-token", "plain-words-of-a-token\n", "sent ***"),
            (
                "cannot use s3cret-of-mine",
                "{\"apiVersion\":\"v\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"s3cret-of-mine\"}}",
                "cannot use ***"
            ),
            ("0123456789abcdef0123456789abcdef is no session", "", "*** is no session"),
            ("first\nthe last \u{1B}[2J\n\n", "", "the last ?[2J"),
            // What people need stays.
            (
                "no session at https://sts.eu-west-1.amazonaws.com/ for arn:aws:iam::123456789012", "",
                "no session at https://sts.eu-west-1.amazonaws.com/ for arn:aws:iam::123456789012"
            ),
            ("the token has expired: run `az login`", "", "the token has expired: run `az login`"),
        ]
    )
    func `what a program says of its failure is shown without what may be a secret`(
        _ words: String,
        _ output: String,
        _ shown: String
    ) {
        #expect(PluginWords.shown(Array(words.utf8), besides: Array(output.utf8)) == shown)
    }

    @Test func `however much it says, little is shown`() {
        let words = Array(String(repeating: "word ", count: 100_000).utf8)
        #expect(PluginWords.shown(words, besides: []).count == 81)
    }

    @Test func `a program that fails after it has made its token shows none of it`() async throws {
        let script = "echo '\(answer("{\"token\":\"made-for-a-robot\"}"))'; echo sent made-for-a-robot >&2; exit 1"
        let failure = try await refusal(try plugin(script))
        #expect(failure.message == "the program /bin/sh made none: it ended with 1: sent ***")
    }

    @Test func `whoever gives up does not wait for the program, which goes on for the others`() async throws {
        let plugin = try plugin(
            "while [ ! -e \(folder.path)/go ]; do sleep 0.05; done; echo run >> \(folder.path)/runs\n"
                + "echo '\(answer("{\"token\":\"made-for-a-robot\"}"))'"
        )
        let server = try ScriptedServer { _ in [ScriptedServer.json("200 OK", Widget.json("web"))] }
        defer { server.stop() }
        let client = try server.client(.plugin(plugin))
        let key = ObjectKey(namespace: "shop", name: "web")
        let impatient = Task { try await client.get(Widget.resource, key, as: Widget.self) }
        let patient = Task { try await client.get(Widget.resource, key, as: Widget.self) }
        impatient.cancel()
        // It ends although the program has not.
        await #expect(throws: KubernetesFailure.self) { _ = try await impatient.value }
        try folder.write("", to: "go")
        _ = try await patient.value
        _ = try await client.get(Widget.resource, key, as: Widget.self)
        #expect(try String(contentsOfFile: "\(folder.path)/runs", encoding: .utf8) == "run\n")
        await client.shutdown()
    }

    @Test(arguments: [
        "{}", "{\"clientCertificateData\":\"x\"}", "{\"token\":\"abc\",\"expirationTimestamp\":\"soon\"}",
        "{\"token\":\"abc\",\"expirationTimestamp\":\"2001-01-01T00:00:00Z\"}",
    ])
    func `an answer without a valid login is refused, and holds no part of it`(_ status: String) async throws {
        let failure = try await refusal(try plugin("echo '\(answer(status))'"))
        #expect(!failure.message.contains("abc"))
    }

    @Test func `a program that does not end is stopped with what it started`() async throws {
        let plugin = try plugin("sleep 1000 & echo $! > \(folder.path)/child; wait")
        let run = ExecPluginRun(plugin, access: try access(), environment: ["PATH": "/usr/bin:/bin"])
        let task = Task { try await run.credential() }
        func child() -> Int32? {
            // It is not there at once.
            let text = try? String(contentsOfFile: "\(folder.path)/child", encoding: .utf8)
            return text.flatMap { $0.hasSuffix("\n") ? Int32($0.trimmed()) : nil }
        }
        try await eventually("its child to run") { child() != nil }
        let pid = try #require(child())
        task.cancel()
        let failure = await #expect(throws: ClusterLogin.Failure.self) { try await task.value }
        #expect(failure?.message.hasSuffix("it was stopped") == true)
        try await eventually("its child to end") { kill(pid, 0) != 0 }
    }

    @Test func `a program has its time and no more`() async throws {
        let failure = try await refusal(try plugin("exec sleep 1000"), limit: .seconds(1))
        #expect(failure.message.hasSuffix("it was not done within 1 s"))
    }

    @Test func `a program that is not there is told with its hint`() async throws {
        var plugin = ExecPlugin(version: .v1, command: "no-such-program-of-anybody")
        plugin.installHint = "get it from example.com"
        let failure = try await refusal(plugin)
        #expect(failure.message.hasSuffix("it is not installed"))
        #expect(failure.hint == "get it from example.com")
    }

    @Test func `many requests share one run, and a refused login is made anew`() async throws {
        let plugin = try plugin(
            "echo run >> \(folder.path)/runs; n=$(wc -l < \(folder.path)/runs)\n"
                + "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",'"
                + "'\"status\":{\"token\":\"token-number-'$n'\"}}'"
        )
        let valid = Mutex("token-number-1")
        let server = try ScriptedServer { head in
            head.contains("Bearer \(valid.withLock(\.self))\r\n")
                ? [ScriptedServer.json("200 OK", Widget.json("web"))]
                : [ScriptedServer.json("401 Unauthorized", Widget.status(401, "Unauthorized", "Unauthorized"))]
        }
        defer { server.stop() }
        let client = try server.client(.plugin(plugin))
        let key = ObjectKey(namespace: "shop", name: "web")
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask { _ = try await client.get(Widget.resource, key, as: Widget.self) }
            }
            try await group.waitForAll()
        }
        func runs() throws -> Int {
            try String(contentsOfFile: "\(folder.path)/runs", encoding: .utf8).split(separator: "\n").count
        }
        #expect(try runs() == 1)
        // Revoked.
        valid.withLock { $0 = "token-number-2" }
        _ = try await client.get(Widget.resource, key, as: Widget.self)
        #expect(try runs() == 2)
        await client.shutdown()
    }
}
