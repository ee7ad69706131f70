import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import HoistwayTestServers
import Testing

struct SandboxTests {
    typealias Way = SandboxFixture.Way

    @Test(arguments: Way.usable)
    func `a program gets its files as values and its results are read back as values`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        // The shell reads tools/x: a process that another test starts just now may still hold the new file open for
        // writing, and the kernel executes no such file.
        let output = try await fixture.run(
            "cat a/b.txt; test -x tools/x && sh tools/x; mkdir -p out/deep; echo made >out/deep/file; chmod +x out/deep/file"
        ) {
            $0.files = [
                ProgramFile("src/a/b.txt", Array("hello\n".utf8)),
                ProgramFile("src/tools/x", Array("#!/bin/sh\necho tool\n".utf8), isExecutable: true),
            ]
            $0.workingFolder = "src"
            $0.results = ["src/out", "src/absent"]
        }
        #expect(output.text == "hello\ntool\n")
        #expect(output.results == [ProgramFile("src/out/deep/file", Array("made\n".utf8), isExecutable: true)])
        #expect(fixture.leftFolders.isEmpty)
    }

    @Test(arguments: Way.usable)
    func `the environment is a short fixed list, and standard input is empty`(_ way: Way) async throws {
        setenv("HOISTWAY_TEST_SECRET", "marked-secret", 1)
        let fixture = try await SandboxFixture(way)
        let output = try await fixture.run(
            "cat; tr '\\0' '\\n' </proc/self/environ; cat /proc/1/environ 2>/dev/null | tr '\\0' '\\n'"
        )
        let names = Set(
            output.text.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) }
        )
        let allowed: Set = [
            "PATH", "HOME", "LANG", "TMPDIR", "PWD", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
            "HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME", "HELM_PLUGINS",
        ]
        #expect(!output.text.contains("marked-secret"))
        #expect(names.isSuperset(of: ["PATH", "HOME", "LANG", "TMPDIR"]))
        // Without a sandbox the first process of the machine is seen, which has an environment of its own.
        if way.isIsolated { #expect(names.subtracting(["SHLVL", "_", "OLDPWD"]) == allowed) }
    }

    @Test(arguments: Way.isolated)
    func `a program cannot read a file outside its folder, nor write anywhere else`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        let secret = try TemporaryFolder()
        try secret.write("marked-secret", to: "key")
        let output = try await fixture.run(
            """
            cat \(secret.path)/key /etc/passwd /etc/shadow /root/.bashrc ../../lock 2>/dev/null
            for place in / /usr /dev /dev/shm /tmp /etc /proc; do (: >"$place/made") && echo "wrote $place"; done 2>/dev/null
            ls /home /root \(secret.path) 2>/dev/null
            unshare --user --map-root-user true 2>/dev/null && echo "made a namespace"
            echo end
            """
        )
        #expect(output.text == "end\n")
    }

    @Test(arguments: Way.isolated)
    func `a program cannot reach a listener of this machine`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        let listener = try LoopbackListener()
        let attempt =
            "bash -c 'exec 3<>/dev/tcp/127.0.0.1/\(listener.port)' 2>/dev/null && echo reached || echo refused"
        #expect(try await fixture.run(attempt).text == "refused\n")
        // The attempt itself is good: without a sandbox it arrives.
        let bare = try await SandboxFixture(.bare)
        #expect(try await bare.run(attempt).text == "reached\n")
    }

    @Test(arguments: Way.usable)
    func `a program that hangs and ignores SIGTERM is killed with all that it started`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        let mark = "987\(Int.random(in: 100_000...999_999))"
        let failure = try await fixture.failure(
            "trap '' TERM HUP INT; (setsid sleep \(mark) &) ; setsid nohup sleep \(mark) >/dev/null 2>&1 & echo waiting >&2; while :; do sleep 1; done"
        ) { $0.limits.time = .seconds(2) }
        guard case .timedOut("tool", seconds: 2, words: _) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(SandboxFixture.processes(with: mark) == 0)
        #expect(fixture.leftFolders.isEmpty)
    }

    @Test(arguments: Way.usable)
    func `what a program leaves running when it ends well is killed`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        let mark = "986\(Int.random(in: 100_000...999_999))"
        #expect(try await fixture.run("setsid sleep \(mark) >/dev/null 2>&1 & echo done").text == "done\n")
        #expect(SandboxFixture.processes(with: mark) == 0)
    }

    @Test(arguments: Way.usable)
    func `a cancelled task kills its program`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        let mark = "985\(Int.random(in: 100_000...999_999))"
        let location = try fixture.script("exec sleep \(mark)")
        let task = Task { try await fixture.runner.run(ProgramRun(location, [])) }
        try await eventually("the program to run") { SandboxFixture.processes(with: mark) > 0 }
        task.cancel()
        await #expect(throws: ProgramFailure.cancelled(name: "tool")) { try await task.value }
        #expect(SandboxFixture.processes(with: mark) == 0)
        #expect(fixture.leftFolders.isEmpty)
    }

    @Test(arguments: Way.usable)
    func `a program that floods its output is stopped`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        #expect(
            try await fixture.failure("yes") { $0.limits.outputBytes = 100_000 }
                == .exceeded(name: "tool", .output(bytes: 100_000))
        )
        #expect(
            try await fixture.failure("yes >&2") { $0.limits.errorBytes = 100_000 }
                == .exceeded(name: "tool", .errors(bytes: 100_000))
        )
    }

    @Test(arguments: Way.usable)
    func `a program that forks too much is stopped with all its processes`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        let mark = "984\(Int.random(in: 100_000...999_999))"
        let failure = try await fixture.failure("for i in $(seq 60); do sleep \(mark) & done; wait") {
            $0.limits.processes = 40
        }
        #expect(failure == .exceeded(name: "tool", .processes(40)))
        #expect(SandboxFixture.processes(with: mark) == 0)
    }

    @Test(arguments: Way.usable)
    func `a program that fills the disk is stopped`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        let many = try await fixture.failure(
            "i=0; while :; do i=$((i + 1)); head -c 1000000 /dev/zero >file$i; done"
        ) { $0.limits.diskBytes = 20 << 20 }
        #expect(many == .exceeded(name: "tool", .disk(bytes: 20 << 20)))
        let entries = try await fixture.failure("i=0; while :; do i=$((i + 1)); : >file$i; done") {
            $0.limits.diskEntries = 500
        }
        #expect(entries == .exceeded(name: "tool", .diskEntries(500)))
        let one = try await fixture.failure("exec head -c 9000000 /dev/zero >file") { $0.limits.fileBytes = 1 << 20 }
        #expect(one == .exceeded(name: "tool", .fileSize(bytes: 1 << 20)))
        #expect(fixture.leftFolders.isEmpty)
    }

    @Test func `a program that takes too much memory is stopped`() async throws {
        let fixture = try await SandboxFixture()
        let failure = try await fixture.failure("exec tail -c +0 /dev/zero | tail; exec tail /dev/zero") {
            $0.limits.memoryBytes = 64 << 20
            $0.limits.time = .seconds(100)
        }
        // Whichever comes first: the sum that is watched, or the bound of the addresses of one process.
        switch failure {
        case .exceeded(_, .memory(bytes: 64 << 20)), .exited(_, status: _, words: _): break
        default: Issue.record("\(String(describing: failure))")
        }
    }

    @Test func `an exit status comes with the last lines of standard error, bounded and clean`() async throws {
        let fixture = try await SandboxFixture()
        let failure = try await fixture.failure(
            #"head -c 10000000 /dev/zero | tr '\0' 'x' >&2; printf '\nbad \033[31mred\033[0m \007 value in %s/a.yaml\n' "$PWD" >&2; exit 3"#
        )
        guard case .exited("tool", 3, let words) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(words.hasSuffix("bad red  value in a.yaml"))
        #expect(words.count <= 2_001)
        #expect(words.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 })
    }

    @Test(arguments: Way.usable)
    func `a program that dies by a signal is told apart`(_ way: Way) async throws {
        let fixture = try await SandboxFixture(way)
        let failure = try await fixture.failure("kill -SEGV $$")
        #expect(failure == .killed(name: "tool", signal: 11, words: ""))
    }

    @Test(arguments: Way.usable)
    func `a server that is killed leaves no program, and its folders go at the next start`(_ way: Way) async throws {
        let runs = try TemporaryFolder("hoistway-runs")
        let scripts = try TemporaryFolder("hoistway-scripts")
        let mark = "982\(Int.random(in: 100_000...999_999))"
        try SandboxFixture.writeProgram("setsid sleep \(mark) &\nsleep \(mark)", to: "\(scripts.path)/tool")
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [
                runs = runs.path as String, tool = "\(scripts.path)/tool" as String, way = way.rawValue as String,
                mark = mark as String
            ] in
            let candidates = SandboxFixture.Way(rawValue: way)?.candidates ?? []
            let runner = await SandboxedRunner.start(in: runs, requiresSandbox: false, candidates: candidates)
            let run = Task {
                do {
                    _ = try await runner.run(ProgramRun(ProgramLocation(name: "tool", path: tool), []))
                } catch {
                    // Seen as the wrong end of this process.
                    print("the program did not run: \(error)")
                    exit(3)
                }
            }
            try await eventually("both to run") { SandboxFixture.processes(with: "sleep\0\(mark)") >= 2 }
            kill(getpid(), SIGKILL)
            await run.value
        }
        if way.isIsolated {
            try await eventually("the programs to end") { SandboxFixture.processes(with: "sleep\0\(mark)") == 0 }
        }
        let next = await SandboxedRunner.start(in: runs.path, requiresSandbox: false, candidates: way.candidates)
        #expect(next.sweptFolders == 1)
        // Without a namespace, what the program had started is killed with its folder.
        try await eventually("the programs to end") { SandboxFixture.processes(with: "sleep\0\(mark)") == 0 }
    }

    @Test func `a program that is missing or cannot be run is an error that names it`() async throws {
        let fixture = try await SandboxFixture()
        let absent = ProgramRun(ProgramLocation(name: "helm", path: "/nonexistent/helm"), [])
        await #expect(
            throws: ProgramFailure.missing(
                name: "helm",
                searched: ["/nonexistent/helm"],
                install: "install helm, or name another path"
            )
        ) { try await fixture.runner.run(absent) }
        try fixture.scripts.write("#!/nonexistent/shell\n", to: "odd", mode: 0o755)
        let odd = ProgramRun(ProgramLocation(name: "odd", path: "\(fixture.scripts.path)/odd"), [])
        do {
            _ = try await fixture.runner.run(odd)
            Issue.record("it ran")
        } catch {
            guard case .notStarted("odd", let detail) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(detail.contains("No such file"))
        }
    }

    @Test(arguments: [
        ("mkdir out; ln -s /etc/passwd out/link", "out/link", "is a symbolic link"),
        ("ln -s /etc out", "out", "is a symbolic link"),
        ("mkdir out; mkfifo out/pipe", "out/pipe", "is a pipe"),
        ("mkdir -p out/a; ln -s . out/a/b", "out/a/b", "is a symbolic link"),
    ])
    func `a result that is no regular file is refused with its path`(_ script: String, _ path: String, _ reason: String)
        async throws
    {
        let fixture = try await SandboxFixture()
        #expect(
            try await fixture.failure(script) { $0.results = ["out"] }
                == .refusedResult(name: "tool", path: path, reason: reason)
        )
        #expect(fixture.leftFolders.isEmpty)
    }

    @Test func `results are bounded in count, size and depth`() async throws {
        let fixture = try await SandboxFixture()
        let many = try await fixture.failure("mkdir out; for i in 1 2 3 4 5; do : >out/$i; done") {
            $0.results = ["out"]
            $0.limits.resultFiles = 4
        }
        #expect(many == .exceeded(name: "tool", .resultFiles(4)))
        let large = try await fixture.failure("head -c 2000 /dev/zero >out") {
            $0.results = ["out"]
            $0.limits.resultBytes = 1000
        }
        #expect(large == .exceeded(name: "tool", .resultBytes(1000)))
        let deep = try await fixture.failure(
            "i=0; while [ $i -lt 300 ]; do mkdir out; cd out; i=$((i + 1)); done; chmod 000 .; exit 0"
        ) { $0.results = ["out"] }
        #expect(deep == .exceeded(name: "tool", .depth(64)))
        #expect(fixture.leftFolders.isEmpty)
    }

    @Test(arguments: ["../x", "/etc/x", "a/../b", "a//b", "./a", "", "a/\0b"])
    func `an input that would leave the folder is refused`(_ path: String) async throws {
        let fixture = try await SandboxFixture()
        let failure = try await fixture.failure("true") { $0.files = [ProgramFile(GitPath(path), [])] }
        guard case .invalidInput = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `inputs that contradict each other or are too many are refused`() async throws {
        let fixture = try await SandboxFixture()
        for paths in [["a", "a"], ["a", "a/b"], ["a/b", "a"]] {
            let failure = try await fixture.failure("true") { run in
                run.files = paths.map { ProgramFile(GitPath($0), []) }
            }
            guard case .invalidInput = failure else {
                Issue.record("\(paths): \(String(describing: failure))")
                continue
            }
        }
        let many = try await fixture.failure("true") {
            $0.files = [ProgramFile("a", [1]), ProgramFile("b", [2])]
            $0.limits.inputFiles = 1
        }
        #expect(many == .exceeded(name: "tool", .inputFiles(1)))
    }

    @Test func `names that are not UTF-8 go in and come out as they are`() async throws {
        let fixture = try await SandboxFixture()
        let name = GitPath(bytes: Array("out/".utf8) + [0xff, 0xfe])
        let output = try await fixture.run("true") {
            $0.files = [ProgramFile(name, [1, 2])]
            $0.results = ["out"]
        }
        #expect(output.results == [ProgramFile(name, [1, 2])])
    }

    @Test func `folders that a killed process left are removed at the start, those in use are not`() async throws {
        let fixture = try await SandboxFixture()
        let left = "\(fixture.runs.path)/hoistway-run-abcdef"
        try FileManager.default.createDirectory(atPath: "\(left)/root/files", withIntermediateDirectories: true)
        try Data().write(to: URL(fileURLWithPath: "\(left)/lock"))
        let mark = "983\(Int.random(in: 100_000...999_999))"
        let location = try fixture.script("exec sleep \(mark)")
        let task = Task { try await fixture.runner.run(ProgramRun(location, [])) }
        try await eventually("the program to run") { SandboxFixture.processes(with: mark) > 0 }
        let second = await SandboxedRunner.start(in: fixture.runs.path, requiresSandbox: true)
        #expect(second.sweptFolders == 1)
        #expect(fixture.leftFolders.count == 1)
        task.cancel()
        _ = try? await task.value
        #expect(fixture.leftFolders.isEmpty)
    }

    @Test func `without a sandbox nothing is run where one is required`() async throws {
        let runs = try TemporaryFolder()
        let runner = await SandboxedRunner.start(in: runs.path, requiresSandbox: true, candidates: [])
        #expect(runner.sandbox == .none(reason: "it was switched off"))
        await #expect(throws: ProgramFailure.sandboxUnavailable(name: "true", reason: "it was switched off")) {
            try await runner.run(ProgramRun(ProgramLocation(name: "true", path: "/bin/true"), []))
        }
    }

    @Test(.enabled(if: Way.hasBubblewrap, "bubblewrap does not work on this machine"))
    func `the probe names the sandbox that works`() async throws {
        let runs = try TemporaryFolder()
        let runner = await SandboxedRunner.start(in: runs.path, requiresSandbox: true)
        guard case .bubblewrap(let version) = runner.sandbox else {
            Issue.record("\(runner.sandbox)")
            return
        }
        #expect(version.first?.isNumber == true)
    }
}

/// A TCP port of this machine on which connections are taken by the kernel.
final class LoopbackListener {
    let port: Int
    private let handle: Int32

    init() throws {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        handle = socket
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(socket, raw, length) == 0 && listen(socket, 5) == 0 && getsockname(socket, raw, &length) == 0
            }
        }
        guard status else { throw TestServerError.failed("listening", detail: String(cString: strerror(errno))) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit { close(handle) }
}
